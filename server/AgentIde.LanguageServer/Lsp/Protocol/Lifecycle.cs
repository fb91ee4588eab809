using System.Text.Json.Serialization;

namespace AgentIde.LanguageServer.Lsp.Protocol;

internal sealed record InitializeParams(
    int? ProcessId,
    ClientInfo? ClientInfo,
    string? RootPath,
    string? RootUri,
    ClientCapabilities? Capabilities,
    IReadOnlyList<WorkspaceFolder>? WorkspaceFolders);

internal sealed record ClientInfo(string Name, string? Version);

internal sealed record ClientCapabilities(WorkspaceClientCapabilities? Workspace, TextDocumentClientCapabilities? TextDocument, WindowClientCapabilities? Window);

internal sealed record WorkspaceClientCapabilities(bool? ApplyEdit, WorkspaceEditClientCapabilities? WorkspaceEdit, CodeLensWorkspaceClientCapabilities? CodeLens);

internal sealed record WorkspaceEditClientCapabilities(bool? DocumentChanges, IReadOnlyList<string>? ResourceOperations);

internal sealed record CodeLensWorkspaceClientCapabilities(bool? RefreshSupport);

internal sealed record TextDocumentClientCapabilities(HoverClientCapabilities? Hover, CodeActionClientCapabilities? CodeAction);

internal sealed record HoverClientCapabilities(IReadOnlyList<string>? ContentFormat);

/// <summary>A client without literals takes bare commands.</summary>
internal sealed record CodeActionClientCapabilities(CodeActionLiteralSupport? CodeActionLiteralSupport);

internal sealed record CodeActionLiteralSupport;

internal sealed record WindowClientCapabilities(bool? WorkDoneProgress, ShowDocumentClientCapabilities? ShowDocument);

internal sealed record ShowDocumentClientCapabilities(bool Support);

internal sealed record InitializeResult(ServerCapabilities Capabilities, ServerInfo ServerInfo);

internal sealed record ServerInfo(string Name, string Version);

internal sealed record ServerCapabilities(
    string PositionEncoding,
    TextDocumentSyncOptions TextDocumentSync,
    bool HoverProvider,
    CodeActionOptions CodeActionProvider,
    CodeLensOptions CodeLensProvider,
    ExecuteCommandOptions ExecuteCommandProvider);

internal sealed record TextDocumentSyncOptions(bool OpenClose, int Change, bool Save);

internal sealed record CodeActionOptions(IReadOnlyList<string> CodeActionKinds);

internal sealed record CodeLensOptions(bool ResolveProvider);

internal sealed record ExecuteCommandOptions(IReadOnlyList<string> Commands);

internal sealed record InitializedParams;

internal sealed record DidOpenTextDocumentParams(TextDocumentItem TextDocument);

internal sealed record DidChangeTextDocumentParams(VersionedTextDocumentIdentifier TextDocument, IReadOnlyList<TextDocumentContentChangeEvent> ContentChanges);

/// <param name="Range">Null where the text is the whole document.</param>
internal sealed record TextDocumentContentChangeEvent(Range? Range, string Text);

internal sealed record DidCloseTextDocumentParams(TextDocumentIdentifier TextDocument);

internal sealed record DidSaveTextDocumentParams(TextDocumentIdentifier TextDocument);

internal sealed record WorkDoneProgressCancelParams([property: JsonConverter(typeof(ProgressTokenConverter))] string Token);
