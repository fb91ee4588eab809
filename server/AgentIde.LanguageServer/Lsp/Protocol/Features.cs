using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentIde.LanguageServer.Lsp.Protocol;

internal enum DiagnosticSeverity
{
    Error = 1,
    Warning = 2,
    Information = 3,
    Hint = 4,
}

internal sealed record Diagnostic(Range Range, DiagnosticSeverity? Severity, JsonElement? Code, string? Source, string Message, DiagnosticData? Data);

/// <summary>Which step a diagnostic speaks of. Whatever else a client sends back in its place is left alone.</summary>
internal sealed record DiagnosticData(string? Run, int? Node, string? Step);

internal sealed record PublishDiagnosticsParams(string Uri, int? Version, IReadOnlyList<Diagnostic> Diagnostics);

internal sealed record Hover(MarkupContent Contents, Range? Range);

internal sealed record MarkupContent(string Kind, string Value);

internal sealed record CodeActionParams(TextDocumentIdentifier TextDocument, Range Range, CodeActionContext Context);

/// <param name="Diagnostics">As the client has them, ours and other servers': kept as they came.</param>
internal sealed record CodeActionContext(IReadOnlyList<JsonElement>? Diagnostics = null, IReadOnlyList<string>? Only = null);

internal sealed record CodeAction(string Title, string Kind, IReadOnlyList<JsonElement>? Diagnostics, Command Command);

internal sealed record CodeLensParams(TextDocumentIdentifier TextDocument);

internal sealed record CodeLens(Range Range, Command Command);

internal sealed record ExecuteCommandParams(string Command, IReadOnlyList<JsonElement>? Arguments = null);

/// <summary>The one argument of every command of ours; each command uses the fields that it knows.</summary>
/// <param name="DocVersion">Version of the open solution file when the command was offered.</param>
/// <param name="Engineer">As on the command line: <c>builtin</c>, <c>vscode:MODEL</c>, <c>openai:MODEL</c>, a list for the operators.</param>
/// <param name="Dollars">What the run's calls to models may cost.</param>
/// <param name="Tokens">What they may use.</param>
/// <param name="Folder">Of the data that are to become a task: a path within the workspace, or a URI.</param>
/// <param name="Label">The column that it is to predict.</param>
/// <param name="File">Which document of a node to open: the solution (<c>solution.py</c> or <c>solution.cs</c>), <c>thought.md</c>, <c>output.txt</c>, <c>prompt.md</c> or <c>reply.md</c>.</param>
/// <param name="Text">A hint, or why a node is rejected, in a person's words.</param>
/// <param name="Other">The node to compare with.</param>
/// <param name="How">Where the solution file holds a person's work, what applying does: <c>diff</c> shows both, <c>merge</c> joins them, <c>before</c> takes the last merge back. Of a pull request: <c>open</c> opens the one that was shown.</param>
/// <param name="Repository">Where a pull request goes to: <c>OWNER/NAME</c>, or <c>HOST/OWNER/NAME</c>.</param>
/// <param name="Base">The branch that it is to be merged into.</param>
/// <param name="Ready">True where it is no draft.</param>
/// <param name="Show">True where what was compared is to be shown, and not only named in the answer.</param>
internal sealed record CommandArguments(
    string? Run = null,
    int? Node = null,
    int? DocVersion = null,
    string? Task = null,
    int? Nodes = null,
    double? Seconds = null,
    long? Seed = null,
    string? File = null,
    string? Engineer = null,
    decimal? Dollars = null,
    long? Tokens = null,
    string? Folder = null,
    string? Label = null,
    string? Metric = null,
    string? Text = null,
    int? Other = null,
    bool? Show = null,
    string? How = null,
    string? Repository = null,
    string? Base = null,
    bool? Ready = null);

internal sealed record StartedResult(string Run);

/// <param name="TaskFile">Absolute path.</param>
internal sealed record CreatedTaskResult(string TaskFile, string Label, string Metric, string Why, IReadOnlyList<string> Candidates);

/// <summary>What goes with the error of a task that can't be made: where the label has to be named, the columns that it could be.</summary>
internal sealed record TaskProblemData(IReadOnlyList<string> Candidates);

internal sealed record OpenedResult(string Path);

/// <param name="Left">Absolute path of the other node's code.</param>
/// <param name="Right">Absolute path of the node's code.</param>
internal sealed record ComparedResult(string Left, string Right, string Title);

internal sealed record ApplyWorkspaceEditParams(string Label, WorkspaceEdit Edit);

internal sealed record ApplyWorkspaceEditResult(bool Applied, string? FailureReason = null);

internal sealed record WorkspaceEdit(IReadOnlyList<DocumentChange> DocumentChanges);

/// <summary>Either an edit of a document or the creation of a file.</summary>
[JsonConverter(typeof(DocumentChangeConverter))]
internal abstract record DocumentChange;

internal sealed record TextDocumentEdit(OptionalVersionedTextDocumentIdentifier TextDocument, IReadOnlyList<TextEdit> Edits) : DocumentChange;

internal sealed record CreateFile(string Uri, CreateFileOptions Options) : DocumentChange
{
    public string Kind { get; } = "create";
}

internal sealed record CreateFileOptions(bool IgnoreIfExists);

/// <param name="Version">The protocol wants the null of a document that isn't open to be there.</param>
internal sealed record OptionalVersionedTextDocumentIdentifier(string Uri, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Version);

internal sealed record TextEdit(Range Range, string NewText);

internal sealed record ShowMessageParams(int Type, string Message)
{
    public const int Error = 1;
    public const int Warning = 2;
    public const int Info = 3;
}

internal sealed record MessageActionItem(string Title);

internal sealed record ShowMessageRequestParams(int Type, string Message, IReadOnlyList<MessageActionItem> Actions);

/// <param name="External">True for an address that the person's browser is to show.</param>
internal sealed record ShowDocumentParams(string Uri, bool TakeFocus, bool? External = null);

internal sealed record ShowDocumentResult(bool Success);

internal sealed record WorkDoneProgressCreateParams(string Token);

internal sealed record ProgressParams(string Token, WorkDoneProgress Value);

internal sealed record WorkDoneProgress(string Kind, string? Title = null, bool? Cancellable = null, string? Message = null, int? Percentage = null);
