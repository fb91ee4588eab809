using AgentIde.Core.Runs;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>How far a run had come with one of its nodes.</summary>
/// <param name="ChangedAt">The event that changed it last.</param>
/// <param name="Done">Null while it is under way.</param>
internal readonly record struct NodeMark(long ChangedAt, NodeDone? Done);

/// <summary>What a run had come to when one of its nodes was done: where the node stands in a chart.</summary>
/// <param name="At">Time of the run, pauses left out; null where an imported run does not tell.</param>
/// <param name="Dollars">Spent on models, calls under way left out; null where no model with a price was asked.</param>
/// <param name="Tokens">Used of models; null where none was asked.</param>
internal sealed record NodeDone(TimeSpan? At, double? Dollars, long? Tokens)
{
    public static NodeDone In(Journal journal, int node)
    {
        Outlay spent = journal.Spending.Total;
        bool isPriced = spent.Calls > spent.Unpriced;
        return new NodeDone(
            journal.Settings?.Origin is null ? journal.Spent : NodeOrigin.TimeOf(journal, journal[node]),
            isPriced ? (double)spent.SettledDollars : null,
            spent.Calls > spent.Uncounted ? spent.Settled.Total : null);
    }
}
