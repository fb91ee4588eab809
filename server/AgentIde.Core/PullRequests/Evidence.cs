using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>What the sections of a pull request's text are written from.</summary>
/// <param name="Code">The program of the node.</param>
internal sealed record Evidence(RunAccount Account, Node Node, string Code, ImmutableArray<SolutionStep> Steps, Func<string, string> Redact)
{
    /// <summary>The server that the pull request goes to; null where that is not known.</summary>
    public string? Host { get; init; }

    /// <summary><c>OWNER/NAME</c> that the pull request goes to; null where that is not known.</summary>
    public string? Repository { get; init; }

    /// <summary>The run's commits as the branch holds them, oldest first; null where that is not known.</summary>
    public ImmutableArray<StepName>? Commits { get; init; }

    /// <summary>The solution file, from the root of the repository, where the branch's base has it already; null where it has not, or that is not known.</summary>
    public string? Replaced { get; init; }

    /// <summary>What stands at GitHub around the pull request.</summary>
    public Surroundings Around { get; init; } = Surroundings.None;

    public Journal Journal => Account.Journal;

    public MetricFacts Metric => Journal.Task!.Metric;

    public string MetricName => Inline(Metric.DisplayName, 40);

    /// <summary>Root first.</summary>
    public ImmutableArray<Node> Lineage { get; } = [.. Account.Journal.Lineage(Node.Id).Reverse()];

    /// <summary>The nodes of this log that are commits of the branch; those that would be, where it is not known.</summary>
    public HashSet<int> Committed() => [.. Commits is { } commits ? commits.Where(IsHere).Select(name => name.Node) : Steps.Select(step => step.Node)];

    /// <summary>Whether a step's way leads over another one; steps of runs that this log does not hold come from nowhere.</summary>
    public bool ComesFrom(StepName step, StepName other) =>
        IsHere(step) && IsHere(other) && Journal.Lineage(step.Node).Any(node => node.Id == other.Node);

    /// <summary><c>node 3 (RMSE 0.500 ± 0.010)</c>, for a commit as well as for the text.</summary>
    public string Described(StepName name) =>
        !IsHere(name) ? $"node {name.Node} of the run {name.Run}"
        : Journal[name.Node].Standing is { } score ? $"node {name.Node} ({GitHubText.Words(Metric.DisplayName, 40)} {Figures.WithError(score.Value, score.StandardError)})"
        : $"node {name.Node}, which has no score";

    private bool IsHere(StepName name) => Journal.Has(name.Node) && name == Account.NameOf(name.Node);

    /// <summary>Text of somebody else's on one line, without keys and without Markdown.</summary>
    public string Inline(string text, int maximum) => GitHubText.Inline(Redact(text), maximum);

    public string Fenced(string text, string language, int maximum) => GitHubText.Fenced(Redact(text), language, maximum);
}
