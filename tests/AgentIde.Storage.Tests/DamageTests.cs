using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Storage.Database;
using AgentIde.Testing;
using Microsoft.Data.Sqlite;

namespace AgentIde.Storage.Tests;

/// <summary>What is lost or changed behind the store's back shows, and a run doesn't go on over it.</summary>
public sealed class DamageTests
{
    private const int Commits = 200;

    [Fact]
    public async Task Reports_the_commits_that_one_flipped_bit_in_the_log_drops()
    {
        using TemporaryWorkspace workspace = new();
        RunId run = await DieAsync(workspace);
        string log = workspace.In(run, "run.db-wal");
        byte[] bytes = await File.ReadAllBytesAsync(log);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(log, bytes);
        File.Delete(workspace.In(run, "run.db-shm"));

        long head = (await workspace.Store.ReadAsync(run, 0, 0, CancellationToken.None)).Head;

        head.ShouldBeInRange(1, Commits - 1);
        await ShouldBeLostAsync(workspace, run, head + 1);
        (await File.ReadAllBytesAsync(log)).ShouldBe(bytes, "what is left must stay for a rescue");
    }

    [Fact]
    public async Task Reports_the_end_of_a_log_that_was_cut_off()
    {
        using TemporaryWorkspace workspace = new();
        RunId run = await DieAsync(workspace);
        using (FileStream log = new(workspace.In(run, "run.db-wal"), FileMode.Open))
        {
            log.SetLength(log.Length - (log.Length / 4));
        }

        File.Delete(workspace.In(run, "run.db-shm"));

        await ShouldBeLostAsync(workspace, run, (await workspace.Store.ReadAsync(run, 0, 0, CancellationToken.None)).Head + 1);
    }

    [Fact]
    public async Task Reports_a_log_that_was_deleted()
    {
        using TemporaryWorkspace workspace = new();
        RunId run = await DieAsync(workspace);
        File.Delete(workspace.In(run, "run.db-wal"));
        File.Delete(workspace.In(run, "run.db-shm"));

        await ShouldBeLostAsync(workspace, run, 1);
        (await workspace.Store.ListAsync(CancellationToken.None)).ShouldBeEmpty("a run without events");
    }

    [Fact]
    public async Task Survives_the_loss_of_the_index_of_the_log()
    {
        using TemporaryWorkspace workspace = new();
        RunId run = await DieAsync(workspace);
        File.Delete(workspace.In(run, "run.db-shm"));

        (await workspace.Store.CheckAsync(run, CancellationToken.None)).ShouldBeEmpty();
        (await workspace.Store.ReadAsync(run, 0, 0, CancellationToken.None)).Head.ShouldBe(Commits);
    }

