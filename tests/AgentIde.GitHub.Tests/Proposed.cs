using AgentIde.Core.PullRequests;
using AgentIde.GitHub.Git;

namespace AgentIde.GitHub.Tests;

/// <summary>The pull request that these tests open, of steps without a run.</summary>
internal static class Proposed
{
    public const string Solution = "tasks/diamonds/solution.py";
    public const string Branch = "agentide/diamonds-1";
    public const string Marker = "<!-- agentide:run diamonds-1 0123abcd -->";

    public static PullRequest Of(StepCode[] steps, string text = "The evidence.") =>
        new(steps.Length, Branch, "Solution of diamonds", $"{text}\n\n{Marker}\n", Marker, [.. steps.Select(step => step.Step)]);
}
