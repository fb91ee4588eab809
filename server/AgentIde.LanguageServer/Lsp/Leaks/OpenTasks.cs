using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Leaks;

/// <summary>
/// Has the files of each task whose task.yaml is open looked through for leaks: beside the requests, one task at a time,
/// and once for each content of the files. Closing the document gives its search up. A search that fails is logged, and
/// made again when the document is opened or saved.
/// </summary>
internal sealed class OpenTasks
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly RequestQueue<ServerState> _queue;
    private readonly LanguageServerOptions _options;
    private readonly Paced<string> _paced;
    private readonly Lock _gate = new();
    private (string Uri, CancellationTokenSource GiveUp)? _search;

    public OpenTasks(RequestQueue<ServerState> queue, LanguageServerOptions options)
    {
        _queue = queue;
        _options = options;
        _paced = new Paced<string>(options.Time, Interval, LookAsync);
    }

    /// <summary>A document was opened or saved: must be quick.</summary>
    public void Look(Document document)
    {
        if (_options.FindLeaks is not null && TaskDocument.Is(document))
        {
            _paced.Mark(document.Uri);
        }
    }

    public void Closed(string uri)
    {
        lock (_gate)
        {
            if (_search is { } search && search.Uri == uri)
            {
                _ = search.GiveUp.CancelAsync();
            }
        }
    }

    public Task RunAsync(CancellationToken cancellationToken) => _paced.RunAsync(cancellationToken);

    private async Task LookAsync(string uri, CancellationToken cancellationToken)
    {
        if (_options.FindLeaks is not { } find || FolderOf(_queue.Current, uri) is not { } folder)
        {
            return;
        }

        using CancellationTokenSource giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_gate)
        {
            _search = (uri, giveUp);
        }

        try
        {
            Digest files = TaskStamp.Of(folder);
            // Closed before anybody could have given the search up.
            if (!_queue.Current.Documents.ContainsKey(uri) || _queue.Current.Leaks.GetValueOrDefault(folder)?.Files == files)
            {
                return;
            }

            TaskLeaks found = await find(folder, giveUp.Token).ConfigureAwait(false);
            _queue.Change(state => state with { Leaks = state.Leaks.SetItem(folder, new FoundLeaks(files, found)) });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody has the task open any more.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _options.Log($"The files of {folder} were not looked through for leaks: {error.Message}");
        }
        finally
        {
            lock (_gate)
            {
                _search = null;
            }
        }
    }

    /// <summary>The folder of a task of this workspace that has data; null for what isn't one, and where nothing may be started.</summary>
    private static string? FolderOf(ServerState state, string uri) =>
        state is { Client.Trusted: true, Root: { } root } && state.Documents.TryGetValue(uri, out Document? document)
            && TaskDocument.Is(document) && Path.GetDirectoryName(document.Path) is { } folder
            && (folder == root || FilePaths.IsInside(root, folder)) && Directory.Exists(Path.Combine(folder, TaskStamp.DataFolder))
                ? folder
                : null;
}
