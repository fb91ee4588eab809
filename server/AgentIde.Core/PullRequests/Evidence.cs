using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>What the sections of a pull request's text are written from.</summary>
/// <param name="Code">The program of the node.</param>
internal sealed record Evidence(RunAccount Account, Node Node, string Code, ImmutableArray<SolutionStep> Steps, Func<string, string> Redact)
{
    public Journal Journal => Account.Journal;

    public MetricFacts Metric => Journal.Task!.Metric;

    public string MetricName => Inline(Metric.DisplayName, 40);

    /// <summary>Root first.</summary>
    public ImmutableArray<Node> Lineage { get; } = [.. Account.Journal.Lineage(Node.Id).Reverse()];

    /// <summary>Text of somebody else's on one line, without keys and without Markdown.</summary>
    public string Inline(string text, int maximum) => GitHubText.Inline(Redact(text), maximum);

    public string Fenced(string text, string language, int maximum) => GitHubText.Fenced(Redact(text), language, maximum);
}
