using AgentIde.LanguageServer.Dap;

namespace AgentIde.LanguageServer;

/// <summary>The debug adapter over two streams, which are its own for as long as it runs: a run of the store is its program.</summary>
public static class DebugAdapterHost
{
    /// <summary>Serves one client until it disconnects or hangs up.</summary>
    /// <returns>The exit code: 0 after <c>disconnect</c> and where the client hung up; 1 where what it sent was no frame.</returns>
    public static Task<int> RunAsync(Stream input, Stream output, DebugAdapterOptions options) => Adapter.RunAsync(input, output, options);
}
