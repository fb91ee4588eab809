using System.Globalization;
using AgentIde.Core.Engineering;

namespace AgentIde.Core.Runs;

/// <summary>Whether a call fits into the caps of its run and its node, and the words for it where it does not.</summary>
public static class BudgetCheck
{
    private const string TheRun = "the run";

    /// <summary>Null where it fits.</summary>
    /// <param name="settledOnly">Whether calls under way are taken to come to nothing, else to their most.</param>
    internal static BudgetSpentException? Refusal(Journal journal, int node, CallReservation asked, bool settledOnly)
    {
        Budget budget = journal.Settings!.Budget;
        if (asked.Dollars is null && budget.HasDollars)
        {
            return new BudgetSpentException($"The price of {asked.Model} is not known, so it can't be held to a budget in dollars: tell its price, or give a budget in tokens alone (--tokens).");
        }

        if (Overrun(journal, budget, asked) is { } overrun)
        {
            return overrun;
        }

        Outlay run = journal.Spending.Total;
        IEnumerable<ModelCall> calls = journal[node].Calls.Where(call => !settledOnly || !call.IsOpen);
        (long tokens, decimal dollars) = settledOnly ? (run.Settled.Total, run.SettledDollars) : (run.Tokens, run.Dollars);
        return OfTokens(budget.Tokens, tokens, asked, TheRun, "--tokens", ofNode: false)
            ?? OfDollars(budget.Dollars, dollars, asked, TheRun, "--cost", ofNode: false)
            ?? OfTokens(budget.NodeTokens, calls.Sum(call => call.Usage.Total), asked, $"node {node}", "--node-tokens", ofNode: true)
            ?? OfDollars(budget.NodeDollars, calls.Sum(call => call.Dollars ?? 0), asked, $"node {node}", "--node-cost", ofNode: true);
    }

    internal static BudgetSpentException OfDay(decimal cap, decimal spent, CallReservation asked) =>
        OfDollars(cap, spent, asked, "all runs of today (by UTC)", "--day-cost", ofNode: false, "is spent or set aside for calls under way")!;

    /// <summary>A cap holds as long as the server keeps to the length that it is asked for; null where it did, or where nothing is counted.</summary>
    private static BudgetSpentException? Overrun(Journal journal, Budget budget, CallReservation asked) =>
        (budget.Tokens is not null || budget.NodeTokens is not null || asked.Dollars > 0)
        && journal.Nodes.SelectMany(node => node.Calls).FirstOrDefault(call => call.Model == asked.Model && call.Outcome is { Usage: { } usage } && IsOverrun(usage, call.Maximum)) is { } call
            ? new BudgetSpentException($"{asked.Model} gave {Figures.Tokens(call.Usage.Output)} tokens in call {call.Number}, where {Figures.Tokens(call.Maximum.Output)} were allowed: it does not keep to the length that it is asked for, so no cap can hold, and it is asked no more.")
            : null;

    /// <summary>Whether an answer was longer than was allowed, beyond what two ways of counting may differ by.</summary>
    public static bool IsOverrun(TokenUsage usage, TokenUsage maximum) => usage.Output > (maximum.Output * 5 / 4) + 100;

    /// <summary>The caps that do not even let a run make its first call, with the least that would: null where all do.</summary>
    public static string? Hopeless(Budget budget, CallReservation first)
    {
        string[] flags =
        [
            .. Least(budget.Tokens, first.Maximum.Total, "--tokens"), .. Least(budget.Dollars, first.Dollars, "--cost"),
            .. Least(budget.NodeTokens, first.Maximum.Total, "--node-tokens"), .. Least(budget.NodeDollars, first.Dollars, "--node-cost"),
            .. Least(budget.DayDollars, first.Dollars, "--day-cost"),
        ];
        string price = first.Dollars is { } dollars ? $" and {Figures.Dollars(dollars)}" : "";
        return flags.Length == 0 ? null
            : $"No node could ask {first.Model} anything: the first prompt and its answer may come to {Figures.Tokens(first.Maximum.Total)} tokens{price}. The least that would do is {string.Join(' ', flags)}, or less with --max-output.";
    }

    private static IEnumerable<string> Least(long? cap, long needed, string flag) => cap < needed ? [$"{flag} {Rounded(needed)}"] : [];

    private static IEnumerable<string> Least(decimal? cap, decimal? needed, string flag) => cap < needed ? [$"{flag} {Rounded(needed.Value)}"] : [];

    private static BudgetSpentException? OfTokens(long? cap, long spent, CallReservation asked, string whose, string flag, bool ofNode) =>
        cap is { } some && spent + asked.Maximum.Total > some
            ? Refused(
                $"{whose} may use {Figures.Tokens(some)} tokens, of which {Figures.Tokens(spent)} are used, and the next call, to {asked.Model}, may need {Figures.Tokens(asked.Maximum.Total)}",
                $"{flag} {Rounded(spent + asked.Maximum.Total)}", ofNode)
            : null;

    private static BudgetSpentException? OfDollars(decimal? cap, decimal spent, CallReservation asked, string whose, string flag, bool ofNode, string gone = "is spent") =>
        cap is { } some && asked.Dollars is { } dollars && spent + dollars > some
            ? Refused(
                $"{whose} may cost {Figures.Dollars(some)}, of which {Figures.Dollars(spent)} {gone}, and the next call, to {asked.Model}, may cost {Figures.Dollars(dollars)}",
                $"{flag} {Rounded(spent + dollars)}", ofNode)
            : null;

    private static BudgetSpentException Refused(string what, string flag, bool ofNode) => new($"{what}; {flag} would have let it go on.") { IsOfNode = ofNode };

    /// <summary>No less than that, and short to type: two or three digits of it. The next prompt may be a little longer than this one.</summary>
    private static string Rounded(decimal needed)
    {
        decimal unit = 1;
        for (; unit * 100 > needed && unit > 0.000001m; unit /= 10)
        {
        }

        for (; unit * 1_000 <= needed; unit *= 10)
        {
        }

        return (Math.Ceiling(needed / unit) * unit).ToString("0.######", CultureInfo.InvariantCulture);
    }
}
