using AgentIde.LanguageServer.Lsp.Protocol;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>All runs of the workspace, newest first.</summary>
internal sealed class RunsHandler() : AskHandler<NoParams, RunsResult>("agentide/runs")
{
    protected override Task<RunsResult> AnswerAsync(ServerState state, NoParams parameters, CancellationToken cancellationToken) =>
        Task.FromResult(new RunsResult(
        [
            .. state.Runs.Values
                .Where(run => run.Journal.Settings is not null)
                .OrderByDescending(run => run.Journal.StartedAt)
                .ThenByDescending(run => run.Run.Value, StringComparer.Ordinal)
                .Select(ToProtocol.View),
        ]));
}
