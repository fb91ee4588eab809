namespace AgentIde.Core.Runs;

/// <summary>What a run spends on models, in words that are the same in every view.</summary>
public static class SpendingWords
{
    /// <summary>From this part of a cap on, a run says that it nears its end.</summary>
    public const double NearlySpent = 0.8;

    /// <summary><c>$0.42 of $2.00, 81k tokens, 12 calls</c>; null where no model was asked.</summary>
    public static string? Of(Journal journal)
    {
        if (journal is not { Settings.Budget: { } budget, Spending: { Calls: > 0 } spending })
        {
            return null;
        }

        Outlay total = spending.Total;
        if (total.Uncounted == total.Calls)
        {
            return $"{total.Calls} call{(total.Calls == 1 ? "" : "s")}, tokens and price not known";
        }

        string words = $"{Dollars(total, budget.Dollars)}, {Of(Figures.Tokens(total.Settled.Total), budget.Tokens is { } cap ? Figures.Tokens(cap) : null)} tokens, {total.Calls} call{(total.Calls == 1 ? "" : "s")}";
        return total.Open == 0 ? words : $"{words} ({total.Open} under way, {(total.ReservedDollars > 0 ? $"{Figures.Dollars(total.ReservedDollars)} and " : "")}{Figures.Tokens(total.Reserved.Total)} tokens at most)";
    }

    /// <summary><c>$0.42</c>, or <c>81k tokens</c> where nothing was paid for or the price is not known; null where no model was asked.</summary>
    public static string? Spent(Journal journal)
    {
        Outlay total = journal.Spending.Total;
        return total.Calls == 0 || total.Calls == total.Uncounted ? null : total.SettledDollars > 0 ? Dollars(total) : $"{Figures.Tokens(total.Settled.Total)} tokens";
    }

    /// <summary><c>$0.42 of $2.00</c>, or tokens where the price of a call is not known; null where no model was asked.</summary>
    public static string? Short(Journal journal) =>
        journal is not { Settings.Budget: { } budget, Spending: { Calls: > 0, Total: var total } } || total.Calls == total.Uncounted ? null
        : total.Unpriced == 0 ? Of(Figures.Dollars(total.SettledDollars), budget.Dollars is { } most ? Figures.Dollars(most) : null)
        : $"{Of(Figures.Tokens(total.Settled.Total), budget.Tokens is { } cap ? Figures.Tokens(cap) : null)} tokens";

    /// <summary><c>$0.42</c>, with what is not known of it.</summary>
    public static string Dollars(Outlay outlay, decimal? cap = null) => outlay.Unpriced == outlay.Calls
        ? Of("price not known", cap is { } some ? Figures.Dollars(some) : null)
        : Of(Figures.Dollars(outlay.SettledDollars), cap is { } most ? Figures.Dollars(most) : null) + (outlay.Unpriced > 0 ? $" and {outlay.Unpriced} calls of unknown price" : "");

    /// <summary>The part of the budget that is spent, in words; null where there is no need to say it yet.</summary>
    public static string? Warning(Journal journal) =>
        journal is { Settings.Budget: { } budget, Spending: { Calls: > 0 } spending } && spending.Share(budget) is >= NearlySpent and { } share
            ? FormattableString.Invariant($"{Math.Floor(100 * share):0} % of the budget for models is spent: {Of(journal)}")
            : null;

    private static string Of(string amount, string? cap) => cap is null ? amount : $"{amount} of {cap}";
}
