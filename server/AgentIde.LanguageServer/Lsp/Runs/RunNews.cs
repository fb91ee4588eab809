using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>
/// Tells the editor that a run has moved: the tree, the lenses, and a progress bar for as long as the run is live.
/// Cancelling the bar pauses the run; a bar of a paused run ends and a new one begins when the run goes on.
/// </summary>
internal sealed class RunNews
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly RequestQueue<ServerState> _queue;
    private readonly Editor _editor;
    private readonly Workspace _workspace;
    private readonly BackgroundWork _background;
    private readonly Paced<RunId> _paced;
    private readonly Dictionary<RunId, ProgressBar> _bars = [];
    private readonly Dictionary<RunId, (int? Best, int Saying, Liveness Liveness)> _lenses = [];
    private readonly HashSet<RunId> _live = [], _warned = [];
    private readonly Lock _gate = new();
    private int _tokens;

    public RunNews(RequestQueue<ServerState> queue, Editor editor, Workspace workspace, BackgroundWork background, TimeProvider time)
    {
        _queue = queue;
        _editor = editor;
        _workspace = workspace;
        _background = background;
        _paced = new Paced<RunId>(time, Interval, TellAsync);
    }

    /// <summary>Of each change: a run may have been live for less than the time between two pieces of news.</summary>
    public void Mark(RunState run)
    {
        if (run.IsLive)
        {
            lock (_gate)
            {
                _live.Add(run.Run);
            }
        }

        _paced.Mark(run.Run);
    }

    public Task RunAsync(CancellationToken cancellationToken) => _paced.RunAsync(cancellationToken);

    public void Cancelled(string token)
    {
        RunId? run = null;
        lock (_gate)
        {
            foreach ((RunId id, ProgressBar bar) in _bars)
            {
                run = bar.Token == token ? id : run;
            }
        }

        if (run is { } pause)
        {
            _background.Start($"Pausing {pause}", cancellationToken => _workspace.Store.RequestAsync(pause, new PauseRequest(_editor.Client.Name), cancellationToken));
        }
    }

    private async Task TellAsync(RunId id, CancellationToken cancellationToken)
    {
        ServerState state = _queue.Current;
        if (state.ShuttingDown || !state.Runs.TryGetValue(id, out RunState? run))
        {
            return;
        }

        await _editor.RunChangedAsync(new RunChangedParams(id.Value, run.Journal.Seq)).ConfigureAwait(false);
        await ShowProgressAsync(run).ConfigureAwait(false);
        (int? Best, int Saying, Liveness Liveness) lenses = (run.Journal.Best, run.Journal.UnderWay.Where(node => node.Calls.Any(call => call.SoFar is not null)).Sum(node => node.Id), run.Liveness);
        if (!_lenses.TryGetValue(id, out (int? Best, int Saying, Liveness Liveness) before) || before != lenses)
        {
            _lenses[id] = lenses;
            _background.Start("Refreshing the lenses", _editor.RefreshLensesAsync);
        }

        if (run.IsLive && SpendingWords.Warning(run.Journal) is { } warning && _warned.Add(id))
        {
            await _editor.ShowAsync(ShowMessageParams.Warning, $"{id}: {warning}").ConfigureAwait(false);
        }

        if (!run.IsLive && WasLive(id) && run.Journal.Finished is not null)
        {
            await _editor.ShowAsync(ShowMessageParams.Info, $"{Wording.Status(run)}. Its code is applied by a code action in task.yaml.").ConfigureAwait(false);
        }
    }

    /// <summary>Once for each time that it was.</summary>
    private bool WasLive(RunId run)
    {
        lock (_gate)
        {
            return _live.Remove(run);
        }
    }

    private async Task ShowProgressAsync(RunState run)
    {
        bool wanted = run.IsLive && !run.Journal.IsPaused && run.Journal.Settings is not null && _editor.Client.ShowsProgress;
        ProgressBar? bar;
        lock (_gate)
        {
            if (!_bars.TryGetValue(run.Run, out bar) && wanted)
            {
                // Until the editor has made the bar nothing may be said of it; then this run is looked at again.
                ProgressBar made = new($"{run.Run}#{++_tokens}");
                _bars[run.Run] = made;
                _background.Start($"Showing the progress of {run.Run}", cancellationToken => CreateAsync(run.Run, made, cancellationToken));
                return;
            }

            if (bar is null || !bar.IsCreated)
            {
                return;
            }

            if (!wanted)
            {
                _bars.Remove(run.Run);
            }
        }

        int budget = Math.Max(1, run.Journal.Settings?.Budget.Nodes ?? 1);
        int percentage = Math.Clamp(100 * run.Journal.Nodes.Count(node => node.IsDone) / budget, 0, 100);
        string message = $"node {run.Journal.Nodes.Count} of {budget}, {Wording.Best(run.Journal)}{Wording.Spent(run.Journal)}";
        if (!wanted)
        {
            await _editor.ProgressAsync(bar.Token, new WorkDoneProgress("end", Message: message)).ConfigureAwait(false);
            return;
        }

        if (!bar.HasBegun)
        {
            bar.HasBegun = true;
            await _editor.ProgressAsync(bar.Token, new WorkDoneProgress("begin", Title: run.Run.Value, Cancellable: true, Message: message, Percentage: percentage)).ConfigureAwait(false);
            return;
        }

        await _editor.ProgressAsync(bar.Token, new WorkDoneProgress("report", Cancellable: true, Message: message, Percentage: percentage)).ConfigureAwait(false);
    }

    private async Task CreateAsync(RunId run, ProgressBar bar, CancellationToken cancellationToken)
    {
        await _editor.CreateProgressAsync(bar.Token, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            bar.IsCreated = true;
        }

        _paced.Mark(run);
    }

    private sealed class ProgressBar(string token)
    {
        public string Token => token;

        public bool IsCreated { get; set; }

        public bool HasBegun { get; set; }
    }
}
