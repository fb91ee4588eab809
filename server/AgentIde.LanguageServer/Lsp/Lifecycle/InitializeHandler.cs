using AgentIde.LanguageServer.Lsp.Actions;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer.Lsp.Lifecycle;

/// <summary>Answers at once: nothing is opened or read before the answer is out.</summary>
internal sealed class InitializeHandler(string version, ExecuteCommandHandler commands, ClientProcess clientProcess) : IHandler
{
    private const int Incremental = 2;

    public void Register(Connection connection, RequestQueue<ServerState> queue) =>
        connection.OnRequest<InitializeParams, InitializeResult>("initialize", (parameters, _) => Task.FromResult(queue.Change(state => Initialize(state, parameters))));

    private (ServerState State, InitializeResult Result) Initialize(ServerState state, InitializeParams parameters)
    {
        if (state.Client is not null)
        {
            throw new RequestFailedException("The server is initialised already.");
        }

        clientProcess.Id = parameters.ProcessId;
        return (state with { Client = Client.Of(parameters), Root = RootOf(parameters) }, new InitializeResult(
            new ServerCapabilities(
                "utf-16",
                new TextDocumentSyncOptions(OpenClose: true, Incremental, Save: true),
                HoverProvider: true,
                new CodeActionOptions([CodeActionHandler.Kind]),
                new CodeLensOptions(ResolveProvider: false),
                new ExecuteCommandOptions(commands.Names)),
            new ServerInfo("agentide", version)));
    }

    /// <summary>The first folder: runs belong to one.</summary>
    private static string? RootOf(InitializeParams parameters)
    {
        string? path = parameters.WorkspaceFolders is [{ } first, ..] ? FilePaths.OfUri(first.Uri)
            : parameters.RootUri is { } uri ? FilePaths.OfUri(uri)
            : parameters.RootPath;
        return Directory.Exists(path) ? FilePaths.Real(path) : null;
    }
}
