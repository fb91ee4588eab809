using System.Text.Json.Serialization;
using AgentIde.Core.Runs;

namespace AgentIde.Cli.Terminal;

/// <summary>What a run came to: the one document of <c>run --json</c> and <c>show --json</c>.</summary>
/// <param name="From">The finished run that it goes on from; null for one that began with nothing.</param>
/// <param name="Issue">The issue that it was started from; null for none.</param>
/// <param name="Review">What it was told to go on by now; null where it was not to.</param>
/// <param name="Failure">Why the command failed, and its exit code; nothing where it did not.</param>
internal sealed record RunReport(
    string Run,
    string Task,
    string State,
    int Nodes,
    int ValidNodes,
    double? Seconds,
    BestReport? Best,
    FoldReport? Folds,
    FreshReport? Fresh,
    SecondReport? Second,
    PrivateReport? Private,
    string? Solution,
    string? Submission,
    SpendingReport? Spending,
    SteeringReport? Steering,
    ImportReport? Imported,
    string? From,
    string? Issue,
    ReviewReport? Review,
    [property: JsonIgnore] FailureReport? Failure)
{
    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    internal string? Error => Failure?.Error;

    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    internal int? Code => Failure?.Code;

    public static RunReport Of(Journal journal, string state, string? solution, string? submission, ReviewReport? review = null, FailureReport? failure = null)
    {
        int? node = journal.Choice?.Node ?? journal.Best;
        BestReport? best = node is { } id && journal[id].Standing is { } score
            ? new BestReport(id, journal.Task!.Metric.Name, score.Value, score.Kind, score.StandardError, score.Claim)
            : null;
        PrivateReport? answer = journal.Private is { } graded ? new PrivateReport(graded.Score, graded.Medal, graded.Reference) : null;
        return new RunReport(
            journal.Settings!.Run.Value, journal.Task!.Id, state, journal.Nodes.Count, journal.ValidNodes,
            SecondsOf(journal), best, FoldReport.Of(journal), FreshReport.Of(journal), journal.Choice?.Second is { } second ? new SecondReport(second.Score, second.StandardError, second.Rows) : null, answer, solution, submission, SpendingReport.Of(journal), SteeringReport.Of(journal), ImportReport.Of(journal), journal.Settings.Fork?.Run.Value, journal.Settings.Issue?.ToString(), review, failure);
    }

    /// <summary>Null where a run that another program made does not tell.</summary>
    private static double? SecondsOf(Journal journal) =>
        (journal.Settings!.Origin is null ? journal.Spent : NodeOrigin.TimeOf(journal)) is { } time ? Math.Round(time.TotalSeconds, 1) : null;
}

/// <summary>The one document of a command with <c>--json</c> that failed before it had another.</summary>
/// <param name="Code">The exit code.</param>
internal sealed record FailureReport(string Error, int Code);

/// <summary>What people said of a pull request, and what of it a run goes on by.</summary>
/// <param name="PullRequest">Its address.</param>
/// <param name="Taken">Comments that the run took up: those first that it had before this command, such as by one that was cut short.</param>
/// <param name="LeftOut">Comments that steer nothing.</param>
internal sealed record ReviewReport(string PullRequest, IReadOnlyList<TakenReport> Taken, IReadOnlyList<LeftOutReport> LeftOut);

/// <param name="Node">The node that was made for it; null where none has yet.</param>
/// <param name="From">The node that its node comes from; as far as that is known, where there is none yet.</param>
/// <param name="Written">The node whose commit it was written at; null where it is of none.</param>
/// <param name="Origin">The node that its line comes from; null where that is not known.</param>
/// <param name="New">Whether this command took it up.</param>
internal sealed record TakenReport(string Url, string Author, string Text, int? Node, int From, int? Line, int? Written, int? Origin, bool New);

internal sealed record LeftOutReport(string Url, string Author, string Why);

internal sealed record BestReport(int Node, string Metric, double Score, ScoreKind Kind, double? StandardError, double? Claim);

/// <summary>The nodes that were executed on all folds of a train that is cut into them.</summary>
/// <param name="Folds">How many there are.</param>
/// <param name="Rows">Of train, each held out by one of them.</param>
/// <param name="Why">Why that node was chosen; null where none is yet.</param>
internal sealed record FoldReport(int Folds, int Rows, IReadOnlyList<FoldedReport> Nodes, string? Why)
{
    /// <summary>Null where train is not cut into folds.</summary>
    public static FoldReport? Of(Journal journal) => journal.Split is { Folds: { } folds } split
        ? new FoldReport(folds, split.TrainRows + split.HoldoutRows, [.. journal.Nodes.Where(node => node.Folds is not null).Select(FoldedReport.Of)], journal.Choice?.Why)
        : null;
}

