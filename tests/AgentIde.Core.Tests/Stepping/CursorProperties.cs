using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;
using AgentIde.Core.Stepping;
using AgentIde.Testing;
using CsCheck;

namespace AgentIde.Core.Tests.Stepping;

public sealed class CursorProperties
{
    /// <summary>Random walks for each journal; with the journals that makes ten thousand.</summary>
    private const int Walks = 100;
    private const int Journals = 90;

    private static readonly Gen<uint[]> Numbers = Gen.UInt.Array[40, 200];
    private static readonly Gen<uint[]> Moves = Gen.UInt.Array[1, 40];

    [Fact]
    public void Any_walk_over_a_generated_run_lands_where_the_prefix_of_its_events_says()
    {
        Numbers.Select(Moves.Array[Walks]).Sample(
            (numbers, walks) => CheckWalks(GeneratedRun.Of(numbers), walks),
            iter: Journals, threads: 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Any_walk_over_a_run_of_the_real_loop_lands_where_the_prefix_of_its_events_says(int workers)
    {
        List<RecordedEvent> events = await RealRunAsync(workers);

        Moves.Array[5 * Walks].Sample(walks => CheckWalks(events, walks), iter: 1, threads: 1);
    }

    [Fact]
    public void A_step_back_after_a_step_forward_is_where_one_was_from_every_place_and_for_every_stride()
    {
        Numbers.Sample(
            numbers =>
            {
                RunHistory history = HistoryOf(GeneratedRun.Of(numbers));
                for (long position = 1; position <= history.Length; position++)
                {
                    foreach (Stride stride in Enum.GetValues<Stride>())
                    {
                        for (int worker = 0; worker < history.Workers; worker++)
                        {
                            Cursor cursor = Cursor.At(position);
                            Cursor? forward = cursor.Forward(history, stride, history.NodeOf(worker, position), goesOn: false);
                            if (forward is null)
                            {
                                continue;
                            }

                            forward.Position.ShouldBeGreaterThan(position);
                            forward.Back(history, stride).ShouldBe(cursor);
                        }
                    }
                }
            },
            iter: 100, threads: 1);
    }

    [Fact]
    public void Every_event_is_reached_by_single_events_forwards_and_back()
    {
        Numbers.Sample(
            numbers =>
            {
                RunHistory history = HistoryOf(GeneratedRun.Of(numbers));
                Cursor cursor = Cursor.At(1);
                for (long position = 2; position <= history.Length; position++)
                {
                    cursor = cursor.Forward(history, Stride.Event, null, goesOn: false).ShouldNotBeNull();
                    cursor.Position.ShouldBe(position);
                }

                cursor.Forward(history, Stride.Event, null, goesOn: false).ShouldBeNull();
                Cursor back = Cursor.At(history.Length);
                while (back.Position > 1)
                {
                    long before = back.Position;
                    back = back.Back(history, Stride.Event);
                    back.Position.ShouldBeLessThan(before);
                }

                back.Back(history, Stride.Event).Position.ShouldBe(1);
            },
            iter: 100, threads: 1);
    }

    [Fact]
    public async Task Hits_are_the_same_ones_forwards_backwards_and_by_their_number()
    {
        await Gen.Select(Numbers, Gen.Int[1, 7]).SampleAsync(
            async (numbers, part) =>
            {
                RunHistory history = HistoryOf(GeneratedRun.Of(numbers));
                long[] expected = [.. Enumerable.Range(1, (int)history.Length).Select(seq => (long)seq).Where(seq => seq % part == 0 && history.StepAt(seq).Depth == StepDepth.Step)];
                Hits hits = new(history, (seq, _) => ValueTask.FromResult(seq % part == 0 && history.StepAt(seq).Depth == StepDepth.Step));
                while (!await hits.LookAsync(history.Length, 17, CancellationToken.None))
                {
                }

                for (long seq = 0; seq <= history.Length; seq++)
                {
                    hits.After(seq, static _ => true).ShouldBe(expected.Where(hit => hit > seq).Select(hit => (long?)hit).FirstOrDefault());
                    hits.Before(seq, static _ => true).ShouldBe(expected.Where(hit => hit < seq).Select(hit => (long?)hit).LastOrDefault());
                    hits.After(seq, static number => number == 3).ShouldBe(expected.Length > 2 && expected[2] > seq ? expected[2] : null);
                }
            },
            iter: 100, threads: 1);
    }

    private static void CheckWalks(List<RecordedEvent> events, uint[][] walks)
    {
        List<byte[]> prefixes = [];
        Journal fold = Journal.Empty;
        foreach (RecordedEvent recorded in events)
        {
            fold = fold.Apply(recorded);
            prefixes.Add(Print(fold));
        }

        RunHistory history = HistoryOf(events);
        history.Length.ShouldBe(events.Count);
        foreach (uint[] moves in walks)
        {
            Cursor cursor = Cursor.At(1);
            foreach (uint move in moves)
            {
                cursor = Move(history, cursor, move);
                cursor.Position.ShouldBeInRange(1, history.Length);
                history[cursor.Position].Seq.ShouldBe(cursor.Position);
                cursor.Journal(history).Seq.ShouldBe(cursor.Position);
            }

            Print(cursor.Journal(history)).ShouldBe(prefixes[(int)cursor.Position - 1]);
        }
    }

    private static Cursor Move(RunHistory history, Cursor cursor, uint move)
    {
        Stride stride = (Stride)(move / 16 % 4);
        int? node = history.NodeOf((int)(move / 64 % (uint)history.Workers), cursor.Position);
        switch (move % 16)
        {
            case < 9:
                Cursor? forward = cursor.Forward(history, stride, node, goesOn: false);
                if (forward is null)
                {
                    return cursor;
                }

                forward.Back(history, stride).ShouldBe(cursor);
                return forward;
            case < 13:
                Cursor back = cursor.Back(history, stride);
                (back.Position < cursor.Position || cursor.Position == 1).ShouldBeTrue();
                return back;
            case < 15:
                return Cursor.At(1 + (move / 64 % (uint)history.Length));
            default:
                long? hit = history.After(cursor.Position, static step => step.IsEnd);
                return hit is { } found ? Cursor.At(found) : cursor;
        }
    }

    private static RunHistory HistoryOf(List<RecordedEvent> events)
    {
        RunHistory history = new();
        events.ForEach(history.Append);
        return history;
    }

    /// <summary>All of a journal: its canonical form, and what that leaves out.</summary>
    private static byte[] Print(Journal journal) =>
        [.. RunJson.WriteCanonical(journal), .. Encoding.UTF8.GetBytes(string.Concat(journal.Nodes.Select(node => $"{node.OutputSoFar}|{string.Concat(node.Calls.Select(call => call.SoFar))}")))];

    /// <summary>The run loop itself, with a few failures, on as many workers.</summary>
    private static async Task<List<RecordedEvent>> RealRunAsync(int workers)
    {
        using TemporaryFolder folder = new();
        MemoryRunStore store = new(folder.Path, TimeProvider.System);
        ScriptedEngineer engineer = new((assignment, _) => Task.FromResult<Proposal?>(new Proposal(
            $"plan {assignment.Node}", (assignment.Node % 5 == 0 ? "no number" : (100.0 / assignment.Node).ToString(CultureInfo.InvariantCulture)), [], null)));
        ScriptedLoop loop = new(store, engineer, TimeProvider.System)
        {
            Sandbox = new ScriptedSandbox((spec, _) => Task.FromResult(Encoding.UTF8.GetString(spec.Code.Span) is var code && code == "no number"
                ? ScriptedSandbox.Left("") with { ExitCode = 1 }
                : ScriptedSandbox.Left(code))),
            Choose = (journal, _) => journal.Best is { } best ? new Decision(Operator.Improve, [best], "the best") : new Decision(Operator.Draft, [], "the first"),
        };
        await using OwnedRun owned = await store.CreateAsync("sample", CancellationToken.None);
        await loop.RunAsync(owned, new Budget(30, 600), workers);
        ImmutableArray<RecordedEvent> events = (await store.ReadAsync(owned.Run, 0, int.MaxValue, CancellationToken.None)).Events;
        return [.. events];
    }
}
