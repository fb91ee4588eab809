using System.Runtime.CompilerServices;
using AgentIde.Core.Runs;

namespace AgentIde.Cli.Terminal;

/// <summary>Reads a run as it grows and folds it. Ends when nobody owns the run and everything is read.</summary>
internal static class RunFollower
{
    private const int Page = 1_000;

    public static async IAsyncEnumerable<(RecordedEvent Event, Journal Journal)> FollowAsync(
        IRunStore store, RunId run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Journal journal = Journal.Empty;
        while (true)
        {
            RunPage page = await store.ReadAsync(run, journal.Seq, Page, cancellationToken);
            foreach (RecordedEvent recorded in page.Events)
            {
                journal = journal.Apply(recorded);
                yield return (recorded, journal);
            }

            if (!page.Events.IsEmpty)
            {
                continue;
            }

            if (page.Liveness != Liveness.Live)
            {
                yield break;
            }

            await store.WaitForNewsAsync(run, journal.Seq, page.Liveness, cancellationToken);
        }
    }

    public static async Task<Journal> ReadAsync(IRunStore store, RunId run, CancellationToken cancellationToken)
    {
        Journal journal = Journal.Empty;
        while (true)
        {
            RunPage page = await store.ReadAsync(run, journal.Seq, Page, cancellationToken);
            if (page.Events.IsEmpty)
            {
                return journal;
            }

            journal = journal.Apply(page.Events);
        }
    }
}
