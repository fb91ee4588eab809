using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AgentIde.Core.Runs;

/// <summary>What a run was asked to do. Paths are relative to the workspace where they lie in it.</summary>
/// <param name="Engineer">Its name and version, such as <c>builtin/1</c>.</param>
/// <param name="Seed">Decides all draws of policy and engineer.</param>
/// <param name="SplitSeed">With the workspace's secret and the task's digest it decides the holdout.</param>
/// <param name="Parallel">Nodes under way at once, at most; null for one. With more, what is known when a node is chosen depends on which ended first.</param>
public sealed record RunSettings(
    RunId Run,
    string TaskFolder,
    string SolutionFile,
    string Engineer,
    string Policy,
    ProgramLanguage Language,
    long Seed,
    long SplitSeed,
    Budget Budget,
    int? Parallel = null)
{
    /// <summary>What the name of an engineer begins with that is a program of somebody's own.</summary>
    public const string OfProgram = "command/";

    /// <summary>Whether the engineer is such a program: what its notes say is its own word, also where they read like those of the built-in engineer.</summary>
    [JsonIgnore]
    public bool IsByProgram => Engineer.StartsWith(OfProgram, StringComparison.Ordinal);

    /// <summary>What names the engineer on a command line, such as <c>recording:/data/proposals.jsonl</c>; null for the built-in one.</summary>
    public string? EngineerOption { get; init; }

    /// <summary>The models at providers that its engineer asks; null where it asks none.</summary>
    public ImmutableArray<AskedModel>? Models { get; init; }

    /// <summary>The operators that its engineer takes, where the policy chooses among them; null for all.</summary>
    public ImmutableArray<Operator>? Operators { get; init; }

    /// <summary>Answers that a model is asked for with one prompt; null for one.</summary>
    public int? Samples { get; init; }

    /// <summary>Where a run comes from that another program made; null for our own.</summary>
    public RunOrigin? Origin { get; init; }

    /// <summary>The finished run that this one goes on from; null for one that began with nothing.</summary>
    public RunFork? Fork { get; init; }

    /// <summary>The issue that it was started from; null where it was started from none.</summary>
    public IssueSource? Issue { get; init; }

    /// <summary>Nodes under way at once, at most.</summary>
    [JsonIgnore]
    public int Workers => Parallel ?? 1;
}

/// <param name="Nodes">Nodes to start at most.</param>
/// <param name="Seconds">Wall time while running, everything included.</param>
/// <param name="Tokens">Of all calls to models, input and output; null for no cap, as with those that follow.</param>
/// <param name="Dollars">What all calls may cost.</param>
/// <param name="NodeTokens">Of the calls for one node.</param>
/// <param name="NodeDollars">What the calls for one node may cost.</param>
/// <param name="DayDollars">What all runs of the workspace may cost on one day by UTC.</param>
public sealed record Budget(
    int Nodes,
    double Seconds,
    long? Tokens = null,
    decimal? Dollars = null,
    long? NodeTokens = null,
    decimal? NodeDollars = null,
    decimal? DayDollars = null)
{
    [JsonIgnore]
    public bool HasDollars => (Dollars ?? NodeDollars ?? DayDollars) is not null;
}

[JsonConverter(typeof(JsonStringEnumConverter<ProgramLanguage>))]
public enum ProgramLanguage
{
    [JsonStringEnumMemberName("python")]
    Python,
    [JsonStringEnumMemberName("csharp")]
    CSharp,
}

public static class ProgramLanguages
{
    /// <summary>What a compiled C# program is called in the candidate's folder.</summary>
    public const string Assembly = "solution.dll";

    /// <summary>What a solution in this language is called unless a task names it: <c>solution.py</c>.</summary>
    public static string FileName(this ProgramLanguage language) => language == ProgramLanguage.CSharp ? "solution.cs" : "solution.py";
}

/// <summary>The task as a run needs to know it: nothing of it leads to the private answers.</summary>
/// <param name="Digest">Of task.yaml and every public file.</param>
/// <param name="Targets">The columns that a submission predicts, in the order of the sample submission.</param>
public sealed record TaskFacts(
    string Id,
    string Title,
    string Description,
    MetricFacts Metric,
    string Label,
    string IdColumn,
    ImmutableArray<string> Targets,
    Digest Digest)
{
    /// <summary>What the files of rows are called in what programs see; null where rows have none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<RowFileNames>? Files { get; init; }
}

