namespace AgentIde.LanguageServer.Dap.Protocol;

internal sealed record ExceptionBreakpointsFilter(string Filter, string Label, string Description, bool Default, bool SupportsCondition, string ConditionDescription);

internal sealed record SetBreakpointsArguments(Source Source, IReadOnlyList<SourceBreakpoint>? Breakpoints = null);

internal sealed record SourceBreakpoint(int Line, string? Condition = null, string? HitCondition = null, string? LogMessage = null);

internal sealed record SetExceptionBreakpointsArguments(IReadOnlyList<string>? Filters = null, IReadOnlyList<ExceptionFilterOptions>? FilterOptions = null);

internal sealed record ExceptionFilterOptions(string FilterId, string? Condition = null);

internal sealed record BreakpointsBody(IReadOnlyList<Breakpoint> Breakpoints);

/// <param name="Message">Why it is not verified, or what it stands for.</param>
internal sealed record Breakpoint(bool Verified, int? Id = null, string? Message = null, Source? Source = null, int? Line = null);

internal sealed record ThreadArguments(int ThreadId, string? Granularity = null);

internal sealed record ContinueBody(bool AllThreadsContinued);

internal sealed record FrameArguments(int FrameId);
