using System.Collections.Concurrent;
using Docker.DotNet;

namespace AgentIde.Sandbox.Docker;

#pragma warning disable VSTHRD003 // The tasks are the pool's own, and nothing here has a context to come back to.

/// <summary>
/// Containers that were started before they are needed: while one is used, the next of its kind is made. Each is used
/// once. Removing a used one happens beside the next execution too.
/// </summary>
internal sealed class ContainerPool(DockerClient client, ContainerProfile profile, bool prestart) : IAsyncDisposable
{
    private const int MostKinds = 3;

    private readonly Lock _gate = new();
    private readonly List<Ready> _ready = [];
    private readonly ConcurrentDictionary<Task, byte> _removing = [];
    private bool _disposed;

    /// <param name="time">How long the program may last.</param>
    /// <param name="more">Whether another like it will be wanted.</param>
    internal async Task<Container> TakeAsync(ContainerKind kind, TimeSpan time, bool more, CancellationToken cancellationToken)
    {
        while (TakeReady(kind, time) is { } ready)
        {
            Container? waiting = await FinishAsync(ready, cancellationToken);
            if (waiting is { Keeper.IsWaiting: true })
            {
                Prepare(kind, time, more);
                return waiting;
            }

            if (waiting is not null)
            {
                GiveBack(waiting);
            }
        }

        Task<Container> starting = Container.StartAsync(client, profile, kind, time);
        Container made = await FinishAsync(starting, cancellationToken) ?? await starting;
        Prepare(kind, time, more);
        return made;
    }

    internal void GiveBack(Container used) => Remember(RemoveAsync(used));

    /// <summary>Returns when every container of it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        Ready[] ready;
        lock (_gate)
        {
            _disposed = true;
            ready = [.. _ready];
            _ready.Clear();
        }

        foreach (Ready entry in ready)
        {
            GiveBackWhenMade(entry.Container);
        }

        await Task.WhenAll(_removing.Keys);
    }

    private Task<Container>? TakeReady(ContainerKind kind, TimeSpan time)
    {
        lock (_gate)
        {
            int index = _ready.FindIndex(entry => entry.Kind == kind && entry.Time >= time);
            if (index < 0)
            {
                return null;
            }

            Task<Container> container = _ready[index].Container;
            _ready.RemoveAt(index);
            return container;
        }
    }

    private void Prepare(ContainerKind kind, TimeSpan time, bool more)
    {
        Task<Container>? superfluous = null;
        lock (_gate)
        {
            if (_disposed || !prestart || !more || _ready.Any(entry => entry.Kind == kind))
            {
                return;
            }

            _ready.Add(new Ready(kind, time, Container.StartAsync(client, profile, kind, time)));
            if (_ready.Count > MostKinds)
            {
                superfluous = _ready[0].Container;
                _ready.RemoveAt(0);
            }
        }

        if (superfluous is not null)
        {
            GiveBackWhenMade(superfluous);
        }
    }

    /// <summary>
    /// Null where it could not be made: that is no error of one made ahead, for whoever needs it makes it, and hears why
    /// it can't be. Who does not wait any more leaves it to be removed.
    /// </summary>
    private async Task<Container?> FinishAsync(Task<Container> container, CancellationToken cancellationToken)
    {
        try
        {
            await ((Task)container).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return container.IsCompletedSuccessfully ? await container : null;
        }
        catch (OperationCanceledException)
        {
            GiveBackWhenMade(container);
            throw;
        }
    }

    private void GiveBackWhenMade(Task<Container> container) => Remember(RemoveWhenMadeAsync(container));

    private async Task RemoveWhenMadeAsync(Task<Container> container)
    {
        await ((Task)container).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (container.IsCompletedSuccessfully)
        {
            await RemoveAsync(await container);
        }
    }

    private async Task RemoveAsync(Container container)
    {
        container.Keeper.Dispose();
        await Container.TryRemoveAsync(client, container.Name);
    }

    private void Remember(Task removing)
    {
        _removing.TryAdd(removing, 0);
        _ = removing.ContinueWith(done => _removing.TryRemove(done, out _), TaskScheduler.Default);
    }

    /// <param name="Time">The longest that a program of it may last.</param>
    private sealed record Ready(ContainerKind Kind, TimeSpan Time, Task<Container> Container);
}
