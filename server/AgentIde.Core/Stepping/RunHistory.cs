using AgentIde.Core.Runs;

namespace AgentIde.Core.Stepping;

/// <summary>
/// A run's events with its journal after each of them. The invariant: <see cref="At"/> of a number is the fold of that
/// many events, whatever was asked before. Journals share what they have in common, so one is kept for every
/// <see cref="Interval"/> events, those between are folded again, and the block that was asked for last is kept whole.
/// Grows at its end and changes nowhere. For one thread at a time.
/// </summary>
public sealed class RunHistory
{
    /// <summary>Events between two kept journals: folding so many takes less than a millisecond or two.</summary>
    private const int Interval = 128;

    private readonly List<RecordedEvent> _events = [];
    private readonly List<RunStep> _steps = [];
    private readonly List<Journal> _kept = [Journal.Empty];
    private readonly List<NodeSpan> _nodes = [];
    private readonly List<List<int>> _workers = [];
    private readonly List<int?> _atWork = [];
    private readonly HashSet<long> _newBest = [];
    private readonly List<Journal> _block = [];
    private int _blockNumber = -1;

    /// <summary>How many events there are; the last one has this number.</summary>
    public long Length => _events.Count;

    /// <summary>The journal after all of them.</summary>
    public Journal Head { get; private set; } = Journal.Empty;

    /// <summary>The event with which half of the run's nodes, time or money was spent; null before.</summary>
    public long? HalfSpent { get; private set; }

    /// <summary>How many nodes were worked on at once, at most; at least one.</summary>
    public int Workers => Math.Max(_workers.Count, 1);

    /// <param name="seq">1 to <see cref="Length"/>.</param>
    public RecordedEvent this[long seq] => _events[(int)seq - 1];

    /// <param name="seq">1 to <see cref="Length"/>.</param>
    public RunStep StepAt(long seq) => _steps[(int)seq - 1];

    /// <exception cref="RunStoreException">The event does not fit: nothing was changed.</exception>
    public void Append(RecordedEvent recorded)
    {
        Journal before = Head;
        Head = before.Apply(recorded);
        RunStep step = RunStep.Of(recorded.Event);
        if (recorded.Event is NodeProposed proposed)
        {
            // The journal shares the texts that a node has in common with its parent.
            recorded = recorded with { Event = proposed with { Reasons = Head[proposed.Node].Reasons } };
        }

        _events.Add(recorded);
        _steps.Add(step);
        if (_events.Count % Interval == 0)
        {
            _kept.Add(Head);
        }

        if (Head.Best != before.Best && Head.Best is not null)
        {
            _newBest.Add(recorded.Seq);
        }

        if (HalfSpent is null && IsHalfSpent())
        {
            HalfSpent = recorded.Seq;
        }

        Assign(recorded, step);
    }

