using AgentIde.Core.Runs;

namespace AgentIde.Core.Stepping;

/// <summary>
/// Where a predicate holds in a run. It is asked once for each event, from the first one on, and what it said is kept:
/// a run grows and never changes, so the third hit is the same one from whichever side one comes.
/// </summary>
public sealed class Hits(RunHistory history, Func<long, CancellationToken, ValueTask<bool>> holds)
{
    private readonly List<long> _found = [];

    /// <summary>The last event that was asked about.</summary>
    public long Known { get; private set; }

    /// <summary>Asks about further events.</summary>
    /// <param name="to">The last one to ask about.</param>
    /// <param name="most">How many to ask about at most.</param>
    /// <returns>Whether all up to <paramref name="to"/> are known.</returns>
    /// <exception cref="RunStoreException">What the predicate needs can't be read; the event is asked about again the next time.</exception>
    public async ValueTask<bool> LookAsync(long to, int most, CancellationToken cancellationToken)
    {
        to = Math.Min(to, history.Length);
        for (long end = Math.Min(to, Known + most); Known < end;)
        {
            if (await holds(Known + 1, cancellationToken).ConfigureAwait(false))
            {
                _found.Add(Known + 1);
            }

            Known++;
        }

        return Known >= to;
    }

    /// <summary>The first known hit after an event that is wanted.</summary>
    /// <param name="wanted">By its number, counted from 1.</param>
    public long? After(long seq, Func<int, bool> wanted)
    {
        for (int index = FirstAfter(seq); index < _found.Count; index++)
        {
            if (wanted(index + 1))
            {
                return _found[index];
            }
        }

        return null;
    }

    /// <summary>The last known hit before an event that is wanted.</summary>
    public long? Before(long seq, Func<int, bool> wanted)
    {
        for (int index = FirstAfter(seq - 1) - 1; index >= 0; index--)
        {
            if (wanted(index + 1))
            {
                return _found[index];
            }
        }

        return null;
    }

    /// <summary>The wanted hits after one event and up to another, in order.</summary>
    public IEnumerable<long> Between(long after, long to, Func<int, bool> wanted)
    {
        for (int index = FirstAfter(after); index < _found.Count && _found[index] <= to; index++)
        {
            if (wanted(index + 1))
            {
                yield return _found[index];
            }
        }
    }

    private int FirstAfter(long seq)
    {
        int index = _found.BinarySearch(seq + 1);
        return index < 0 ? ~index : index;
    }
}
