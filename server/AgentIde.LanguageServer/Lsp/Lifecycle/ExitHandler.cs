using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Lifecycle;

internal sealed class ExitHandler(Action exit) : IHandler
{
    public void Register(Connection connection, RequestQueue<ServerState> queue) => connection.OnNotification("exit", exit);
}
