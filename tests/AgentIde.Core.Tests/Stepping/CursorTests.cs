using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Stepping;

namespace AgentIde.Core.Tests.Stepping;

public sealed class CursorTests
{
    private static readonly TokenUsage Some = new(10, 0, 10, 0);

    [Fact]
    public void Over_goes_from_step_to_step_of_the_node_and_into_stops_at_prompt_and_reply()
    {
        RunHistory history = WithOneCall();

        Positions(history, Stride.Over).ShouldBe([1, 2, 6, 7, 8, 9]);
        Positions(history, Stride.Into).ShouldBe([1, 2, 3, 5, 6, 7, 8, 9]);
        Positions(history, Stride.Event).ShouldBe([1, 2, 3, 4, 5, 6, 7, 8, 9]);
        Positions(history, Stride.Out).ShouldBe([1, 2, 9]);
    }

    [Fact]
    public void Over_stays_with_its_node_where_two_are_worked_on_at_once()
    {
        RunHistory history = Interleaved();

        Cursor first = Cursor.At(2).Forward(history, Stride.Over, 1, goesOn: false).ShouldNotBeNull();
        first.Position.ShouldBe(4);
        first.Forward(history, Stride.Out, 1, goesOn: false).ShouldNotBeNull().Position.ShouldBe(8);
        Cursor.At(3).Forward(history, Stride.Over, 2, goesOn: false).ShouldNotBeNull().Position.ShouldBe(5);
        (history.WorkerOf(1), history.WorkerOf(2), history.WorkerOf(3)).ShouldBe((0, 1, 1));
        (history.NodeOf(0, 6), history.NodeOf(1, 2), history.NodeOf(1, 8)).ShouldBe(((int?)1, (int?)null, (int?)3));
    }

    [Fact]
    public void From_the_end_of_a_node_a_step_leads_on_in_the_run()
    {
        RunHistory history = Interleaved();

        Cursor end = Cursor.At(6);
        end.Node(history).ShouldBe(2);
        end.Forward(history, Stride.Over, 2, goesOn: false).ShouldNotBeNull().Position.ShouldBe(7);
    }

    [Fact]
    public void What_is_under_way_in_a_live_run_is_waited_for_and_what_has_ended_is_not()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft);
        RunHistory history = HistoryOf(run);

        Cursor.At(2).Forward(history, Stride.Over, 1, goesOn: true).ShouldBeNull();
        run.Add(new HintGiven("a person", "a log target"));
        history.Append(run.Events[^1]);
        Cursor.At(2).Forward(history, Stride.Over, 1, goesOn: true).ShouldBeNull();
        Cursor.At(2).Forward(history, Stride.Over, 1, goesOn: false).ShouldNotBeNull().Position.ShouldBe(3);
        run.Score(1);
        history.Append(run.Events[^1]);
        Cursor.At(2).Forward(history, Stride.Over, 1, goesOn: true).ShouldNotBeNull().Position.ShouldBe(4);
    }

    [Fact]
    public void The_best_and_half_of_the_budget_are_known_by_their_events()
    {
        JournalBuilder run = new(budget: new Budget(4, 1e6));
        run.Node(Operator.Draft, null, 2).Node(Operator.Draft, null, 3).Node(Operator.Improve, 1, 1);
        RunHistory history = HistoryOf(run);

        Enumerable.Range(1, (int)history.Length).Where(seq => history.IsNewBest(seq)).ShouldBe([3, 7]);
        history.HalfSpent.ShouldBe(4);
    }

    [Fact]
    public void An_event_that_does_not_fit_changes_nothing()
    {
        RunHistory history = WithOneCall();

        Should.Throw<RunStoreException>(() => history.Append(new RecordedEvent(20, default, 1, new RunPaused("me"))));
        (history.Length, history.Head.Seq).ShouldBe((9, 9));
        Should.Throw<ArgumentOutOfRangeException>(() => history.At(10));
        Should.Throw<ArgumentOutOfRangeException>(() => history.At(-1));
    }

    /// <summary>1 run, 2 node, 3 prompt, 4 piece, 5 reply, 6 code, 7 and 8 execution, 9 score.</summary>
    private static RunHistory WithOneCall()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft);
        run.Add(new CallReserved(1, 1, "openai:gpt", Digest.Of("prompt"), Some, null, default));
        run.Add(new CallWritten(1, 1, "", "import", 6));
        run.Add(new CallEnded(1, 1, Digest.Of("answer"), null, null, "", Some, null, 1));
        run.Propose(new Proposal("plan", "print()", [], null)).Execute(Digest.Of("output")).Score(1);
        return HistoryOf(run);
    }

    /// <summary>1 run, 2 node 1, 3 node 2, 4 code of 1, 5 code of 2, 6 node 2 fails, 7 node 3 begins, 8 score of node 1.</summary>
    private static RunHistory Interleaved()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft).Begin(Operator.Draft);
        run.Add(new NodeProposed(1, "plan", Digest.Of("1"), [], null, null));
        run.Add(new NodeProposed(2, "plan", Digest.Of("2"), [], null, null));
        run.Add(new NodeFailed(2, new Failure(FailureKind.Exception, "KeyError", 1, null)));
        run.Begin(Operator.Debug, 2);
        run.Add(new NodeScored(1, new Score(1, ScoreKind.Verified, 0.1, null, [])));
        return HistoryOf(run);
    }

    private static List<long> Positions(RunHistory history, Stride stride)
    {
        List<long> positions = [1];
        Cursor cursor = Cursor.At(1);
        while (cursor.Forward(history, stride, cursor.Node(history), goesOn: false) is { } next)
        {
            cursor = next;
            positions.Add(cursor.Position);
        }

        return positions;
    }

    private static RunHistory HistoryOf(JournalBuilder run)
    {
        RunHistory history = new();
        run.Events.ForEach(history.Append);
        return history;
    }
}
