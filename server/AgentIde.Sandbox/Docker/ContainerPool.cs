using System.Collections.Concurrent;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Leftovers;
using Docker.DotNet;

namespace AgentIde.Sandbox.Docker;

#pragma warning disable VSTHRD003 // The tasks are the pool's own, and nothing here has a context to come back to.

/// <summary>
/// Containers that were started before they are needed: while one is used, the next of its kind is made. Each is used
/// once. Removing a used one happens beside the next execution too.
/// </summary>
internal sealed class ContainerPool(DockerClient client, string image, ExecutionSlots slots, bool prestart) : IAsyncDisposable
{
    private const int MostKinds = 3;

    private readonly Lock _gate = new();
    private readonly List<(string Kind, Task<Container> Container)> _ready = [];
    private readonly ConcurrentDictionary<Task, byte> _removing = [];
    private bool _disposed;

    /// <param name="more">Whether another like it will be wanted.</param>
    internal async Task<Container> TakeAsync(string inputFolder, ExecutionLimits limits, bool more, CancellationToken cancellationToken)
    {
        string kind = $"{inputFolder}\0{limits.MemoryBytes}\0{limits.Processes}\0{limits.DiskBytes}\0{limits.Cores}";
        Task<Container>? ready = null;
        lock (_gate)
        {
            int index = _ready.FindIndex(entry => entry.Kind == kind);
            if (index >= 0)
            {
                ready = _ready[index].Container;
                _ready.RemoveAt(index);
            }
        }

        Container? taken = ready is null ? null : await OrNullAsync(ready);
        taken ??= await Container.StartAsync(client, image, slots, inputFolder, limits, cancellationToken);
        if (more)
        {
            Prepare(kind, inputFolder, limits);
        }

        return taken;
    }

    internal void GiveBack(Container used)
    {
        Task removing = used.DisposeAsync().AsTask();
        _removing.TryAdd(removing, 0);
        _ = removing.ContinueWith(done => _removing.TryRemove(done, out _), TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        Task<Container>[] ready;
        lock (_gate)
        {
            _disposed = true;
            ready = [.. _ready.Select(entry => entry.Container)];
            _ready.Clear();
        }

        foreach (Task<Container> container in ready)
        {
            if (await OrNullAsync(container) is { } unused)
            {
                await unused.DisposeAsync();
            }
        }

        await Task.WhenAll(_removing.Keys);
    }

    private void Prepare(string kind, string inputFolder, ExecutionLimits limits)
    {
        Task<Container>? superfluous = null;
        lock (_gate)
        {
            if (_disposed || !prestart || _ready.Any(entry => entry.Kind == kind))
            {
                return;
            }

            _ready.Add((kind, Container.StartAsync(client, image, slots, inputFolder, limits, CancellationToken.None)));
            if (_ready.Count > MostKinds)
            {
                superfluous = _ready[0].Container;
                _ready.RemoveAt(0);
            }
        }

        if (superfluous is not null)
        {
            _ = superfluous.ContinueWith(done => done.IsCompletedSuccessfully ? RemoveAsync(done) : Task.CompletedTask, TaskScheduler.Default);
        }
    }

    private async Task RemoveAsync(Task<Container> container) => GiveBack(await container);

    /// <summary>One that could not be made ahead is no error: whoever needs it makes it, and hears why it can't be.</summary>
    private static async Task<Container?> OrNullAsync(Task<Container> container)
    {
        try
        {
            return await container;
        }
        catch (Exception error) when (error is SandboxException or DockerApiException or HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }
}
