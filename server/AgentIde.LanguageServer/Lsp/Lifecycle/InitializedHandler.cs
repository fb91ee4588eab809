using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Lifecycle;

/// <summary>The editor has the answer to <c>initialize</c>: now the store may be opened.</summary>
internal sealed class InitializedHandler(Workspace workspace, ClientProcess clientProcess) : IHandler
{
    public void Register(Connection connection, RequestQueue<ServerState> queue) =>
        connection.OnNotification<InitializedParams>("initialized", _ =>
        {
            clientProcess.Watch();
            workspace.Open();
        });
}