    [Fact]
    public async Task Goes_on_without_heads_only_when_told_to()
    {
        using TemporaryWorkspace workspace = new();
        RunId run = await DieAsync(workspace);
        File.Delete(workspace.In(run, "heads"));

        string finding = (await workspace.Store.CheckAsync(run, CancellationToken.None)).ShouldHaveSingleItem();
        finding.ShouldContain($"run {run} has lost its file 'heads'");
        (await Should.ThrowAsync<RunStoreException>(() => workspace.Store.TakeAsync(run, CancellationToken.None))).Message.ShouldStartWith(finding);
        await File.WriteAllBytesAsync(workspace.In(run, "heads"), []);
        (await workspace.Store.CheckAsync(run, CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("'heads' is empty");
        await (await workspace.Store.TakeAsync(run, CancellationToken.None)).DisposeAsync();
        (await workspace.Store.CheckAsync(run, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Does_not_take_garbage_in_heads_for_an_empty_file()
    {
        using TemporaryWorkspace workspace = new();
        RunId run = await WriteAsync(workspace);
        await File.WriteAllTextAsync(workspace.In(run, "heads"), "garbage");

        (await workspace.Store.CheckAsync(run, CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("has lost its file 'heads'");
        await Should.ThrowAsync<RunStoreException>(() => workspace.Store.TakeAsync(run, CancellationToken.None));
    }

    [Fact]
    public async Task Reports_a_line_of_heads_that_does_not_fit_its_event()
    {
        using TemporaryWorkspace workspace = new();
        RunId run = await DieAsync(workspace);
        string heads = workspace.In(run, "heads");
        string[] lines = await File.ReadAllLinesAsync(heads);
        int line = Array.FindIndex(lines, text => text.StartsWith("0000000000000000150 ", StringComparison.Ordinal));
        lines[line] = lines[line][..^1] + (lines[line][^1] == '0' ? '1' : '0');
        await File.WriteAllLinesAsync(heads, lines);

        (await workspace.Store.CheckAsync(run, CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("event 150 is not the one that was acknowledged");
    }

    [Theory]
    [InlineData("UPDATE events SET payload = CAST(replace(CAST(payload AS TEXT), 'log target', 'lag target') AS BLOB) WHERE seq = 3", "event 3 was changed")]
    [InlineData("UPDATE events SET at = at + 1 WHERE seq = 100", "event 100 was changed")]
    [InlineData("UPDATE events SET kind = 'run-paused' WHERE seq = 100", "event 100 was changed")]
    [InlineData("UPDATE events SET version = 0 WHERE seq = 100", "event 100 was changed")]
    [InlineData("UPDATE events SET epoch = 2 WHERE seq = 200", "event 200 was changed")]
    [InlineData("UPDATE events SET hash = randomblob(32) WHERE seq = 100", "event 100 was changed")]
    [InlineData("UPDATE events SET hash = zeroblob(100000) WHERE seq = 100", "event 100 was changed")]
    [InlineData("UPDATE events SET hash = zeroblob(0) WHERE seq = 200", "event 200 was changed")]
    [InlineData("DELETE FROM head", "its head (-1) doesn't fit")]
    [InlineData("DELETE FROM events WHERE seq = 100", "events 100–100 are missing")]
    [InlineData("DELETE FROM events WHERE seq = 200", "its head (200) doesn't fit")]
    [InlineData("UPDATE head SET seq = 150", "its head (150) doesn't fit")]
    [InlineData("UPDATE head SET seq = 150, hash = (SELECT hash FROM events WHERE seq = 150)", "its head (150) doesn't fit")]
    [InlineData("DELETE FROM events WHERE seq > 150; UPDATE head SET seq = 150, hash = (SELECT hash FROM events WHERE seq = 150)", "lost events 151–200")]
    [InlineData("DELETE FROM blobs WHERE rowid = 1", "which an event names, is missing")]
    [InlineData("UPDATE blobs SET bytes = zeroblob(length(bytes)) WHERE rowid = 1", "don't have the digest")]
    [InlineData("UPDATE blobs SET coding = 7 WHERE rowid = 1", "don't have the digest")]
    [InlineData("UPDATE blobs SET size = 1000000000 WHERE rowid = 1", "don't have the digest")]
    public async Task Reports_what_was_changed_in_the_database(string change, string finding)
    {
        using TemporaryWorkspace workspace = new();
        RunId run = await WriteAsync(workspace);

        Change(workspace, run, change);

        (await workspace.Store.CheckAsync(run, CancellationToken.None)).ShouldContain(text => text.Contains(finding));
        await workspace.Store.ListAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Refuses_to_read_on_over_a_change()
    {
        using TemporaryWorkspace workspace = new();
        RunId run = await WriteAsync(workspace);
        Change(workspace, run, "UPDATE events SET at = at + 1 WHERE seq = 100");

        (await workspace.Store.ReadAsync(run, 0, 99, CancellationToken.None)).Events.Length.ShouldBe(99);
        (await workspace.Store.ReadAsync(run, 100, 1000, CancellationToken.None)).Events.Length.ShouldBe(100);
        (await Should.ThrowAsync<RunStoreException>(() => workspace.Store.ReadAsync(run, 0, 1000, CancellationToken.None)))
            .Message.ShouldStartWith($"The run {run} is damaged: event 100 was changed");
    }

    [Fact]
    public async Task Finds_that_a_folder_was_renamed_to_another_run()
    {
        using TemporaryWorkspace workspace = new();
        RunId run = await WriteAsync(workspace);
        RunId other = RunId.Parse("other-1");
        Directory.Move(workspace.In(run), workspace.In(other));

        (await workspace.Store.CheckAsync(other, CancellationToken.None))[0].ShouldBe("run other-1: event 1 was changed, or comes from another run: its hash doesn't fit");
    }

    [Fact]
    public async Task A_database_of_garbage_is_listed_and_named_and_crashes_nothing()
    {
        using TemporaryWorkspace workspace = new();
        RunId run = await WriteAsync(workspace);
        byte[] garbage = new byte[50_000];
        Array.Fill(garbage, (byte)'x');
        await File.WriteAllBytesAsync(workspace.In(run, "run.db"), garbage);
        File.Delete(workspace.In(run, "run.db-wal"));

        RunListing listing = (await workspace.Store.ListAsync(CancellationToken.None)).ShouldHaveSingleItem();
        listing.Head.ShouldBe(Commits);
        (await workspace.Store.CheckAsync(run, CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("is damaged");
        (await Should.ThrowAsync<RunStoreException>(() => workspace.Store.ReadAsync(run, 0, 1, CancellationToken.None))).Message.ShouldContain("is damaged");
    }

    /// <summary>A run of one event a commit, whose owner was killed: all of it is in the log alone.</summary>
    private static async Task<RunId> DieAsync(TemporaryWorkspace workspace)
    {
        using VictimProcess victim = await VictimProcess.StartAsync(workspace.Path, "new");
        for (int commit = 1; commit <= Commits; commit++)
        {
            (await victim.AskAsync("append 1")).ShouldBe($"ACK {commit} {commit}");
        }

        await victim.KillAsync();
        return victim.Run;
    }

    /// <summary>A run of as many events in one commit, let go by its owner.</summary>
    private static async Task<RunId> WriteAsync(TemporaryWorkspace workspace)
    {
        await using OwnedRun owned = await workspace.Store.CreateAsync("sample", CancellationToken.None);
        await owned.AppendAsync(SampleRun.Events(1, Commits), SampleRun.BlobsOf(1, Commits), CancellationToken.None);
        return owned.Run;
    }

    private static async Task ShouldBeLostAsync(TemporaryWorkspace workspace, RunId run, long first)
    {
        ImmutableArray<string> findings = await workspace.Store.CheckAsync(run, CancellationToken.None);
        findings.ShouldContain($"run {run} lost events {first}–{Commits}");
        (await Should.ThrowAsync<RunStoreException>(() => workspace.Store.TakeAsync(run, CancellationToken.None)))
            .Message.ShouldStartWith($"run {run} lost events {first}–{Commits}. It can't go on");
    }

    private static void Change(TemporaryWorkspace workspace, RunId run, string sql)
    {
        using SqliteConnection connection = new($"Data Source={Connections.PathIn(workspace.In(run))};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are the test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery().ShouldNotBe(0);
    }
}
