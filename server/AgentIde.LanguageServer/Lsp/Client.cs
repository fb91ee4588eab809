using System.Text.Json;
using AgentIde.LanguageServer.Lsp.Protocol;

namespace AgentIde.LanguageServer.Lsp;

/// <summary>What the editor can do, as it said in <c>initialize</c>.</summary>
/// <param name="Name">For people, and for the record of who asked what.</param>
/// <param name="Chats">Whether it has its own models answer: it takes <c>agentide/chat</c>.</param>
/// <param name="ShowsDifferences">Whether it makes a view of two texts itself of what <c>agentide.node.compare</c> answers.</param>
/// <param name="TakesDifferences">Whether it also makes one where it is told to: it takes <c>agentide/showDiff</c>.</param>
/// <param name="GivesTokens">Whether it has a session of its own at GitHub: it takes <c>agentide/githubToken</c>.</param>
/// <param name="Chooses">
/// Whether it asks the person a question with buttons. Neovim takes one by a prompt that holds up everything until it is
/// answered, and says that it knows of no more than titles; who says more asks in a way that one can leave alone.
/// </param>
/// <param name="Trusted">Whether the person trusts the folder; an editor that knows no such thing is taken at its word.</param>
/// <param name="ListsThoughts">Whether thoughts are to stand among an editor's problems too, which leave out hints.</param>
internal sealed record Client(
    string Name,
    bool Trusted,
    bool ListsThoughts,
    bool Markdown,
    bool CodeActionLiterals,
    bool VersionedEdits,
    bool CreatesFiles,
    bool ShowsDocuments,
    bool ShowsProgress,
    bool RefreshesLenses,
    bool Chats,
    bool ShowsDifferences,
    bool TakesDifferences,
    bool GivesTokens,
    bool Chooses)
{
    /// <summary>
    /// Who takes operations on files takes versioned edits too, since both come in the same list: Neovim says only the
    /// first of itself.
    /// </summary>
    public static Client Of(InitializeParams parameters)
    {
        ClientCapabilities? can = parameters.Capabilities;
        return new Client(
            PlainText.Visible(parameters.ClientInfo?.Name ?? "the editor", 60),
            !Set(parameters, "trusted", JsonValueKind.False),
            Set(parameters, "thoughtsInProblems", JsonValueKind.True),
            can?.TextDocument?.Hover?.ContentFormat?.Contains("markdown") == true,
            can?.TextDocument?.CodeAction?.CodeActionLiteralSupport is not null,
            can?.Workspace is { ApplyEdit: true, WorkspaceEdit: { DocumentChanges: true } or { ResourceOperations.Count: > 0 } },
            can?.Workspace?.WorkspaceEdit?.ResourceOperations?.Contains("create") == true,
            can?.Window?.ShowDocument?.Support == true,
            can?.Window?.WorkDoneProgress == true,
            can?.Workspace?.CodeLens?.RefreshSupport == true,
            Has(can, "agentideChat"),
            Has(can, "agentideDiff"),
            Has(can, "agentideShowDiff"),
            Has(can, "agentideGitHubToken"),
            can?.Window?.ShowMessage?.MessageActionItem?.AdditionalPropertiesSupport == true);
    }

    private static bool Set(InitializeParams parameters, string option, JsonValueKind kind) =>
        parameters.InitializationOptions is { ValueKind: JsonValueKind.Object } options && options.TryGetProperty(option, out JsonElement set) && set.ValueKind == kind;

    /// <summary>Of what no protocol has a word for.</summary>
    private static bool Has(ClientCapabilities? can, string name) =>
        can?.Experimental is { ValueKind: JsonValueKind.Object } experimental && experimental.TryGetProperty(name, out JsonElement has) && has.ValueKind == JsonValueKind.True;
}
