using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>
/// Brings the runs of the store into the state: a live run as its events come, the others when the list of runs says
/// that they have changed. A run that can't be read is left out and tried again with the next list, for it may only
/// just come to be; where it still can't it is told, once, and tried again when it has grown. The others go on.
/// </summary>
/// <param name="first">Called once all runs of the first list have been read, or could not be.</param>
internal sealed class RunFeed(IRunStore store, string root, RequestQueue<ServerState> queue, BackgroundWork background, TimeProvider time, Action<string> tell, Action first)
{
    private const int PageSize = 2_000;

    /// <summary>Reading this many events at once leaves enough garbage to be worth a pause of some tens of milliseconds.</summary>
    private const int ManyEvents = 10_000;

    private static readonly TimeSpan BetweenLists = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HashSet<RunId> _followed = [];
    private readonly Dictionary<RunId, Broken> _broken = [];

    /// <summary>Looks for new and changed runs until the connection ends.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(BetweenLists, time);
        string? lastProblem = null;
        List<Task>? begun = [];
        do
        {
            try
            {
                foreach (RunListing listing in await store.ListAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (listing.Head == 0)
                    {
                        continue; // It is being made: there is nothing to read yet, and perhaps nothing to read from.
                    }

                    if (!queue.Current.Runs.TryGetValue(listing.Run, out RunState? known) || known.Journal.Seq != listing.Head || known.Liveness != listing.Liveness)
                    {
                        TaskCompletionSource read = new(TaskCreationOptions.RunContinuationsAsynchronously);
                        Follow(listing.Run, listing.Head, read);
                        begun?.Add(read.Task);
                    }
                }

                lastProblem = null;
            }
            catch (Exception problem) when (IsOfTheStore(problem))
            {
                if (problem.Message != lastProblem)
                {
                    lastProblem = problem.Message;
                    tell($"The runs of this workspace can't be listed: {problem.Message}");
                }
            }

            if (begun is { } all)
            {
                background.Start("Reading the runs of this workspace", async _ =>
                {
                    await Task.WhenAll(all).ConfigureAwait(false);
                    first();
                });
                begun = null;
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Reads what is new in a run, and goes on for as long as it is live.</summary>
    /// <param name="head">How far the run is known to go; a run that could not be read so far isn't tried again.</param>
    /// <param name="read">Completed once the run has been read as far as it goes, or could not be.</param>
    public void Follow(RunId run, long head = 0, TaskCompletionSource? read = null)
    {
        lock (_gate)
        {
            if ((_broken.TryGetValue(run, out Broken? broken) && broken.IsTold && broken.Head == head) || !_followed.Add(run))
            {
                read?.TrySetResult();
                return;
            }
        }

        background.Start($"Reading {run}", cancellationToken => FollowAsync(run, head, read, cancellationToken));
    }

    private async Task FollowAsync(RunId run, long head, TaskCompletionSource? caughtUp, CancellationToken cancellationToken)
    {
        try
        {
            long read = 0;
            while (true)
            {
                RunState known = queue.Current.Runs.GetValueOrDefault(run) ?? RunState.Unread(run, root);
                RunPage page = await store.ReadAsync(run, known.Journal.Seq, PageSize, cancellationToken).ConfigureAwait(false);
                RunState state = Take(run, page);
                read += page.Events.Length;
                if (state.Journal.Seq < page.Head)
                {
                    continue;
                }

                if (read >= ManyEvents)
                {
                    SpareMemory.GiveBack();
                }

                read = 0;
                caughtUp?.TrySetResult();
                lock (_gate)
                {
                    _broken.Remove(run);
                }

                if (!state.IsLive)
                {
                    return;
                }

                await store.WaitForNewsAsync(run, state.Journal.Seq, state.Liveness, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception problem) when (IsOfTheStore(problem))
        {
            bool persists;
            lock (_gate)
            {
                Broken? before = _broken.GetValueOrDefault(run);
                Broken now = before?.Problem == problem.Message ? before with { Head = head } : new Broken(head, problem.Message, time.GetTimestamp(), IsTold: false);
                persists = !now.IsTold && time.GetElapsedTime(now.Since) >= BetweenLists;
                _broken[run] = now with { IsTold = now.IsTold || persists };
            }

            queue.Change(state => state with { Runs = state.Runs.Remove(run) });
            if (persists)
            {
                tell($"{run} can't be read: {problem.Message}");
            }
        }
        finally
        {
            lock (_gate)
            {
                _followed.Remove(run);
            }

            caughtUp?.TrySetResult();
        }
    }

    private static bool IsOfTheStore(Exception problem) => problem is RunStoreException or IOException or UnauthorizedAccessException;

    private RunState Take(RunId run, RunPage page) => queue.Change(state =>
    {
        RunState known = state.Runs.GetValueOrDefault(run) ?? RunState.Unread(run, root);
        RunState next = known.Liveness == page.Liveness && page.Events.IsEmpty && state.Runs.ContainsKey(run) ? known : known.With(page);
        return (ReferenceEquals(next, known) ? state : state with { Runs = state.Runs.SetItem(run, next) }, next);
    });

    /// <param name="Head">How far the run went when it could not be read last.</param>
    /// <param name="Since">Timestamp of when it could not be read first.</param>
    private sealed record Broken(long Head, string Problem, long Since, bool IsTold);
}
