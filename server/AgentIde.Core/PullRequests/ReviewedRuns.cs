using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>A finished run stays as it is; by its reviews another one goes on, and keeps its pull request.</summary>
public static class ReviewedRuns
{
    private const int PageLength = 10_000;

    private const int MostSteps = 100;

    /// <summary>The last run that went on from this one by reviews of their pull request; itself where none did.</summary>
    /// <exception cref="RunStoreException">The run can't be read.</exception>
    public static async Task<RunId> LatestAsync(IRunStore store, RunId run, CancellationToken cancellationToken)
    {
        RunAccount account = await AccountAsync(store, run, cancellationToken);
        (RunId Run, int Runs) latest = (run, account.Journal.Settings?.Fork?.PullRequest?.Made.Length ?? 0);
        foreach (RunListing listing in await store.ListAsync(cancellationToken))
        {
            if (listing.Run != run && await KeptAsync(store, listing.Run, cancellationToken) is { } kept && kept.Identity == account.Identity && kept.Made.Length > latest.Runs
                && IsWhole((await AccountAsync(store, listing.Run, cancellationToken)).Journal, kept))
            {
                latest = (listing.Run, kept.Made.Length);
            }
        }

        return latest.Run;
    }

    /// <summary>All that is known of a run.</summary>
    /// <exception cref="RunStoreException">It can't be read.</exception>
    public static async Task<RunAccount> AccountAsync(IRunStore store, RunId run, CancellationToken cancellationToken)
    {
        List<RecordedEvent> events = [];
        while (true)
        {
            RunPage page = await store.ReadAsync(run, events.Count, PageLength, cancellationToken);
            if (page.Events.IsEmpty)
            {
                return RunAccount.Of(events);
            }

            events.AddRange(page.Events);
        }
    }

    /// <summary>The run that the first one with a run's pull request branches from; null where it branches from none, or that one's log is not here.</summary>
    public static async Task<OriginRun?> OriginAsync(IRunStore store, RunAccount account, CancellationToken cancellationToken)
    {
        // A log may come from a stranger, and lead round in a circle.
        for (int step = 0; step < MostSteps && account.Journal.Settings?.Fork is { } fork; step++)
        {
            try
            {
                RunAccount before = await AccountAsync(store, fork.Run, cancellationToken);
                if (before.Journal.Finished?.Journal != fork.Journal)
                {
                    return null;
                }

                if (fork.PullRequest is null)
                {
                    return new OriginRun(fork.Run.Value, PullRequestName.Of(before));
                }

                account = before;
            }
            catch (RunStoreException)
            {
                return null;
            }
        }

        return null;
    }

    private static async Task<KeptPullRequest?> KeptAsync(IRunStore store, RunId run, CancellationToken cancellationToken)
    {
        try
        {
            RunPage page = await store.ReadAsync(run, 0, 1, cancellationToken);
            return page.Events is [{ Event: RunStarted started }] ? started.Settings.Fork?.PullRequest : null;
        }
        catch (RunStoreException)
        {
            // Another run that can't be read is no concern of this one's.
            return null;
        }
    }

    /// <summary>Whether its making came to its end: one that was cut short has no comment to go by yet.</summary>
    private static bool IsWhole(Journal journal, KeptPullRequest kept) =>
        kept.Made is [.., { Last: var last }] && journal.Nodes.Count >= last && (last == 0 || journal[last].IsDone)
        && (journal.Asked.Any(asked => asked.Comment is not null) || journal.Nodes.Skip(last).Any(node => node.Comment is not null));
}
