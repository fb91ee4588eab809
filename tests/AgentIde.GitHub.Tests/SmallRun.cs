using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.GitHub.Git;

namespace AgentIde.GitHub.Tests;

/// <summary>A run of one node, by its events.</summary>
internal static class SmallRun
{
    /// <param name="minute">When it began, by which it is told from another one of its name.</param>
    /// <param name="issue">Null for none.</param>
    /// <param name="name">The run's.</param>
    /// <param name="from">The finished run that it goes on from; null for none.</param>
    public static RunAccount Of(int minute, IssueSource? issue, string name = "diamonds-1", RunFork? from = null)
    {
        RunSettings settings = new(RunId.Parse(name), "tasks/diamonds", Proposed.Solution, "scripted/1", "aide", ProgramLanguage.Python, 1, 1, new Budget(20, 600)) { Issue = issue, Fork = from };
        TaskFacts task = new("diamonds", "Diamond price", "Predict it.", new MetricFacts("rmsle", "RMSLE", MetricDirection.LowerIsBetter, PredictionKind.Values), "price", "id", ["price"], Digest.Of("task"));
        RunEvent[] events =
        [
            new RunStarted(settings, task, new SandboxReport("scripted", "1", "none", [])),
            new NodeStarted(1, Operator.Draft, [], "the policy's turn", []),
            new NodeProposed(1, "Begin.", Digest.Of(Code(minute)), [], null, null),
            new NodeScored(1, new Score(0.1, ScoreKind.Verified, 0.01, null, [])),
        ];
        return RunAccount.Of(events.Select((@event, index) => new RecordedEvent(index + 1, Steps.Start.AddMinutes(minute), 1, @event)));
    }

    public static StepCode[] StepsOf(PullRequest pull, int minute) => [.. pull.Steps.Select(step => new StepCode(step, Encoding.UTF8.GetBytes(Code(minute))))];

    public static string Code(int minute) => $"print({minute})\n";
}
