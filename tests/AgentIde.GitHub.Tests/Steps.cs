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
        [.. codes.Select((code, index) => new StepCode(new SolutionStep(index + 1, Digest.Of(code), Start.AddMinutes(index), $"step {index + 1}\n\n> a thought\n\nNode {index + 1} of the run diamonds-1.\n"), Encoding.UTF8.GetBytes(code)))];
}
