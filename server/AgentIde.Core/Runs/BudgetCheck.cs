using AgentIde.Core.Engineering;

namespace AgentIde.Core.Runs;

/// <summary>Whether a call fits into the caps of its run and its node, and the words for it where it does not.</summary>
internal static class BudgetCheck
{
    /// <summary>Null where it fits.</summary>
    /// <param name="settledOnly">Whether calls under way are taken to come to nothing, else to their most.</param>
    public static BudgetSpentException? Refusal(Journal journal, int node, CallReservation asked, bool settledOnly)
    {
        Budget budget = journal.Settings!.Budget;
        if (asked.Dollars is null && budget.HasDollars)
        {
            return new BudgetSpentException($"The price of {asked.Model} is not known, so it can't be held to a budget in dollars: tell its price, or give a budget in tokens alone (--tokens).");
        }

        Outlay run = journal.Spending.Total;
        IEnumerable<ModelCall> calls = journal[node].Calls.Where(call => !settledOnly || !call.IsOpen);
        (long tokens, decimal dollars) = settledOnly ? (run.Settled.Total, run.SettledDollars) : (run.Tokens, run.Dollars);
        return OfTokens(budget.Tokens, tokens, asked, "The run", "--tokens", ofNode: false)
            ?? OfDollars(budget.Dollars, dollars, asked, "The run", "--cost", ofNode: false)
            ?? OfTokens(budget.NodeTokens, calls.Sum(call => call.Usage.Total), asked, $"Node {node}", "--node-tokens", ofNode: true)
            ?? OfDollars(budget.NodeDollars, calls.Sum(call => call.Dollars ?? 0), asked, $"Node {node}", "--node-cost", ofNode: true);
    }

    public static BudgetSpentException OfDay(decimal cap, decimal spent, CallReservation asked) =>
        OfDollars(cap, spent, asked, "All runs of today (by UTC)", "--day-cost", ofNode: false)!;

    private static BudgetSpentException? OfTokens(long? cap, long spent, CallReservation asked, string whose, string flag, bool ofNode) =>
        cap is { } some && spent + asked.Maximum.Total > some
            ? Refused($"{whose} may use {Figures.Tokens(some)} tokens: {Figures.Tokens(spent)} are used, and a call to {asked.Model} may need {Figures.Tokens(asked.Maximum.Total)}", flag, ofNode)
            : null;

    private static BudgetSpentException? OfDollars(decimal? cap, decimal spent, CallReservation asked, string whose, string flag, bool ofNode) =>
        cap is { } some && spent + asked.Dollars > some
            ? Refused($"{whose} may cost {Figures.Dollars(some)}: {Figures.Dollars(spent)} is spent, and a call to {asked.Model} may cost {Figures.Dollars(asked.Dollars!.Value)}", flag, ofNode)
            : null;

    private static BudgetSpentException Refused(string what, string flag, bool ofNode) => new($"{what}; {flag} raises it.") { IsOfNode = ofNode };
}
