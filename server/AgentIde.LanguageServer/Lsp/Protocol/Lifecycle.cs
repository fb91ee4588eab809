using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentIde.LanguageServer.Lsp.Protocol;

/// <param name="InitializationOptions">Any value: what an editor was set up with, or nothing of ours.</param>
internal sealed record InitializeParams(
    int? ProcessId = null,
    ClientInfo? ClientInfo = null,
    string? RootPath = null,
    string? RootUri = null,
    ClientCapabilities? Capabilities = null,
    IReadOnlyList<WorkspaceFolder>? WorkspaceFolders = null,
    JsonElement? InitializationOptions = null);

internal sealed record ClientInfo(string Name, string? Version = null);

/// <param name="Experimental">Any value; ours is <c>{"agentideChat": true}</c> of a client that takes <c>agentide/chat</c>.</param>
internal sealed record ClientCapabilities(WorkspaceClientCapabilities? Workspace = null, TextDocumentClientCapabilities? TextDocument = null, WindowClientCapabilities? Window = null, JsonElement? Experimental = null);

internal sealed record WorkspaceClientCapabilities(bool? ApplyEdit = null, WorkspaceEditClientCapabilities? WorkspaceEdit = null, CodeLensWorkspaceClientCapabilities? CodeLens = null);

internal sealed record WorkspaceEditClientCapabilities(bool? DocumentChanges = null, IReadOnlyList<string>? ResourceOperations = null);

internal sealed record CodeLensWorkspaceClientCapabilities(bool? RefreshSupport = null);

internal sealed record TextDocumentClientCapabilities(HoverClientCapabilities? Hover = null, CodeActionClientCapabilities? CodeAction = null);

internal sealed record HoverClientCapabilities(IReadOnlyList<string>? ContentFormat = null);

/// <summary>A client without literals takes bare commands.</summary>
internal sealed record CodeActionClientCapabilities(CodeActionLiteralSupport? CodeActionLiteralSupport = null);

internal sealed record CodeActionLiteralSupport;

internal sealed record WindowClientCapabilities(bool? WorkDoneProgress = null, ShowDocumentClientCapabilities? ShowDocument = null, ShowMessageClientCapabilities? ShowMessage = null);

internal sealed record ShowMessageClientCapabilities(MessageActionItemClientCapabilities? MessageActionItem = null);

internal sealed record MessageActionItemClientCapabilities(bool? AdditionalPropertiesSupport = null);

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
internal sealed record TextDocumentContentChangeEvent([property: JsonConverter(typeof(DocumentTextConverter))] string Text, Range? Range = null);

internal sealed record DidCloseTextDocumentParams(TextDocumentIdentifier TextDocument);

internal sealed record DidSaveTextDocumentParams(TextDocumentIdentifier TextDocument);

internal sealed record WorkDoneProgressCancelParams([property: JsonConverter(typeof(ProgressTokenConverter))] string Token);
