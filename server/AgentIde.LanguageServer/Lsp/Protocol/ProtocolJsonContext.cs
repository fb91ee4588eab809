using System.Text.Json.Serialization;

namespace AgentIde.LanguageServer.Lsp.Protocol;

/// <summary>All that goes over the wire. A null is left out unless a record says that the protocol wants it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 64)]
[JsonSerializable(typeof(InitializeParams))]
[JsonSerializable(typeof(InitializeResult))]
[JsonSerializable(typeof(InitializedParams))]
[JsonSerializable(typeof(DidOpenTextDocumentParams))]
[JsonSerializable(typeof(DidChangeTextDocumentParams))]
[JsonSerializable(typeof(DidCloseTextDocumentParams))]
[JsonSerializable(typeof(DidSaveTextDocumentParams))]
[JsonSerializable(typeof(WorkDoneProgressCancelParams))]
[JsonSerializable(typeof(TextDocumentPositionParams))]
[JsonSerializable(typeof(Hover))]
[JsonSerializable(typeof(CodeActionParams))]
[JsonSerializable(typeof(IReadOnlyList<object>))]
[JsonSerializable(typeof(List<object>))]
[JsonSerializable(typeof(CodeAction))]
[JsonSerializable(typeof(Command))]
[JsonSerializable(typeof(CodeLensParams))]
[JsonSerializable(typeof(IReadOnlyList<CodeLens>))]
[JsonSerializable(typeof(ExecuteCommandParams))]
[JsonSerializable(typeof(CommandArguments))]
[JsonSerializable(typeof(StartedResult))]
[JsonSerializable(typeof(OpenedResult))]
[JsonSerializable(typeof(CreatedTaskResult))]
[JsonSerializable(typeof(TaskProblemData))]
[JsonSerializable(typeof(ComparedResult))]
[JsonSerializable(typeof(PublishDiagnosticsParams))]
[JsonSerializable(typeof(ApplyWorkspaceEditParams))]
[JsonSerializable(typeof(ApplyWorkspaceEditResult))]
[JsonSerializable(typeof(TextDocumentEdit))]
[JsonSerializable(typeof(CreateFile))]
[JsonSerializable(typeof(ShowMessageParams))]
[JsonSerializable(typeof(ShowMessageRequestParams))]
[JsonSerializable(typeof(MessageActionItem))]
[JsonSerializable(typeof(ShowDocumentParams))]
[JsonSerializable(typeof(ShowDocumentResult))]
[JsonSerializable(typeof(WorkDoneProgressCreateParams))]
[JsonSerializable(typeof(ProgressParams))]
[JsonSerializable(typeof(RunsResult))]
[JsonSerializable(typeof(RunChangedParams))]
[JsonSerializable(typeof(EventsParams))]
[JsonSerializable(typeof(EventsResult))]
// What the wire itself says: which request is cancelled, and what a client tells of an error.
[JsonSerializable(typeof(StreamJsonRpc.RequestId))]
[JsonSerializable(typeof(StreamJsonRpc.Protocol.CommonErrorData))]
[JsonSerializable(typeof(ChatParams))]
[JsonSerializable(typeof(ChatResult))]
[JsonSerializable(typeof(ChatPieceParams))]
[JsonSerializable(typeof(GitHubTokenParams))]
[JsonSerializable(typeof(GitHubTokenResult))]
[JsonSerializable(typeof(DiagnosticData))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(object))]
[JsonSerializable(typeof(System.Text.Json.JsonElement))]
internal sealed partial class ProtocolJsonContext : JsonSerializerContext;
