using AgentIde.LanguageServer.Lsp.Protocol;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>One command of <c>workspace/executeCommand</c>. It answers at once; what takes time goes on in the background.</summary>
internal interface ICommand
{
    string Name { get; }

    /// <summary>The keys of its argument, as they are on the wire.</summary>
    IReadOnlyList<string> Takes { get; }

    /// <summary>Whether it only shows what is there: all that a folder without trust gets.</summary>
    bool OnlyShows => false;

    Task<object?> RunAsync(ServerState state, CommandArguments arguments, CancellationToken cancellationToken);
}
