using AgentIde.Core.Runs;
using AgentIde.Storage.Ownership;
using AgentIde.Testing;

namespace AgentIde.Storage.Tests;

/// <summary>No acknowledged step is lost, whenever the writer is killed.</summary>
public sealed class KillTests
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1" ? 500 : 10;

    [Fact]
    public async Task Loses_no_acknowledged_event_to_kills_at_random_moments()
    {
        const int RoundsOfARun = 25;
        ulong seed = 20260101;
        for (int round = 0; round < Rounds;)
        {
            using TemporaryWorkspace workspace = new();
            string run = "new";
            (long head, int epoch) = (0, 0);
            for (int turn = 0; turn < RoundsOfARun && round < Rounds; turn++, round++)
            {
                seed = (seed * 6364136223846793005UL) + 1442695040888963407UL;
                using VictimProcess victim = await VictimProcess.StartAsync(workspace.Path, run);
                victim.HeadAtStart.ShouldBe(head, $"round {round}");
                victim.Epoch.ShouldBe(epoch + 1, $"round {round}");
                await victim.TellAsync($"flow {seed}");
                for (ulong lines = 1 + ((seed >> 33) % 150); lines > 0; lines--)
                {
                    (await victim.HearAsync()).ShouldNotBeNull();
                }

                await victim.KillAsync();
                (await Judge.FindingsAsync(workspace.Store, victim)).ShouldBeEmpty($"round {round}");
                (run, epoch) = (victim.Run.Value, victim.Epoch);
                head = (await workspace.Store.ReadAsync(victim.Run, 0, 0, CancellationToken.None)).Head;
            }
        }
    }

    [Theory]
    [InlineData("AfterBegin")]
    [InlineData("AfterInsert")]
    [InlineData("AfterCommit")]
    [InlineData("AfterHeads")]
    public async Task Loses_no_acknowledged_event_to_a_kill_inside_a_commit(string point)
    {
        using TemporaryWorkspace workspace = new();
        using VictimProcess victim = await VictimProcess.StartAsync(workspace.Path, "new", "--stop-at", $"{point}:9");
        for (int append = 1; append < 9; append++)
        {
            (await victim.AskAsync("append 5")).ShouldBe($"ACK {(append * 5) - 4} {append * 5}");
        }

        (await victim.AskAsync("append 5")).ShouldBe($"AT {point}");

        await victim.KillAsync();

        (await Judge.FindingsAsync(workspace.Store, victim)).ShouldBeEmpty();
        long head = (await workspace.Store.ReadAsync(victim.Run, 0, 0, CancellationToken.None)).Head;
        bool committed = Enum.Parse<WritePoint>(point) >= WritePoint.AfterCommit;
        head.ShouldBe(committed ? 45 : 40);
        using VictimProcess next = await VictimProcess.StartAsync(workspace.Path, victim.Run.Value);
        next.Epoch.ShouldBe(2);
        (await next.AskAsync("append 3")).ShouldBe($"ACK {head + 1} {head + 3}");
        await next.EndAsync();
        (await workspace.Store.CheckAsync(victim.Run, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Loses_nothing_to_a_kill_before_the_last_checkpoint()
    {
        using TemporaryWorkspace workspace = new();
        using VictimProcess victim = await VictimProcess.StartAsync(workspace.Path, "new", "--stop-at", "BeforeCheckpoint:1");
        await victim.AskAsync("append 30");
        (await victim.AskAsync("end")).ShouldBe("AT BeforeCheckpoint");

        await victim.KillAsync();

        (await Judge.FindingsAsync(workspace.Store, victim)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("AfterBegin")]
    [InlineData("AfterInsert")]
    public async Task The_judge_catches_a_writer_that_acknowledges_before_it_commits(string point)
    {
        using TemporaryWorkspace workspace = new();
        using VictimProcess liar = await VictimProcess.StartAsync(workspace.Path, "new", "--lie", "--stop-at", $"{point}:2");
        await liar.TellAsync("append 5");
        await liar.TellAsync("append 5");
        string? line;
        do
        {
            line = await liar.HearAsync();
        }
        while (line is not null && line != $"AT {point}");

        await liar.KillAsync();

        (await Judge.FindingsAsync(workspace.Store, liar)).ShouldHaveSingleItem().ShouldBe("Event 10 was acknowledged, but the store ends at 5.");
    }

    [Fact]
    public async Task A_stopped_owner_keeps_its_run_and_is_named_and_others_still_read()
    {
        using TemporaryWorkspace workspace = new();
        using VictimProcess victim = await VictimProcess.StartAsync(workspace.Path, "new", "--stop-at", "AfterInsert:2");
        await victim.AskAsync("append 5");
        (await victim.AskAsync("append 5")).ShouldBe("AT AfterInsert");

        RunOwnedException refusal = await Should.ThrowAsync<RunOwnedException>(() => workspace.Store.TakeAsync(victim.Run, CancellationToken.None));

        refusal.Message.ShouldStartWith($"The run {victim.Run} is owned by process {victim.Id} (");
        RunPage page = await workspace.Store.ReadAsync(victim.Run, 0, 100, CancellationToken.None);
        page.Liveness.ShouldBe(Liveness.Live);
        page.Events.Length.ShouldBe(5);
        await victim.KillAsync();
        await using OwnedRun taken = await workspace.Store.TakeAsync(victim.Run, CancellationToken.None);
        taken.Epoch.ShouldBe(2);
        (await taken.AppendAsync(SampleRun.Events(6, 5), SampleRun.BlobsOf(6, 5), CancellationToken.None))[0].Seq.ShouldBe(6);
    }
}
