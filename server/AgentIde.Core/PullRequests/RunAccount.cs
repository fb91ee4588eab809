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
        List<(ScorePoint Point, bool IsOverAll)> best = [];
        ImmutableArray<(int, string)>.Builder hints = ImmutableArray.CreateBuilder<(int, string)>();
        int inherited = 0;
        ImmutableArray<int>.Builder asked = ImmutableArray.CreateBuilder<int>();
        foreach (RecordedEvent recorded in events)
        {
            if (recorded is { Seq: 1, Event: RunStarted begun })
            {
                Identity = begun.Settings.Fork?.PullRequest?.Identity ?? Digest.Of(string.Create(CultureInfo.InvariantCulture, $"{begun.Settings.Run} {recorded.At.UtcTicks} {begun.Settings.Seed} {begun.Task.Digest}"));
            }

            (int?, bool) before = Leader(journal);
            journal = journal.Apply(recorded);
            switch (recorded.Event)
            {
                case NodeProposed proposed:
                    _proposed[proposed.Node] = recorded.At;
                    break;
                case HintGiven hint:
                    hints.Add((journal.Nodes.Count, hint.Text));
                    break;
                case NodeStarted started:
                    if (started.Asked is not null)
                    {
                        asked.Add(started.Node);
                    }

                    inherited += recorded.Seq <= (journal.Settings?.Fork?.Elapsed?.Length ?? 0) ? 1 : 0;
                    break;
                case BudgetChanged or RunResumed { Budget: not null }:
                    HasOtherLimits = true;
                    break;
                default:
                    break;
            }

            if (Leader(journal) != before && journal.Best is { } node)
            {
                best.Add((new ScorePoint(journal.Spent, journal[node].Standing!.Value), journal[node].Folded is not null));
            }
        }

        static (int?, bool) Leader(Journal journal) => (journal.Best, journal.Best is { } best && journal[best].Folded is not null);

        Journal = journal;
        RunFork? fork = journal.Settings?.Fork;
        Inherited = fork is { PullRequest.Made: [.., { Last: var last }] } ? last : fork?.Elapsed is null ? null : inherited;
        Best = [.. best.Where(one => one.IsOverAll == best[^1].IsOverAll).Select(one => one.Point)];
        Hints = hints.ToImmutable();
        AskedFor = asked.ToImmutable();
    }

    public Journal Journal { get; }

    /// <summary>The best score each time that it changed, in order; where it came to one over all folds, those alone, which one on the first can't be held against.</summary>
    public ImmutableArray<ScorePoint> Best { get; }

    /// <summary>What people said on the way, each with the number of nodes that had been begun by then.</summary>
    internal ImmutableArray<(int After, string Text)> Hints { get; }

    /// <summary>The nodes that people asked for.</summary>
    internal ImmutableArray<int> AskedFor { get; }

    /// <summary>Whether its limits were changed on the way.</summary>
    internal bool HasOtherLimits { get; }

    /// <summary>Of the nodes, the first, how many the run made that this one goes on from; null where that is not known, or it goes on from none.</summary>
    internal int? Inherited { get; }

    /// <summary>The same for this run wherever its events are read, and of no other run.</summary>
    internal Digest Identity { get; }

    /// <summary>The pull request that a run keeps which goes on from this one by its reviews.</summary>
    public KeptPullRequest KeptPullRequest => new(
        Journal.Settings!.Fork?.PullRequest?.Run ?? Journal.Settings.Run, Identity, [.. Journal.Settings.Fork?.PullRequest?.Made ?? [], new NodesMade(Journal.Settings.Run, Journal.Nodes.Count)]);

    /// <exception cref="RunStoreException">The events don't fit together.</exception>
    public static RunAccount Of(IEnumerable<RecordedEvent> events) => new(events);

    /// <summary>By which the commit of a node is known.</summary>
    internal StepName NameOf(int node) => new(node, (Journal.Settings!.Fork?.PullRequest?.MakerOf(node) ?? Journal.Settings.Run).Value, Identity.Short);

    /// <summary>When a node's code was proposed.</summary>
    internal DateTimeOffset ProposedAt(int node) => _proposed[node];
}

/// <param name="At">Time that the run had spent.</param>
public readonly record struct ScorePoint(TimeSpan At, double Score);
