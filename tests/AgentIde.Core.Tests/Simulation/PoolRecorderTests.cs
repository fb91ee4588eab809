using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Simulation;

namespace AgentIde.Core.Tests.Simulation;

public sealed class PoolRecorderTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
    private readonly List<RecordedEvent> _events = [];

    [Fact]
    public void Of_a_run_its_tree_its_scores_and_what_each_node_took_are_kept()
    {
        Begin();
        At(10, new NodeStarted(1, Operator.Draft, [], "chosen", []));
        At(12, new NodeProposed(1, "A plan.", Digest.Of("1"), [], """{"family":"forest"}""", null, 42));
        At(14.5, new NodeScored(1, new Score(0.5, ScoreKind.Verified, 0.1, 0.4, [])));
        At(15, new NodeStarted(2, Operator.Improve, [1], "chosen", []));
        At(16, new NodeStarted(3, Operator.Draft, [], "chosen", []));
        At(18, new NodeFailed(2, new Failure(FailureKind.Exception, "KeyError: 'secret of the data'", 3, null)));
        At(19, new NodeStarted(4, Operator.Debug, [2], "chosen", []));
        At(20, new RunPaused("somebody"));
        At(50, new RunContinued("somebody"));
        At(51, new NodeScored(4, new Score(0.4, ScoreKind.Verified, 0.1, null, [new Comparison(1, 0.1, 0.02)])));

        PoolRun run = Record();
        (run.Run, run.Task, run.Split, run.Nodes.Length).ShouldBe(("sample-1", "sample", Digest.Of("files").Hex, 3));
        run.Nodes.Select(node => (node.Id, node.Operator, node.Seconds, node.Score, node.Family, node.Lines)).ShouldBe(
        [
            (1, Operator.Draft, 4.5, 0.5, "forest", 42),
            (2, Operator.Improve, 3, null, null, null),
            (4, Operator.Debug, 2, 0.4, null, null),
        ]);
        run.Nodes[2].Comparisons.ShouldBe([new Comparison(1, 0.1, 0.02)]);
        string json = Pools.Of(run).ToJson();
        json.ShouldNotContain("secret of the data");
        Pool.Read(Encoding.UTF8.GetBytes(json)).ToJson().ShouldBe(json);
    }

    [Fact]
    public void Where_a_person_had_a_hand_in_it_nothing_is_learnt_of_it()
    {
        Begin();
        At(1, new NodeStarted(1, Operator.Draft, [], "chosen", []));
        At(2, new NodeScored(1, new Score(0.5, ScoreKind.Verified, 0.1, 0.4, [])));
        At(3, new BranchAsked(1, "somebody", "try it"));
        At(4, new NodeStarted(2, Operator.Improve, [1], "asked", [], Asked: 1));
        At(5, new NodeScored(2, new Score(0.5, ScoreKind.Verified, 0.1, 0.4, [])));
        Record().Nodes.Select(node => node.OnlyParent).ShouldBe([false, true]);
    }

    [Fact]
    public void A_run_that_scored_nothing_of_its_own_is_refused()
    {
        Should.Throw<PoolException>(Record).Message.ShouldBe("it came to an end before it began");
        Begin();
        Should.Throw<PoolException>(Record).Message.ShouldBe("none of its nodes has ended");

        Begin(new RunOrigin("aide", "journal.json", Digest.Of("file"), "as it says", []));
        At(1, new NodeStarted(1, Operator.Draft, [], "chosen", []));
        At(2, new NodeScored(1, new Score(0.5, ScoreKind.Claimed, null, 0.5, [])));
        Should.Throw<PoolException>(Record).Message.ShouldStartWith("its scores are claims of aide");
    }

    private void Begin(RunOrigin? origin = null)
    {
        _events.Clear();
        RunSettings settings = new(RunId.Parse("sample-1"), "sample", "solution.py", "builtin/1", "aide", ProgramLanguage.Python, 1, 1, new Budget(20, 600)) { Origin = origin };
        At(0, new RunStarted(settings, Samples.Task("rmse"), new SandboxReport("none", "1", "Python", []), 3));
        At(0, new HoldoutMade(new SplitFacts(SplitKind.Random, "why", 10, 2, 5, Digest.Of("files"))));
    }

    private void At(double seconds, RunEvent @event) => _events.Add(new RecordedEvent(_events.Count + 1, Start.AddSeconds(seconds), 1, @event));

    private PoolRun Record()
    {
        PoolRecorder recorder = new();
        _events.ForEach(recorder.Add);
        return recorder.Finish();
    }
}
