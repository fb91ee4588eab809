using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;

namespace AgentIde.Models.Tests.Commands;

/// <summary>What an engineer is asked in a run with two nodes done, a valid one and one that failed.</summary>
internal static class SampleAssignment
{
    public const string Code = "import pandas as pd\nprint('größer 🌲')\n";

    public static Assignment Of(Operator @operator = Operator.Improve, int? parent = 1, string output = "score: 0.25\n", string description = "Predict `y`.")
    {
        Blob code = Blob.Of(Code), written = Blob.Of(output);
        Dictionary<Digest, string> blobs = new() { [code.Digest] = Code, [written.Digest] = output };
        ExecutionRecord execution = new(Ending.Exited, 0, null, false, 2, 1.5, 1 << 20, written.Digest, null, null, 0.2);
        ImmutableArray<RunEvent> events =
        [
            new RunStarted(
                new RunSettings(RunId.Parse("small-1"), "tasks/small", "solution.py", "command/1", "aide", ProgramLanguage.Python, 1, 1, new Budget(10, 600)),
                new TaskFacts("small", "A small task", description, new MetricFacts("rmse", "RMSE", MetricDirection.LowerIsBetter, PredictionKind.Values), "y", "id", ["y"], Digest.Of("task")),
                new SandboxReport("scripted", "1", "none", [])),
            new DataProfiled(new DataProfile(2_000, 500, [new ColumnProfile("x", ColumnKind.Number, 3, 1_900, null, [], 5, true, 0, 0.5)], []), []),
            new NodeStarted(1, Operator.Draft, [], "first", []),
            new NodeProposed(1, "Fit a line.", code.Digest, [], "{\"leaf\":4}", null),
            new ExecutionStarted(1, 1, ExecutionPurpose.Search),
            new ExecutionEnded(1, 1, ExecutionPurpose.Search, execution),
            new NodeScored(1, new Score(0.25, ScoreKind.Verified, 0.01, 0.2, [])),
            new NodeStarted(2, Operator.Improve, [1], "second", []),
            new NodeProposed(2, "Grow a forest.", code.Digest, [], null, null),
            new ExecutionStarted(2, 1, ExecutionPurpose.Search),
            new ExecutionEnded(2, 1, ExecutionPurpose.Search, execution),
            new NodeFailed(2, new Failure(FailureKind.Exception, "KeyError: 'colour'", 2, "Traceback …")),
            new NodeStarted(3, @operator, parent is { } id ? [id] : [], "third", []),
        ];
        Journal journal = Journal.Empty.Apply(events.Select((@event, index) => new RecordedEvent(index + 1, DateTimeOffset.UnixEpoch, 1, @event)));
        return new Assignment(
            journal, 3, @operator, journal[3].Parents, new Draws(1, 3, "engineer"), (digest, _) => Task.FromResult(blobs[digest]), ExecutionLimits.Default);
    }
}
