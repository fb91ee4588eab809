using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Protocol;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>What has changed in a run since the client last asked: never all nodes of a large run again.</summary>
internal sealed class EventsHandler() : AskHandler<EventsParams, EventsResult>("agentide/events")
{
    public const int PageSize = 1_000;

    protected override Task<EventsResult> AnswerAsync(ServerState state, EventsParams parameters, CancellationToken cancellationToken)
    {
        RunState run = state.Run(parameters.Run);
        Journal journal = run.Journal;
        List<(long At, Node Node)> changed = [];
        foreach ((Node node, long at) in journal.Nodes.Zip(run.Marks, (node, mark) => (node, mark.ChangedAt)))
        {
            if (at > parameters.After)
            {
                changed.Add((at, node));
            }
        }

        long seq = journal.Seq;
        bool more = changed.Count > PageSize;
        if (more)
        {
            // A page ends between two events, since the next one begins after an event and not in the midst of its nodes.
            changed.Sort((one, other) => (one.At, one.Node.Id).CompareTo((other.At, other.Node.Id)));
            seq = changed[PageSize].At - 1;
            changed.RemoveAll(change => change.At > seq);
        }

        return Task.FromResult(new EventsResult(
            run.Run.Value,
            seq,
            ToProtocol.View(run),
            [.. changed.Select(change => ToProtocol.View(run, change.Node))],
            more ? true : null));
    }
}