/// <param name="Score">Over all folds; null where it has none.</param>
/// <param name="FirstFold">Its score on the first fold alone, by which the search goes.</param>
/// <param name="Executed">On how many of the folds it was executed to the end, the first included.</param>
/// <param name="Problem">Why it has no score over all folds; null where it has one, or may have one yet.</param>
internal sealed record FoldedReport(int Node, double? Score, double? StandardError, double? FirstFold, int Executed, string? Problem, IReadOnlyList<Comparison> Comparisons)
{
    public static FoldedReport Of(Node node) => new(
        node.Id, node.Folded?.Value, node.Folded?.StandardError, node.Score?.Value, 1 + node.Folds!.Executions.Count(fold => fold.Execution is not null),
        node.Folds.Failed is { } failed ? $"fold {failed.Fold}: {failed.Reason}" : null, node.Folds.Result?.Comparisons ?? []);
}

/// <summary>The nodes that the holdout did not tell apart, on a fresh split: what the choice went by beside the holdout.</summary>
/// <param name="Rows">Held out by the fresh split.</param>
/// <param name="Why">Why that node was chosen; null where none is yet.</param>
internal sealed record FreshReport(int Rows, IReadOnlyList<FinalistReport> Nodes, string? Why)
{
    /// <summary>Null where none was tried on one.</summary>
    public static FreshReport? Of(Journal journal) => journal.FinalRound is { } round
        ? new FreshReport(round.Rows, [.. round.Finalists.Select(finalist => new FinalistReport(finalist.Node, finalist.Result?.Score, finalist.Result?.StandardError, finalist.Result?.OnFresh?.Gain, finalist.Result?.OnFresh?.StandardError, finalist.Result?.Problem))], journal.Choice?.Why)
        : null;
}

/// <param name="Gain">Against the first of them, paired on the fresh split; null for that one.</param>
internal sealed record FinalistReport(int Node, double? Score, double? StandardError, double? Gain, double? GainStandardError, string? Problem);

/// <summary>What the chosen node scores on the second holdout, which is opened once, after the choice.</summary>
internal sealed record SecondReport(double Score, double StandardError, int Rows);

/// <summary>Where a run comes from that another program made.</summary>
/// <param name="Missing">What the file does not tell, one a line.</param>
internal sealed record ImportReport(string Program, string File, string Sha256, IReadOnlyList<string> Missing)
{
    /// <summary>Null for a run of our own.</summary>
    public static ImportReport? Of(Journal journal) => journal.Settings?.Origin is { } origin
        ? new ImportReport(origin.Program, origin.File, origin.Digest.Hex, origin.Missing)
        : null;
}

internal sealed record PrivateReport(double? Score, string? Medal, string? Reference);

/// <summary>What people said of a run.</summary>
/// <param name="Asked">Branches that no node has answered.</param>
internal sealed record SteeringReport(IReadOnlyList<Hint> Hints, IReadOnlyList<AskedBranch> Asked, IReadOnlyList<RejectionReport> Rejected)
{
    /// <summary>Null where nobody said anything.</summary>
    public static SteeringReport? Of(Journal journal)
    {
        SteeringReport report = new(journal.Hints, journal.Asked, [.. journal.Nodes.Where(node => node.Rejected is not null).Select(node => new RejectionReport(node.Id, node.Rejected!.By, node.Rejected.Why))]);
        return report is { Hints.Count: 0, Asked.Count: 0, Rejected.Count: 0 } ? null : report;
    }
}

internal sealed record RejectionReport(int Node, string By, string? Why);

/// <summary>What was spent on models; a call under way is in <see cref="MostTokens"/> and <see cref="MostDollars"/> alone.</summary>
/// <param name="Share">Of the run's caps, the largest part that is spent, 1 for all; null where it has none.</param>
/// <param name="UnpricedCalls">Calls whose price is not known: they are in no sum of dollars.</param>
/// <param name="UncountedCalls">Calls whose tokens nobody counted: they are in no sum. Null for none.</param>
internal sealed record SpendingReport(
    int Calls, int OpenCalls, int UnpricedCalls, long Tokens, decimal Dollars, long MostTokens, decimal MostDollars, long? BudgetTokens, decimal? BudgetDollars, double? Share, IReadOnlyList<ModelReport> Models, int? UncountedCalls)
{
    /// <summary>Null where no model was asked.</summary>
    public static SpendingReport? Of(Journal journal)
    {
        Outlay total = journal.Spending.Total;
        Budget budget = journal.Settings!.Budget;
        return total.Calls == 0 ? null : new SpendingReport(
            total.Calls, total.Open, total.Unpriced, total.Settled.Total, total.SettledDollars, total.Tokens, total.Dollars, budget.Tokens, budget.Dollars, journal.Spending.Share(budget),
            [.. ModelResults.Of(journal).Select(model => new ModelReport(model.Model, model.Outlay.Calls, model.Outlay.Settled, model.Outlay.SettledDollars, model.Nodes, model.Valid, model.Claims, model.Overclaim))],
            total.Uncounted is > 0 and var uncounted ? uncounted : null);
    }
}

/// <param name="Claims">Nodes whose code claims a score.</param>
/// <param name="Overclaim">By how much claims are better than grades, in the mean and in the metric's units.</param>
internal sealed record ModelReport(string Model, int Calls, TokenUsage Usage, decimal Dollars, int Nodes, int ValidNodes, int Claims, double? Overclaim);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(RunReport[]))]
[JsonSerializable(typeof(FailureReport))]
[JsonSerializable(typeof(string))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
