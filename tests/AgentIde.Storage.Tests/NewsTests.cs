using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.Storage.Tests;

public sealed class NewsTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Come_when_an_event_is_appended()
    {
        await using OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        SqliteRunStore reader = _workspace.OtherStore();
        Task[] waiting = [.. Enumerable.Range(0, 3).Select(_ => reader.WaitForNewsAsync(owned.Run, 0, Liveness.Live, CancellationToken.None))];
        waiting.ShouldAllBe(task => !task.IsCompleted);

        await owned.AppendAsync([SampleRun.Event(1)], [], CancellationToken.None);

        await Task.WhenAll(waiting);
        await reader.WaitForNewsAsync(owned.Run, 0, Liveness.Live, CancellationToken.None);
        Task next = reader.WaitForNewsAsync(owned.Run, 1, Liveness.Live, CancellationToken.None);
        next.IsCompleted.ShouldBeFalse();
        await owned.AppendAsync([SampleRun.Event(2)], [], CancellationToken.None);
        await next;
    }

    [Fact]
    public async Task Come_when_the_owner_lets_go_and_when_another_takes_over()
    {
        OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        await owned.AppendAsync([SampleRun.Event(1)], [], CancellationToken.None);
        SqliteRunStore reader = _workspace.OtherStore();
        Task waiting = reader.WaitForNewsAsync(owned.Run, 1, Liveness.Live, CancellationToken.None);
        waiting.IsCompleted.ShouldBeFalse();

        await owned.DisposeAsync();
        await waiting;
        (await reader.ReadAsync(owned.Run, 1, 10, CancellationToken.None)).Liveness.ShouldBe(Liveness.Interrupted);
        Task again = reader.WaitForNewsAsync(owned.Run, 1, Liveness.Interrupted, CancellationToken.None);
        again.IsCompleted.ShouldBeFalse();
        await using OwnedRun second = await _workspace.Store.TakeAsync(owned.Run, CancellationToken.None);
        await again;
    }

    [Fact]
    public async Task Come_when_the_owner_is_killed()
    {
        using VictimProcess victim = await VictimProcess.StartAsync(_workspace.Path, "new");
        await victim.AskAsync("append 5");
        Task waiting = _workspace.Store.WaitForNewsAsync(victim.Run, 5, Liveness.Live, CancellationToken.None);
        waiting.IsCompleted.ShouldBeFalse();

        await victim.KillAsync();

        await waiting;
    }

    [Fact]
    public async Task Can_be_waited_for_no_longer()
    {
        await using OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        using CancellationTokenSource stop = new();
        Task waiting = _workspace.Store.WaitForNewsAsync(owned.Run, 0, Liveness.Live, stop.Token);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Of_a_run_that_is_not_there_are_an_error() =>
        await Should.ThrowAsync<RunStoreException>(() => _workspace.Store.WaitForNewsAsync(RunId.Parse("nothing-1"), 0, Liveness.Live, CancellationToken.None));
}
