using System.Collections.Immutable;

namespace AgentIde.Core.Runs;

/// <summary>What a run spent on models: a fold over its calls, in sum and by model.</summary>
public sealed record Spending
{
    /// <summary>No call and no cap comes near these; a log may come from a stranger, and sums must not overflow.</summary>
    private const long MostTokens = 1_000_000_000_000;
    private const decimal MostDollars = 1_000_000_000;

    public static Spending None { get; } = new();

    /// <summary>Calls that were reserved; the last one has this number.</summary>
    public int Calls { get; private init; }

    public Outlay Total { get; private init; } = Outlay.None;

    /// <summary>By the model's name as the user gave it.</summary>
    public ImmutableSortedDictionary<string, Outlay> ByModel { get; private init; } = ImmutableSortedDictionary.Create<string, Outlay>(StringComparer.Ordinal);

    /// <summary>How much of a run's budget for models is spent, calls under way left out: the largest part of its caps, 1 for all; null where it has none.</summary>
    public double? Share(Budget budget) => Larger(Part(Total.Settled.Total, budget.Tokens), Part(Total.SettledDollars, budget.Dollars));

    internal static bool IsPossible(TokenUsage usage, decimal? dollars) =>
        usage is { Input: >= 0 and <= MostTokens, CachedInput: >= 0 and <= MostTokens, Output: >= 0 and <= MostTokens, Reasoning: >= 0 and <= MostTokens }
        && dollars is null or (>= 0 and <= MostDollars);

    internal static bool IsPossible(Budget budget) =>
        budget is
        {
            Tokens: null or (>= 0 and <= MostTokens),
            NodeTokens: null or (>= 0 and <= MostTokens),
            Dollars: null or (>= 0 and <= MostDollars),
            NodeDollars: null or (>= 0 and <= MostDollars),
            DayDollars: null or (>= 0 and <= MostDollars),
        };

    /// <summary>Figures as an event may have them: what is absurd becomes the nearest that is possible.</summary>
    internal static TokenUsage Possible(TokenUsage usage) => new(Possible(usage.Input), Possible(usage.CachedInput), Possible(usage.Output), Possible(usage.Reasoning));

    internal static decimal? Possible(decimal? dollars) => dollars is { } some ? Math.Clamp(some, 0, MostDollars) : null;

    /// <summary>The same name as one string: a journal of ten thousand nodes would hold each name as often.</summary>
    internal string Shared(string model) => ByModel.TryGetKey(model, out string known) ? known : model;

    internal Spending WithReserved(ModelCall call) => With(call.Model, outlay => outlay.WithReserved(call)) with { Calls = call.Number };

    internal Spending WithEnded(ModelCall open, ModelCall ended) => With(ended.Model, outlay => outlay.WithEnded(open, ended));

    private Spending With(string model, Func<Outlay, Outlay> change) =>
        this with { Total = change(Total), ByModel = ByModel.SetItem(model, change(ByModel.GetValueOrDefault(model, Outlay.None))) };

    private static long Possible(long tokens) => Math.Clamp(tokens, 0, MostTokens);

    private static double? Part(decimal spent, decimal? cap) => cap switch
    {
        null => null,
        0 => 1,
        { } some => (double)spent / (double)some,
    };

    private static double? Larger(double? one, double? other) => one > other || other is null ? one : other;
}

/// <summary>What many calls came to.</summary>
/// <param name="Calls">Those under way included.</param>
/// <param name="Open">Those of them that are under way.</param>
/// <param name="Unpriced">Those of them whose price is not known: they are in no sum of dollars.</param>
/// <param name="Settled">Tokens of those that have ended.</param>
/// <param name="Reserved">The most tokens that those under way can come to.</param>
/// <param name="ReservedDollars">The most that they can cost.</param>
public sealed record Outlay(int Calls, int Open, int Unpriced, TokenUsage Settled, decimal SettledDollars, TokenUsage Reserved, decimal ReservedDollars)
{
    public static Outlay None { get; } = new(0, 0, 0, TokenUsage.None, 0, TokenUsage.None, 0);

    /// <summary>Calls whose tokens nobody counted: they are in no sum.</summary>
    public int Uncounted { get; init; }

    /// <summary>Tokens, calls under way at their most.</summary>
    public long Tokens => Settled.Total + Reserved.Total;

    /// <summary>Dollars, calls under way at their most.</summary>
    public decimal Dollars => SettledDollars + ReservedDollars;

    internal Outlay WithReserved(ModelCall call) => this with
    {
        Calls = Calls + 1,
        Open = Open + 1,
        Unpriced = Unpriced + (call.MaximumDollars is null ? 1 : 0),
        Reserved = Reserved + call.Maximum,
        ReservedDollars = ReservedDollars + (call.MaximumDollars ?? 0),
    };

    internal Outlay WithEnded(ModelCall open, ModelCall ended) => this with
    {
        Open = Open - 1,
        Unpriced = Unpriced - (open.MaximumDollars is null && ended.Dollars is not null ? 1 : 0),
        Uncounted = Uncounted + (ended.IsUncounted ? 1 : 0),
        Settled = Settled + ended.Usage,
        SettledDollars = SettledDollars + (ended.Dollars ?? 0),
        Reserved = Reserved - open.Maximum,
        ReservedDollars = ReservedDollars - (open.MaximumDollars ?? 0),
    };
}
