namespace AgentIde.LanguageServer.Dap.Protocol;

internal sealed record ThreadsBody(IReadOnlyList<WorkerThread> Threads);

/// <summary>The protocol's <c>Thread</c>.</summary>
internal sealed record WorkerThread(int Id, string Name);

internal sealed record StackTraceArguments(int ThreadId, int? StartFrame = null, int? Levels = null);

internal sealed record StackTraceBody(IReadOnlyList<StackFrame> StackFrames, int TotalFrames);

/// <param name="Line">0 where there is no source.</param>
internal sealed record StackFrame(int Id, string Name, int Line, int Column, Source? Source = null, bool? CanRestart = null, string? PresentationHint = null);

internal sealed record Source(string? Name = null, string? Path = null);

internal sealed record ScopesArguments(int FrameId);

internal sealed record ScopesBody(IReadOnlyList<Scope> Scopes);

internal sealed record Scope(string Name, int VariablesReference, bool Expensive, int? NamedVariables = null);

internal sealed record VariablesArguments(int VariablesReference, string? Filter = null, int? Start = null, int? Count = null);

internal sealed record VariablesBody(IReadOnlyList<Variable> Variables);

/// <param name="VariablesReference">0 where it has no parts.</param>
/// <param name="ValueLocationReference">Of the document that holds the whole value.</param>
/// <param name="EvaluateName">What it is called in a watch and in a condition.</param>
internal sealed record Variable(
    string Name,
    string Value,
    int VariablesReference,
    string? Type = null,
    VariablePresentationHint? PresentationHint = null,
    int? NamedVariables = null,
    int? IndexedVariables = null,
    int? ValueLocationReference = null,
    string? EvaluateName = null);

internal sealed record VariablePresentationHint(IReadOnlyList<string>? Attributes = null);

internal sealed record LocationsArguments(int LocationReference);

internal sealed record LocationsBody(Source Source, int Line);

internal sealed record EvaluateArguments(string Expression, int? FrameId = null, string? Context = null);

internal sealed record EvaluateBody(string Result, int VariablesReference, string? Type = null);

internal sealed record SetVariableArguments(int VariablesReference, string Name, string Value);

internal sealed record SetExpressionArguments(string Expression, string Value, int? FrameId = null);

/// <summary>Of <c>setVariable</c> and of <c>setExpression</c>.</summary>
internal sealed record SetVariableBody(string Value);

internal sealed record ExceptionInfoArguments(int ThreadId);

internal sealed record ExceptionInfoBody(string ExceptionId, string Description, string BreakMode, ExceptionDetails? Details = null);

internal sealed record ExceptionDetails(string Message, string? TypeName = null, string? StackTrace = null);