/// <param name="Train">Of a row of train, with <c>{id}</c> where its id stands: <c>train_images/{id}.png</c>, or <c>scans/{id}/</c> for a folder of each row.</param>
/// <param name="Test">Of a row of test; null where these have none.</param>
public sealed record RowFileNames(string Train, string? Test);

/// <param name="Name">Of the metric catalogue, such as <c>rmsle</c>.</param>
/// <param name="DisplayName">For people, such as <c>RMSLE</c>.</param>
/// <param name="Predicts">What a prediction is: values, a probability, a probability for each class, or labels.</param>
public sealed record MetricFacts(string Name, string DisplayName, MetricDirection Direction, PredictionKind Predicts)
{
    /// <summary>True when <paramref name="score"/> is better than <paramref name="other"/>.</summary>
    public bool IsBetter(double score, double other) => Direction == MetricDirection.LowerIsBetter ? score < other : score > other;

    /// <summary>How much better <paramref name="score"/> is than <paramref name="other"/>, in the metric's units; negative where worse.</summary>
    public double Gain(double score, double other) => Direction == MetricDirection.LowerIsBetter ? other - score : score - other;
}

[JsonConverter(typeof(JsonStringEnumConverter<MetricDirection>))]
public enum MetricDirection
{
    [JsonStringEnumMemberName("lower-is-better")]
    LowerIsBetter,
    [JsonStringEnumMemberName("higher-is-better")]
    HigherIsBetter,
}

[JsonConverter(typeof(JsonStringEnumConverter<PredictionKind>))]
public enum PredictionKind
{
    [JsonStringEnumMemberName("values")]
    Values,
    [JsonStringEnumMemberName("probability")]
    Probability,
    [JsonStringEnumMemberName("class-probabilities")]
    ClassProbabilities,
    [JsonStringEnumMemberName("labels")]
    Labels,

    /// <summary>Cells of a table, in as many columns as the metric takes.</summary>
    [JsonStringEnumMemberName("cells")]
    Cells,
}

[JsonConverter(typeof(JsonStringEnumConverter<Operator>))]
public enum Operator
{
    [JsonStringEnumMemberName("draft")]
    Draft,
    [JsonStringEnumMemberName("debug")]
    Debug,
    [JsonStringEnumMemberName("improve")]
    Improve,
    /// <summary>Other parameters of the same program.</summary>
    [JsonStringEnumMemberName("tune")]
    Tune,
    /// <summary>The program without one of its parts, to see what the part is worth.</summary>
    [JsonStringEnumMemberName("ablate")]
    Ablate,
    /// <summary>One program of two parents from different branches, the better one first.</summary>
    [JsonStringEnumMemberName("merge")]
    Merge,
    /// <summary>Fewer lines or less time for the same score.</summary>
    [JsonStringEnumMemberName("simplify")]
    Simplify,
}

[JsonConverter(typeof(JsonStringEnumConverter<ExecutionPurpose>))]
public enum ExecutionPurpose
{
    /// <summary>On the blind split, to be scored.</summary>
    [JsonStringEnumMemberName("search")]
    Search,
    /// <summary>On the whole public train, after the choice.</summary>
    [JsonStringEnumMemberName("refit")]
    Refit,
    /// <summary>On a fresh split, before the choice.</summary>
    [JsonStringEnumMemberName("fresh")]
    Fresh,
    /// <summary>On one of the folds after the first, on which the search runs; its events say which.</summary>
    [JsonStringEnumMemberName("fold")]
    Fold,
}

[JsonConverter(typeof(JsonStringEnumConverter<RunEnding>))]
public enum RunEnding
{
    [JsonStringEnumMemberName("nodes-spent")]
    NodesSpent,
    [JsonStringEnumMemberName("time-spent")]
    TimeSpent,
    [JsonStringEnumMemberName("engineer-exhausted")]
    EngineerExhausted,
    [JsonStringEnumMemberName("stopped")]
    Stopped,
    /// <summary>What the engineer needed to go on did not fit into the budget for models.</summary>
    [JsonStringEnumMemberName("budget-spent")]
    BudgetSpent,
    /// <summary>It was made elsewhere: how it ended is not known here.</summary>
    [JsonStringEnumMemberName("imported")]
    Imported,
}
