using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Scaling;

/// <summary>A finished run, with what each of its solutions would have got on the private answers. Scores are in the metric's units.</summary>
/// <param name="Split">Digest over the split's files, and how many rows scores are of: holdout scores are compared within one split alone.</param>
/// <param name="Engineer">As on a command line.</param>
/// <param name="Started">Nodes that were begun.</param>
/// <param name="Seconds">Wall time of the search: from the run's start to the end of its last node, processes included.</param>
/// <param name="Nodes">Those that ended, in the order they were begun.</param>
/// <param name="Delivered">The private score of the run's own result, refitted where the refit was believed; null where it has none.</param>
/// <param name="Remarks">What a reader has to know of it, for people.</param>
public sealed record ScaledRun(
    string Run, string Task, MetricFacts Metric, string Split, string Engineer, string Policy, int Workers, long Seed, Budget Budget,
    int Started, double Seconds, ImmutableArray<ScaledNode> Nodes, double? Delivered, ImmutableArray<string> Remarks)
{
    /// <summary>Of the node that the run chose, on the second holdout; null where it has none.</summary>
    public ScaledSecond? Second { get; init; }

    /// <summary>Used of models in all; null where none was asked, and where nobody counted some of them.</summary>
    public long? Tokens { get; init; }

    /// <summary>Spent on models in all, in US dollars; null where none was asked, and where some of them have no price.</summary>
    public double? Dollars { get; init; }
}

/// <summary>A chosen node on the rows that nothing was chosen by, beside its score on the others.</summary>
/// <param name="HoldoutError">Standard errors: the two scores are on different rows.</param>
public sealed record ScaledSecond(double Holdout, double? HoldoutError, double Score, double Error);

/// <param name="Path">The tree it stands in, by its first parents: 1 for that of the first draft, 2 for that of the second, …</param>
/// <param name="Seconds">From the run's start to its end, while a process was running the run.</param>
/// <param name="Holdout">Null where it has no valid submission, as with the errors.</param>
/// <param name="HoldoutError">Its standard error, over rows, groups or blocks of time.</param>
/// <param name="PairedError">The standard error of its difference to its parent, or else to the best before it; null where there was neither.</param>
/// <param name="Private">What its blind submission gets on the private answers; null where that has no finite score.</param>
/// <param name="IsRejected">Whether a person wants nothing more of it: it can't be chosen.</param>
public sealed record ScaledNode(
    int Id, int Path, double Seconds, double? Holdout, double? HoldoutError, double? PairedError, double? Private, double? PrivateError, bool IsRejected)
{
    /// <summary>Used of models by the whole run when the node had ended, calls under way left out; null as with <see cref="ScaledRun.Tokens"/>.</summary>
    public long? Tokens { get; init; }

    /// <summary>The same in US dollars.</summary>
    public double? Dollars { get; init; }
}

/// <summary>A private score that means something: <c>good</c>.</summary>
public sealed record ScaleReference(string Name, double Score);
