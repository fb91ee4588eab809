using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AgentIde.Storage.Tests;

public sealed class AppendTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Numbers_the_events_of_many_callers_without_gaps()
    {
        const int Callers = 200;
        await using OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);

        ImmutableArray<RecordedEvent>[] acknowledged = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller =>
            owned.AppendAsync([new RunPaused($"{caller}"), new RunContinued($"{caller}")], [], CancellationToken.None)));

        RunPage page = await _workspace.OtherStore().ReadAsync(owned.Run, 0, 1000, CancellationToken.None);
        page.Events.Select(item => item.Seq).ShouldBe(Enumerable.Range(1, 2 * Callers).Select(seq => (long)seq));
        acknowledged.SelectMany(events => events).OrderBy(item => item.Seq).ShouldBe(page.Events);
        acknowledged.ShouldAllBe(events => events[1].Seq == events[0].Seq + 1 && ((RunPaused)events[0].Event).By == ((RunContinued)events[1].Event).By);
        (await _workspace.Store.CheckAsync(owned.Run, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Reads_back_what_was_acknowledged_after_the_release()
    {
        OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        await using (owned)
        {
            await owned.AppendAsync(SampleRun.Events(1, 51), SampleRun.BlobsOf(1, 51), CancellationToken.None);
        }

        RunPage page = await _workspace.Store.ReadAsync(owned.Run, 0, 1000, CancellationToken.None);

        (page.Head, page.Liveness).ShouldBe((51, Liveness.Interrupted));
        Journal.Empty.Apply(page.Events).ValidNodes.ShouldBe(10);
        (await _workspace.Store.ReadAsync(owned.Run, 40, 5, CancellationToken.None)).Events.Select(item => item.Seq).ShouldBe([41, 42, 43, 44, 45]);
        (await _workspace.Store.ReadAsync(owned.Run, 51, 5, CancellationToken.None)).Events.ShouldBeEmpty();
        foreach (Blob blob in SampleRun.BlobsOf(1, 51))
        {
            (await _workspace.Store.ReadBlobAsync(owned.Run, blob.Digest, CancellationToken.None)).ToArray().ShouldBe(blob.Bytes.ToArray());
        }

        new FileInfo(_workspace.In(owned.Run, "run.db-wal")).Length.ShouldBe(0, "a copy of run.db alone is whole after a release");
    }

    [Theory]
    [InlineData(0, 'a')]
    [InlineData(1, 'a')]
    [InlineData(5000, 'a')]
    [InlineData(2_000_000, 'a')]
    [InlineData(2_000_000, null)]
    public async Task Gives_blobs_back_as_they_were(int size, char? filledWith)
    {
        byte[] bytes = new byte[size];
        if (filledWith is { } letter)
        {
            Array.Fill(bytes, (byte)letter);
        }
        else
        {
            // What can't be compressed: hashes in a row.
            for (int start = 0; start + 32 <= size; start += 32)
            {
                System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(start)).CopyTo(bytes, start);
            }
        }

        Blob blob = Blob.Of(bytes);
        await using OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        await owned.AppendAsync([], [blob], CancellationToken.None);
        await owned.AppendAsync([], [blob], CancellationToken.None);

        (await _workspace.Store.ReadBlobAsync(owned.Run, blob.Digest, CancellationToken.None)).Span.SequenceEqual(bytes).ShouldBeTrue();
        long stored = new FileInfo(_workspace.In(owned.Run, "run.db-wal")).Length;
        (stored < (filledWith is null ? 2_200_000 : 200_000)).ShouldBeTrue($"{stored:N0} bytes are stored, once");
    }

    [Fact]
    public async Task Refuses_an_event_that_names_a_file_which_is_nowhere_and_nothing_else()
    {
        await using OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        await owned.AppendAsync(SampleRun.Events(1, 2), [], CancellationToken.None);
        Task<ImmutableArray<RecordedEvent>> bad = owned.AppendAsync([SampleRun.Event(3)], [], CancellationToken.None);
        Task<ImmutableArray<RecordedEvent>> good = owned.AppendAsync([new RunPaused("a person")], [], CancellationToken.None);

        (await Should.ThrowAsync<RunStoreException>(() => bad)).Message.ShouldStartWith("An event 'node-proposed' names the file ");
        (await good).ShouldHaveSingleItem().Seq.ShouldBe(3);
        (await owned.AppendAsync([SampleRun.Event(3)], SampleRun.Blobs(3), CancellationToken.None))[0].Seq.ShouldBe(4);
    }

    [Fact]
    public async Task Refuses_appends_after_the_release()
    {
        OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        await owned.DisposeAsync();
        await owned.DisposeAsync();

        (await Should.ThrowAsync<RunStoreException>(() => owned.AppendAsync([SampleRun.Event(1)], [], CancellationToken.None)))
            .Message.ShouldBe("The run diamonds-1 has been released: nothing can be appended to it any more.");
    }

    [Fact]
    public async Task Writes_all_that_was_handed_over_before_the_release()
    {
        OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        Task<ImmutableArray<RecordedEvent>>[] appends = [.. Enumerable.Range(0, 100).Select(_ => owned.AppendAsync([new RunPaused("a person")], [], CancellationToken.None))];
        await owned.DisposeAsync();

        (await Task.WhenAll(appends))[^1][0].Seq.ShouldBe(100);
    }

    [Fact]
    public async Task Keeps_time_going_forward_when_the_clock_is_set_back()
    {
        FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        SettableClock settable = new(clock);
        await using OwnedRun owned = await _workspace.OtherStore(settable).CreateAsync("diamonds", CancellationToken.None);
        RecordedEvent first = (await owned.AppendAsync([SampleRun.Event(1)], [], CancellationToken.None))[0];
        settable.Shift = TimeSpan.FromHours(-3);
        clock.Advance(TimeSpan.FromSeconds(2));

        RecordedEvent second = (await owned.AppendAsync([SampleRun.Event(2)], [], CancellationToken.None))[0];

        (second.At - first.At).ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_check_of_a_run_that_is_being_written_finds_nothing()
    {
        await using OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        Task writing = Task.Run(async () =>
        {
            for (int commit = 0; commit < 300; commit++)
            {
                await owned.AppendAsync([new RunPaused("a person"), new RunContinued("a person")], [Blob.Of($"{commit}")], CancellationToken.None);
            }
        });
        SqliteRunStore reader = _workspace.OtherStore();
        int checks = 0;
        for (; !writing.IsCompleted || checks == 0; checks++)
        {
            (await reader.CheckAsync(owned.Run, CancellationToken.None)).ShouldBeEmpty();
        }

        await writing;
        (await reader.ReadAsync(owned.Run, 0, 0, CancellationToken.None)).Head.ShouldBe(600);
    }

    [Fact]
    public async Task Heads_stay_the_same_size_over_many_commits()
    {
        await using OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        long size = new FileInfo(_workspace.In(owned.Run, "heads")).Length;
        for (int commit = 0; commit < 700; commit++)
        {
            await owned.AppendAsync([new RunPaused("a person")], [], CancellationToken.None);
        }

        new FileInfo(_workspace.In(owned.Run, "heads")).Length.ShouldBe(size);
        File.ReadLines(_workspace.In(owned.Run, "heads")).ShouldContain(line => line.StartsWith("0000000000000000700 ", StringComparison.Ordinal));
        (await _workspace.Store.CheckAsync(owned.Run, CancellationToken.None)).ShouldBeEmpty();
    }

    /// <summary>A clock whose wall time can be set, as a person or a time server does; the monotonic time goes on.</summary>
    private sealed class SettableClock(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Shift;

        public override long GetTimestamp() => inner.GetTimestamp();
    }
}