    /// <summary>The fold of the first <paramref name="seq"/> events.</summary>
    /// <param name="seq">0 to <see cref="Length"/>.</param>
    public Journal At(long seq)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seq);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seq, Length);
        if (seq == Length)
        {
            return Head;
        }

        (int number, int offset) = ((int)(seq / Interval), (int)(seq % Interval));
        if (_blockNumber != number)
        {
            _block.Clear();
            _block.Add(_kept[number]);
            _blockNumber = number;
        }

        while (_block.Count <= offset)
        {
            _block.Add(_block[^1].Apply(_events[(number * Interval) + _block.Count - 1]));
        }

        return _block[offset];
    }

    /// <summary>Whether another node is the best since this event.</summary>
    public bool IsNewBest(long seq) => _newBest.Contains(seq);

    /// <summary>The event that started a node.</summary>
    public long StartOf(int node) => _nodes[node - 1].Events[0];

    /// <summary>The last event of the work on a node so far, its review left out where there is one.</summary>
    public long EndOf(int node) => _nodes[node - 1].End ?? _nodes[node - 1].Events[^1];

    /// <summary>Which worker had a node: 0, 1, 2, … The log does not say; a node goes to the first that has nothing to do.</summary>
    public int WorkerOf(int node) => _nodes[node - 1].Worker;

    /// <summary>The node that a worker has at an event, or had last; null where it had none yet.</summary>
    public int? NodeOf(int worker, long seq)
    {
        if (worker < 0 || worker >= _workers.Count)
        {
            return null;
        }

        List<int> nodes = _workers[worker];
        int after = FirstIndex(nodes.Count, index => StartOf(nodes[index]) > seq);
        return after == 0 ? null : nodes[after - 1];
    }

    /// <summary>The last event of the work on a node up to another event; null where it was not started then.</summary>
    public long? LastOf(int node, long seq) => Before(node, seq + 1, static _ => true);

    /// <summary>Whether any node is worked on after all events.</summary>
    public bool HasWork => _atWork.Exists(node => node is not null);

    /// <summary>Whether a node is worked on after all events.</summary>
    public bool IsUnderWay(int node) => !Head.IsSearched && _nodes[node - 1].End is null;

    /// <summary>The first event of the work on a node after another that fits; null where there is none yet.</summary>
    internal long? After(int node, long seq, Func<RunStep, bool> fits)
    {
        List<int> events = _nodes[node - 1].Events;
        for (int index = FirstIndex(events.Count, index => events[index] > seq); index < events.Count; index++)
        {
            if (fits(StepAt(events[index])))
            {
                return events[index];
            }
        }

        return null;
    }

    internal long? Before(int node, long seq, Func<RunStep, bool> fits)
    {
        List<int> events = _nodes[node - 1].Events;
        for (int index = FirstIndex(events.Count, index => events[index] >= seq) - 1; index >= 0; index--)
        {
            if (fits(StepAt(events[index])))
            {
                return events[index];
            }
        }

        return null;
    }

    internal long? After(long seq, Func<RunStep, bool> fits)
    {
        for (long next = seq + 1; next <= Length; next++)
        {
            if (fits(StepAt(next)))
            {
                return next;
            }
        }

        return null;
    }

    internal long? Before(long seq, Func<RunStep, bool> fits)
    {
        for (long next = seq - 1; next >= 1; next--)
        {
            if (fits(StepAt(next)))
            {
                return next;
            }
        }

        return null;
    }

    private void Assign(RecordedEvent recorded, RunStep step)
    {
        if (recorded.Event is NodeStarted started)
        {
            int worker = _atWork.FindIndex(node => node is null);
            if (worker < 0)
            {
                worker = _atWork.Count;
                _atWork.Add(null);
                _workers.Add([]);
            }

            _atWork[worker] = started.Node;
            _workers[worker].Add(started.Node);
            _nodes.Add(new NodeSpan(worker));
        }

        if (step is { IsOfNode: true, Node: { } id })
        {
            NodeSpan span = _nodes[id - 1];
            span.Events.Add((int)recorded.Seq);
            if (step.IsEnd)
            {
                span.End = recorded.Seq;
                _atWork[span.Worker] = null;
            }
        }
    }

    private bool IsHalfSpent()
    {
        // Of a run from elsewhere nobody knows the budget.
        if (Head.Settings is not { Origin: null, Budget: { } budget })
        {
            return false;
        }

        return 2 * Head.Nodes.Count >= budget.Nodes || 2 * Head.Spent.TotalSeconds >= budget.Seconds || Head.Spending.Share(budget) >= 0.5;
    }

    /// <summary>The first index for which it holds, where it holds for all after it too; the count where for none.</summary>
    private static int FirstIndex(int count, Func<int, bool> holds)
    {
        (int low, int high) = (0, count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = holds(middle) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private sealed class NodeSpan(int worker)
    {
        public int Worker => worker;

        public List<int> Events { get; } = [];

        public long? End { get; set; }
    }
}
