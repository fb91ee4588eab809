using AgentIde.Core.Conditions;
using AgentIde.Core.Runs;
using AgentIde.Core.Stepping;

namespace AgentIde.LanguageServer.Dap.Stops;

/// <summary>Something to stop at, or to print a line at.</summary>
internal sealed class StopRule
{
    private readonly RunHistory _history;
    private readonly Hits _hits;
    private readonly Func<int, bool> _wanted;
    private readonly LogTemplate? _log;

    /// <param name="holds">Whether an event is one of those meant, its condition left out.</param>
    /// <exception cref="ConditionException">The condition or the template can't be read.</exception>
    /// <exception cref="FormatException">The number of hits can't.</exception>
    public StopRule(int id, string name, RunHistory history, Func<long, CancellationToken, ValueTask<bool>> holds, string? condition, string? hitCondition, string? logMessage)
    {
        Id = id;
        Name = name;
        _history = history;
        _wanted = HitCondition.Parse(hitCondition);
        _log = string.IsNullOrEmpty(logMessage) ? null : LogTemplate.Parse(logMessage);
        Condition? parsed = string.IsNullOrWhiteSpace(condition) ? null : Condition.ParseTruth(condition);
        _hits = new Hits(history, async (seq, cancellationToken) =>
            await holds(seq, cancellationToken).ConfigureAwait(false) && (parsed is null || parsed.Holds(ScopeAt(history, seq))));
    }

    public int Id { get; }

    /// <summary>What is stopped at, for people.</summary>
    public string Name { get; }

    /// <summary>Whether it is one of the protocol's exceptions.</summary>
    public bool IsFilter { get; init; }

    /// <summary>The line that it stands on; null for a filter.</summary>
    public LineAnchor? Anchor { get; init; }

    public bool IsLog => _log is not null;

    /// <summary>The last event that it was asked about.</summary>
    public long Known => _hits.Known;

    public static ConditionScope ScopeAt(RunHistory history, long seq)
    {
        Journal journal = history.At(seq);
        return new ConditionScope(journal, history.StepAt(seq).Node is { } node ? journal[node] : null, history[seq]);
    }

    public ValueTask<bool> LookAsync(long to, int most, CancellationToken cancellationToken) => _hits.LookAsync(to, most, cancellationToken);

    public long? After(long seq) => _hits.After(seq, _wanted);

    public long? Before(long seq) => _hits.Before(seq, _wanted);

    public bool IsAt(long seq) => _hits.After(seq - 1, _wanted) == seq;

    /// <summary>What it prints for the events after one and up to another.</summary>
    public IEnumerable<(long Seq, string Text)> Lines(long after, long to) =>
        _log is null ? [] : _hits.Between(after, to, _wanted).Select(seq => (seq, _log.Render(ScopeAt(_history, seq))));
}
