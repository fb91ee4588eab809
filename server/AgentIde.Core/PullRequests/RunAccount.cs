using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>What a pull request tells of a run: its journal, and when things happened, which a journal does not keep.</summary>
public sealed class RunAccount
{
    private readonly Dictionary<int, DateTimeOffset> _proposed = [];

    private RunAccount(IEnumerable<RecordedEvent> events)
    {
        Journal journal = Journal.Empty;
        ImmutableArray<ScorePoint>.Builder best = ImmutableArray.CreateBuilder<ScorePoint>();
        foreach (RecordedEvent recorded in events)
        {
            if (recorded is { Seq: 1, Event: RunStarted started })
            {
                Identity = started.Settings.Fork?.PullRequest?.Identity ?? Digest.Of(string.Create(CultureInfo.InvariantCulture, $"{started.Settings.Run} {recorded.At.UtcTicks} {started.Settings.Seed} {started.Task.Digest}"));
            }

            int? before = journal.Best;
            journal = journal.Apply(recorded);
            if (recorded.Event is NodeProposed proposed)
            {
                _proposed[proposed.Node] = recorded.At;
            }

            if (journal.Best != before && journal.Best is { } node)
            {
                best.Add(new ScorePoint(journal.Spent, journal[node].Score!.Value));
            }
        }

        Journal = journal;
        Best = best.ToImmutable();
    }

    public Journal Journal { get; }

    /// <summary>The best score each time that it changed, in order.</summary>
    public ImmutableArray<ScorePoint> Best { get; }

    /// <summary>The same for this run wherever its events are read, and of no other run.</summary>
    internal Digest Identity { get; }

    /// <summary>The pull request that a run keeps which goes on from this one by its reviews.</summary>
    public KeptPullRequest KeptPullRequest => new(
        Journal.Settings!.Fork?.PullRequest?.Run ?? Journal.Settings.Run, Identity, [.. Journal.Settings.Fork?.PullRequest?.Made ?? [], new NodesMade(Journal.Settings.Run, Journal.Nodes.Count)]);

    /// <exception cref="RunStoreException">The events don't fit together.</exception>
    public static RunAccount Of(IEnumerable<RecordedEvent> events) => new(events);

    /// <summary>When a node's code was proposed.</summary>
    internal DateTimeOffset ProposedAt(int node) => _proposed[node];
}

/// <param name="At">Time that the run had spent.</param>
public readonly record struct ScorePoint(TimeSpan At, double Score);
