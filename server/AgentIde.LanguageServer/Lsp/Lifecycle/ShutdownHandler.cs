using AgentIde.LanguageServer.Lsp.Thoughts;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Lifecycle;

/// <summary>Nothing is asked or shown after this; what was shown is cleared. Runs go on: they belong to nobody here.</summary>
internal sealed class ShutdownHandler(DiagnosticsPublisher diagnostics) : IHandler
{
    public void Register(Connection connection, RequestQueue<ServerState> queue) =>
        connection.OnRequest<object?>("shutdown", async _ =>
        {
            queue.Change(state => state.Expect() is var _ ? state with { ShuttingDown = true } : state);
            await diagnostics.ClearAsync().ConfigureAwait(false);
            return null;
        });
}
