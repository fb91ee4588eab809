using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp;

/// <summary>The folder that the editor has open, with its runs; there from <c>initialized</c> on.</summary>
internal sealed class Workspace(RequestQueue<ServerState> queue, BackgroundWork background, LanguageServerOptions options, Action<string> tell)
{
    /// <summary>How long requests wait for the first reading of the runs: a store that takes longer is told of as far as it is known.</summary>
    private static readonly TimeSpan LongestReading = TimeSpan.FromSeconds(10);

    private RunFeed? _feed;
    private IRunStore? _store;
    private int _opened;

    public string Root => queue.Current.Root ?? throw new RequestFailedException("No folder is open: open the folder that holds task.yaml.");

    public IRunStore Store => Volatile.Read(ref _store) ?? throw new RequestFailedException($"The runs of {Root} are not open.");

    /// <summary>Once: an editor that says twice that it is ready has one workspace all the same.</summary>
    public void Open()
    {
        if (queue.Current.Root is { } root && Interlocked.Exchange(ref _opened, 1) == 0)
        {
            TaskCompletionSource read = new(TaskCreationOptions.RunContinuationsAsynchronously), told = new(TaskCreationOptions.RunContinuationsAsynchronously);
            queue.Change(state => state with { Reading = told.Task });
            background.Start("Following the runs of this workspace", cancellationToken => RunAsync(root, read, cancellationToken));
            background.Start("Waiting for the runs of this workspace", cancellationToken => EndReadingAsync(read, told, cancellationToken));
        }
    }

    /// <summary>The same with the runs of the workspace in it, once they were read for the first time.</summary>
    public static async Task<ServerState> WithRunsAsync(ServerState state, RequestQueue<ServerState> queue, CancellationToken cancellationToken)
    {
        if (state.Reading is not { } reading)
        {
            return state;
        }

        await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        return state with { Runs = queue.Current.Runs, Reading = null };
    }

    public void Follow(RunId run) => Volatile.Read(ref _feed)?.Follow(run);

    private async Task EndReadingAsync(TaskCompletionSource read, TaskCompletionSource told, CancellationToken cancellationToken)
    {
        try
        {
            await read.Task.WaitAsync(LongestReading, options.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            options.Log($"The runs of this workspace were not read in {LongestReading.TotalSeconds:0} seconds: what is asked is answered from what is known.");
        }
        finally
        {
            queue.Change(state => state with { Reading = null });
            told.TrySetResult();
        }
    }

    private async Task RunAsync(string root, TaskCompletionSource read, CancellationToken cancellationToken)
    {
        try
        {
            IRunStore store = options.OpenStore(root);
            RunFeed feed = new(store, root, queue, background, options.Time, tell, () => read.TrySetResult());
            Volatile.Write(ref _store, store);
            Volatile.Write(ref _feed, feed);
            await feed.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            read.TrySetResult();
        }
    }
}
