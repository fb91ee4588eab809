namespace AgentIde.LanguageServer.Dap.Protocol;

internal sealed record InitializeArguments(
    string? ClientID = null,
    string? ClientName = null,
    bool? LinesStartAt1 = null,
    bool? ColumnsStartAt1 = null,
    string? PathFormat = null,
    bool? SupportsInvalidatedEvent = null,
    bool? SupportsVariableType = null,
    bool? SupportsStartDebuggingRequest = null);

internal sealed record Capabilities(
    IReadOnlyList<ExceptionBreakpointsFilter> ExceptionBreakpointFilters)
{
    public bool SupportsConfigurationDoneRequest { get; } = true;

    public bool SupportsStepBack { get; } = true;

    public bool SupportsSteppingGranularity { get; } = true;

    public bool SupportsConditionalBreakpoints { get; } = true;

    public bool SupportsHitConditionalBreakpoints { get; } = true;

    public bool SupportsLogPoints { get; } = true;

    public bool SupportsExceptionFilterOptions { get; } = true;

    public bool SupportsExceptionInfoRequest { get; } = true;

    public bool SupportsRestartFrame { get; } = true;

    public bool SupportsSetVariable { get; } = true;

    public bool SupportsSetExpression { get; } = true;

    public bool SupportsEvaluateForHovers { get; } = true;

    public bool SupportsDelayedStackTraceLoading { get; } = true;

    public bool SupportsTerminateRequest { get; } = true;

    public bool SupportsTerminateThreadsRequest { get; } = true;

    public bool SupportTerminateDebuggee { get; } = true;

    public bool SupportSuspendDebuggee { get; } = true;
}

/// <param name="Run">Its name; <c>last</c>, which is what is taken where nothing is named, is the newest.</param>
/// <param name="Folder">Whose <c>.agentide</c> holds the runs; the adapter's own where none is named.</param>
/// <param name="At">Where to begin: <c>start</c>, <c>head</c>, or the number of an event; where nothing is said, at the head of a live run and at the start of any other.</param>
/// <param name="Node">Begin where this node begins; of a live run also the next ones that are sure to come, which are waited for.</param>
/// <param name="StopOnEntry">Whether to stop there at once; where nothing is said, in all but a live run that is not paused.</param>
internal sealed record AttachArguments(
    string? Run = null,
    string? Folder = null,
    [property: System.Text.Json.Serialization.JsonConverter(typeof(TextOrNumberConverter))] string? At = null,
    int? Node = null,
    bool? StopOnEntry = null);

/// <summary>Starts a run of a task and attaches to it; with the name of a run it is the same as attach.</summary>
/// <param name="Task">The folder with its task.yaml, in the workspace.</param>
internal sealed record LaunchArguments(
    string? Run = null,
    string? Folder = null,
    [property: System.Text.Json.Serialization.JsonConverter(typeof(TextOrNumberConverter))] string? At = null,
    int? Node = null,
    bool? StopOnEntry = null,
    string? Task = null,
    string? SolutionFile = null,
    int? Nodes = null,
    double? Seconds = null,
    long? Seed = null,
    string? Engineer = null,
    decimal? Dollars = null,
    long? Tokens = null);

internal sealed record TerminateThreadsArguments(IReadOnlyList<int>? ThreadIds = null);

internal sealed record DisconnectArguments(bool? Restart = null, bool? TerminateDebuggee = null, bool? SuspendDebuggee = null);

/// <summary>What the client is asked to begin a session with.</summary>
internal sealed record StartDebuggingArguments(string Request, ForkConfiguration Configuration);

/// <param name="Run">The run that goes on from a finished one.</param>
/// <param name="Node">The first node that it adds, or the branch that was asked for: the session begins there.</param>
/// <param name="StopOnEntry">It is held there.</param>
internal sealed record ForkConfiguration(string Type, string Name, string Run, string Folder, int Node, bool StopOnEntry);

internal sealed record OutputBody(string Category, string Output);

internal sealed record StoppedBody(
    string Reason,
    string Description,
    int ThreadId,
    string Text,
    bool AllThreadsStopped,
    IReadOnlyList<int>? HitBreakpointIds = null);

internal sealed record ContinuedBody(int ThreadId, bool AllThreadsContinued);

internal sealed record ThreadBody(string Reason, int ThreadId);

internal sealed record InvalidatedBody(IReadOnlyList<string> Areas);

/// <summary>Where the session stands, for a chart that follows it: the body of our own event <c>agentide/cursor</c>.</summary>
/// <param name="Seq">The number of the event.</param>
/// <param name="Head">The number of the last one that is known.</param>
/// <param name="Node">The node that the event is about; absent where it is about the run.</param>
internal sealed record CursorBody(string Run, long Seq, long Head, bool Live, int? Node = null);
