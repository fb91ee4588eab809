using System.Text;
using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;
using AgentIde.GitHub.Git;

namespace AgentIde.GitHub.Tests;

/// <summary>Steps of a run, without a run.</summary>
internal static class Steps
{
    public static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static StepCode[] Of(params string[] codes) =>
        [.. codes.Select((code, index) => Of(index + 1, code, $"step {index + 1}"))];

    public static StepCode Of(int node, string code, string thought) =>
        new(new SolutionStep(node, Digest.Of(code), Start.AddMinutes(node - 1), $"{thought}\n\n> a thought\n\nNode {node} of the run diamonds-1 (0123abcd), written by a machine.\n"), Encoding.UTF8.GetBytes(code));
}
