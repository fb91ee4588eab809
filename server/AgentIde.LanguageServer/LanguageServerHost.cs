using AgentIde.LanguageServer.Lsp;

namespace AgentIde.LanguageServer;

/// <summary>The language server over two streams, which are its own for as long as it runs.</summary>
public static class LanguageServerHost
{
    /// <summary>Serves one editor until it leaves.</summary>
    /// <returns>The exit code that the protocol asks for: 0 after <c>shutdown</c>, else 1.</returns>
    public static Task<int> RunAsync(Stream input, Stream output, LanguageServerOptions options) => Server.RunAsync(input, output, options);
}
