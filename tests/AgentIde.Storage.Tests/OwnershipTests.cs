using AgentIde.Core.Runs;
using AgentIde.Storage.Ownership;
using AgentIde.Testing;

namespace AgentIde.Storage.Tests;

public sealed class OwnershipTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Holds_between_two_stores_of_one_process()
    {
        await using OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);

        (await Should.ThrowAsync<RunOwnedException>(() => _workspace.OtherStore().TakeAsync(owned.Run, CancellationToken.None)))
            .Message.ShouldContain($"process {Environment.ProcessId} (");
    }

    [Fact]
    public async Task Is_free_again_after_a_release_with_a_higher_epoch()
    {
        OwnedRun first = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        await first.AppendAsync([SampleRun.Event(1)], [], CancellationToken.None);
        first.Epoch.ShouldBe(1);
        await first.DisposeAsync();

        await using OwnedRun second = await _workspace.OtherStore().TakeAsync(first.Run, CancellationToken.None);

        second.Epoch.ShouldBe(2);
        (await second.AppendAsync([new RunResumed("Asked to.")], [], CancellationToken.None)).ShouldHaveSingleItem().ShouldBe(
            (await _workspace.Store.ReadAsync(first.Run, 1, 10, CancellationToken.None)).Events.ShouldHaveSingleItem());
    }

    [Fact]
    public void Asking_never_takes_the_lock_from_those_who_want_it()
    {
        string path = Path.Combine(_workspace.Path, "lock");
        using CancellationTokenSource asking = new();
        long asked = 0;
        Thread[] askers = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (!asking.IsCancellationRequested)
            {
                OwnerLock.IsHeld(path);
                Interlocked.Increment(ref asked);
            }
        }) { IsBackground = true })];
        Array.ForEach(askers, asker => asker.Start());
        SpinWait.SpinUntil(() => Interlocked.Read(ref asked) > 100);

        for (int round = 0; round < 2000; round++)
        {
            using OwnerLock? taken = OwnerLock.TryTake(path);
            taken.ShouldNotBeNull($"round {round}");
            OwnerLock.IsHeld(path).ShouldBeTrue();
        }

        asking.Cancel();
        Array.ForEach(askers, asker => asker.Join());
        OwnerLock.IsHeld(path).ShouldBeFalse();
    }

    [Fact]
    public async Task An_owner_that_was_superseded_writes_no_more()
    {
        await using OwnedRun stale = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        await stale.AppendAsync([SampleRun.Event(1)], [], CancellationToken.None);
        File.Delete(_workspace.In(stale.Run, "lock"));
        await using OwnedRun owner = await _workspace.OtherStore().TakeAsync(stale.Run, CancellationToken.None);

        (await Should.ThrowAsync<RunStoreException>(() => stale.AppendAsync([SampleRun.Event(2)], [], CancellationToken.None)))
            .Message.ShouldBe($"The run {stale.Run} has been taken over by another process (owner 2 instead of 1): this one writes no more. Stop it.");
        (await owner.AppendAsync([SampleRun.Event(2)], [], CancellationToken.None))[0].Seq.ShouldBe(2);
        await Should.ThrowAsync<RunStoreException>(() => stale.AppendAsync([SampleRun.Event(3)], [], CancellationToken.None));
        (await _workspace.Store.CheckAsync(stale.Run, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Takes_nothing_that_is_not_there()
    {
        (await Should.ThrowAsync<RunStoreException>(() => _workspace.Store.TakeAsync(RunId.Parse("nothing-1"), CancellationToken.None)))
            .Message.ShouldStartWith("There is no run nothing-1 in ");
        Directory.EnumerateFileSystemEntries(_workspace.Path).ShouldBeEmpty("asking makes no folders");
    }
}
