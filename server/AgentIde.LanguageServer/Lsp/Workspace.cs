using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp;

/// <summary>The folder that the editor has open, with its runs; there from <c>initialized</c> on.</summary>
internal sealed class Workspace(RequestQueue<ServerState> queue, BackgroundWork background, LanguageServerOptions options, Action<string> tell)
{
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
            background.Start("Following the runs of this workspace", cancellationToken => RunAsync(root, cancellationToken));
        }
    }

    public void Follow(RunId run) => Volatile.Read(ref _feed)?.Follow(run);

    private async Task RunAsync(string root, CancellationToken cancellationToken)
    {
        IRunStore store = options.OpenStore(root);
        RunFeed feed = new(store, root, queue, background, options.Time, tell);
        Volatile.Write(ref _store, store);
        Volatile.Write(ref _feed, feed);
        await feed.RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
