using System.Text.Json;
using AgentIde.LanguageServer.Lsp.Protocol;

namespace AgentIde.LanguageServer.Lsp.Documents;

internal sealed class DidOpenHandler() : ChangeHandler<DidOpenTextDocumentParams>("textDocument/didOpen")
{
    protected override ServerState Change(ServerState state, DidOpenTextDocumentParams parameters)
    {
        TextDocumentItem item = parameters.TextDocument;
        string? path = FilePaths.OfUri(item.Uri) is { } named ? FilePaths.Real(named) : null;
        return state with { Documents = state.Documents.SetItem(item.Uri, new Document(item.Uri, path, item.Version, item.Text)) };
    }

    protected override ServerState Unread(ServerState state, JsonElement parameters) => state.WithUnknown(parameters);
}

internal sealed class DidChangeHandler() : ChangeHandler<DidChangeTextDocumentParams>("textDocument/didChange")
{
    protected override ServerState Change(ServerState state, DidChangeTextDocumentParams parameters)
    {
        string uri = parameters.TextDocument.Uri;
        return state.Documents.TryGetValue(uri, out Document? document)
            ? state with { Documents = state.Documents.SetItem(uri, document.With(parameters.TextDocument.Version, parameters.ContentChanges)) }
            : throw new InvalidOperationException($"{uri} was changed but is not open.");
    }

    protected override ServerState Unread(ServerState state, JsonElement parameters) => state.WithUnknown(parameters);
}

internal sealed class DidCloseHandler() : ChangeHandler<DidCloseTextDocumentParams>("textDocument/didClose")
{
    protected override ServerState Change(ServerState state, DidCloseTextDocumentParams parameters) =>
        state with { Documents = state.Documents.Remove(parameters.TextDocument.Uri) };
}

/// <summary>The text is known from the changes; a save is when a file may have come to be, or to be a link.</summary>
/// <param name="saved">Told of each document that was saved; must be quick.</param>
internal sealed class DidSaveHandler(Action<ServerState, Document> saved) : ChangeHandler<DidSaveTextDocumentParams>("textDocument/didSave")
{
    protected override ServerState Change(ServerState state, DidSaveTextDocumentParams parameters)
    {
        string uri = parameters.TextDocument.Uri;
        if (!state.Documents.TryGetValue(uri, out Document? document) || FilePaths.OfUri(uri) is not { } named)
        {
            return state;
        }

        Document now = document with { Path = FilePaths.Real(named) };
        saved(state, now);
        return state with { Documents = state.Documents.SetItem(uri, now) };
    }
}
