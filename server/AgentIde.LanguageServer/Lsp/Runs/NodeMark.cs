using AgentIde.Core.Runs;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>How far a run had come with one of its nodes.</summary>
/// <param name="ChangedAt">The event that changed it last.</param>
/// <param name="Done">Default while it is under way.</param>
internal readonly record struct NodeMark(long ChangedAt, NodeDone Done = default);

/// <summary>
/// What a run had come to when one of its nodes was done: where the node stands in a chart. A small value: a run has
/// thousands of them.
/// </summary>
internal readonly record struct NodeDone
{
    private const long None = -1;
    private readonly bool _isDone;
    private readonly long _ticks;
    private readonly double _dollars;
    private readonly long _tokens;

    private NodeDone(TimeSpan? at, double dollars, long tokens) => (_isDone, _ticks, _dollars, _tokens) = (true, at?.Ticks ?? None, dollars, tokens);

    /// <summary>Time of the run, pauses left out; null while the node is under way, and where an imported run does not tell.</summary>
    public TimeSpan? At => !_isDone || _ticks < 0 ? null : TimeSpan.FromTicks(_ticks);

    /// <summary>Spent on models, calls under way left out; null where no model with a price was asked.</summary>
    public double? Dollars => !_isDone || _dollars < 0 ? null : _dollars;

    /// <summary>Used of models; null where none was asked.</summary>
    public long? Tokens => !_isDone || _tokens < 0 ? null : _tokens;

    public static NodeDone In(Journal journal, int node)
    {
        Outlay spent = journal.Spending.Total;
        bool isPriced = spent.Calls > spent.Unpriced;
        return new NodeDone(
            journal.Settings?.Origin is null ? journal.Spent : NodeOrigin.TimeOf(journal, journal[node]),
            isPriced ? (double)spent.SettledDollars : None,
            spent.Calls > spent.Uncounted ? spent.Settled.Total : None);
    }
}
