using AgentIde.Core.Conditions;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Stepping.Stops;

/// <summary>Something to stop at, or to print a line at.</summary>
public sealed class StopRule
{
    private readonly RunHistory _history;
    private readonly Hits _hits;
    private readonly Func<int, bool> _wanted;
    private readonly LogTemplate? _log;

    private StopRule(int id, StopSpec spec, RunHistory history, NodeBlames blames, string? logMessage)
    {
        Id = id;
        Spec = spec;
        _history = history;
        _wanted = HitCondition.Parse(spec.Hits);
        _log = string.IsNullOrEmpty(logMessage) ? null : LogTemplate.Parse(logMessage);
        Condition? parsed = string.IsNullOrWhiteSpace(spec.Condition) ? null : Condition.ParseTruth(spec.Condition);
        // What asks for a score waits until there is one.
        bool isLate = parsed is { AsksForResult: true } || _log is { AsksForResult: true };
        Func<long, CancellationToken, ValueTask<bool>> holds;
        if (spec is { Node: { } node, Line: { } line })
        {
            Name = $"line {line} of node {node}";
            Anchor = new LineAnchor(history, blames, new LineOrigin(node, line));
            holds = isLate ? Anchor.HoldsAtEndAsync : Anchor.HoldsAsync;
        }
        else
        {
            StopFilter filter = StopFilter.Find(spec.Filter ?? "") ?? throw new FormatException($"There is no filter '{ConditionException.Shown(spec.Filter ?? "")}'.");
            Name = filter.Label;
            Func<RunHistory, long, bool> of = isLate ? filter.HoldsAtEnd ?? filter.Holds : filter.Holds;
            holds = (seq, _) => ValueTask.FromResult(of(history, seq));
        }

        _hits = new Hits(history, async (seq, cancellationToken) =>
            await holds(seq, cancellationToken).ConfigureAwait(false) && (parsed is null || parsed.Holds(ScopeAt(history, seq))));
    }

    /// <param name="logMessage">The template of what is printed in place of a stop; null for a stop.</param>
    /// <exception cref="ConditionException">The condition or the template can't be read.</exception>
    /// <exception cref="FormatException">There is no such filter, or the number of hits can't be read.</exception>
    public static StopRule Of(int id, StopSpec spec, RunHistory history, NodeBlames blames, string? logMessage = null) => new(id, spec, history, blames, logMessage);

    public int Id { get; }

    /// <summary>What is stopped at, for people.</summary>
    public string Name { get; }

    public StopSpec Spec { get; }

    /// <summary>Whether it is one of the filters.</summary>
    public bool IsFilter => Anchor is null;

    /// <summary>The line that it stands on; null for a filter.</summary>
    public LineAnchor? Anchor { get; }

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
