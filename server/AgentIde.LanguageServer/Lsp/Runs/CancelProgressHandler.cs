using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Runs;

internal sealed class CancelProgressHandler(RunNews news) : IHandler
{
    public void Register(Connection connection, RequestQueue<ServerState> queue) =>
        connection.OnNotification<WorkDoneProgressCancelParams>("window/workDoneProgress/cancel", parameters => news.Cancelled(parameters.Token));
}
