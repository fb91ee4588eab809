using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Conditions;
using AgentIde.Core.Stepping;
using AgentIde.Core.Stepping.Stops;

namespace AgentIde.Core.Runs;

/// <summary>
/// What people's debuggers want a live run to stop at, evaluated by its own process as its events come: by the same rules, over the
/// same history, as the debuggers themselves. None of it is an event: it holds the run up and decides nothing. A debugger that does not say within
/// <see cref="Lease"/> that it is still there is forgotten, so that no run is held for one that was killed (<see cref="Holds"/> lets go of what was). What can't be
/// evaluated stops nothing: a breakpoint ends no run.
/// </summary>
internal sealed class Watches(IRunStore store, RunId run, TimeProvider clock)
{
    /// <summary>How long a debugger is believed to be there.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private const int PageLength = 5_000;

    private const int MostRules = 500;

    private readonly Dictionary<string, Watch> _sessions = [];
    private RunHistory? _history;

    public bool IsAny => _sessions.Count > 0;

    /// <summary>Replaces what a session wants; nothing more is to be appended meanwhile.</summary>
    public async Task SetAsync(WatchRequest request, long head, CancellationToken cancellationToken)
    {
        // A request is a file that anybody may have written.
        if (request is not { Session: not null, By: not null })
        {
            return;
        }

        if (request.Stops.IsDefaultOrEmpty)
        {
            Forget(request.Session);
            return;
        }

        if (_sessions.TryGetValue(request.Session, out Watch? known) && known.Stops.SequenceEqual(request.Stops))
        {
            _sessions[request.Session] = known with { Until = clock.GetUtcNow() + Lease };
            return;
        }

        try
        {
            RunHistory history = _history ??= new RunHistory();
            while (history.Length < head)
            {
                foreach (RecordedEvent recorded in (await store.ReadAsync(run, history.Length, PageLength, cancellationToken)).Events.Where(recorded => recorded.Seq > history.Length && recorded.Seq <= head))
                {
                    history.Append(recorded);
                }
            }

            NodeBlames blames = new(history, async (digest, token) => Encoding.UTF8.GetString((await store.ReadBlobAsync(run, digest, token)).Span));
            ImmutableArray<StopRule> rules = [.. request.Stops.Take(MostRules).Select((stop, index) => Read(index, stop, history, blames)).OfType<StopRule>()];
            await LookAsync(rules, head, cancellationToken);
            _sessions[request.Session] = new Watch(request.By, request.Stops, rules, clock.GetUtcNow() + Lease);
        }
        catch (RunStoreException)
        {
            // What can't be read of the past is the debugger's to tell.
            Forget(request.Session);
        }
    }

    /// <summary>What is stopped at in events that were just appended, by which session and in whose name; null where nothing is.</summary>
    /// <param name="appended">All that the history does not have yet.</param>
    public async Task<(string Session, string By, string Names, int? Node)?> TakeAsync(ImmutableArray<RecordedEvent> appended, CancellationToken cancellationToken)
    {
        if (_history is not { } history)
        {
            return null;
        }

        foreach (RecordedEvent recorded in appended)
        {
            history.Append(recorded);
        }

        foreach ((string session, Watch watch) in _sessions.ToArray())
        {
            if (watch.Until < clock.GetUtcNow())
            {
                Forget(session);
                continue;
            }

            try
            {
                await LookAsync(watch.Rules, history.Length, cancellationToken);
            }
            catch (RunStoreException)
            {
                Forget(session);
                continue;
            }

            foreach (RecordedEvent recorded in appended)
            {
                string[] names = [.. watch.Rules.Where(rule => rule.IsAt(recorded.Seq)).Select(rule => rule.Name).Distinct()];
                if (names.Length > 0)
                {
                    return (session, watch.By, string.Join(", ", names), history.StepAt(recorded.Seq) is { IsOfNode: true, Node: { } node } ? node : null);
                }
            }
        }

        return null;
    }

    private void Forget(string session)
    {
        _sessions.Remove(session);
        if (_sessions.Count == 0)
        {
            _history = null;
        }
    }

    private static StopRule? Read(int id, StopSpec stop, RunHistory history, NodeBlames blames)
    {
        try
        {
            return stop is null ? null : StopRule.Of(id, stop, history, blames);
        }
        catch (Exception problem) when (problem is ConditionException or FormatException)
        {
            // The debugger has told its person so already.
            return null;
        }
    }

    private static async Task LookAsync(ImmutableArray<StopRule> rules, long to, CancellationToken cancellationToken)
    {
        foreach (StopRule rule in rules)
        {
            await rule.LookAsync(to, int.MaxValue, cancellationToken);
        }
    }

    /// <param name="Until">When it is forgotten unless it says again that it is there.</param>
    private sealed record Watch(string By, ImmutableArray<StopSpec> Stops, ImmutableArray<StopRule> Rules, DateTimeOffset Until);
}
