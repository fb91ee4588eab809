namespace AgentIde.LanguageServer.Wire;

/// <summary>
/// Work that goes on beside the requests. Nothing of it is forgotten: a failure is told in words, and the end of the
/// connection cancels all of it and waits for it.
/// </summary>
internal sealed class BackgroundWork(Action<string, Exception> failed) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<Task> _running = [];

    public CancellationToken Stopping => _stop.Token;

    /// <param name="what">Completes "… failed" for people: <c>Applying node 7</c>.</param>
    public void Start(string what, Func<CancellationToken, Task> work)
    {
        Task task = WatchAsync(what, work);
        lock (_running)
        {
            _running.RemoveWhere(done => done.IsCompleted);
            _running.Add(task);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Task[] left;
        lock (_running)
        {
            left = [.. _running];
        }

        await Task.WhenAll(left).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WatchAsync(string what, Func<CancellationToken, Task> work)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await work(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The connection ends: nobody is left to tell.
        }
#pragma warning disable CA1031 // The last handler of its task: told to the person, never swallowed.
        catch (Exception error)
        {
            failed(what, error);
        }
#pragma warning restore CA1031
    }
}
