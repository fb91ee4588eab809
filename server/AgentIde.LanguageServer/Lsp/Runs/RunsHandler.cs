using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>All runs of the workspace, newest first.</summary>
internal sealed class RunsHandler : IHandler
{
    public void Register(Connection connection, RequestQueue<ServerState> queue) =>
        connection.OnRequest("agentide/runs", cancellationToken => queue.AskAsync(
            async (state, cancellation) =>
            {
                state.Expect();
                return Answer(await Workspace.WithRunsAsync(state, queue, cancellation).ConfigureAwait(false));
            },
            cancellationToken));

    private static RunsResult Answer(ServerState state)
    {
        return new RunsResult(
        [
            .. state.Runs.Values
                .Where(run => run.Journal.Settings is not null)
                .OrderByDescending(run => run.Journal.StartedAt)
                .ThenByDescending(run => run.Run.Value, StringComparer.Ordinal)
                .Select(ToProtocol.View),
        ]);
    }
}
