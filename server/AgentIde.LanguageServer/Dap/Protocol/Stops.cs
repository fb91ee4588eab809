using System.Text.Json;

namespace AgentIde.LanguageServer.Dap.Protocol;

internal sealed record ExceptionBreakpointsFilter(string Filter, string Label, string Description, bool Default, bool SupportsCondition, string ConditionDescription);

/// <param name="Breakpoints">Of <see cref="SourceBreakpoint"/>, each read by itself: an odd one leaves the others as they are.</param>
internal sealed record SetBreakpointsArguments(Source Source, IReadOnlyList<JsonElement>? Breakpoints = null);

internal sealed record SourceBreakpoint(int Line, string? Condition = null, string? HitCondition = null, string? LogMessage = null);

/// <param name="Filters">Texts, each read by itself.</param>
/// <param name="FilterOptions">Of <see cref="ExceptionFilterOptions"/>, likewise.</param>
internal sealed record SetExceptionBreakpointsArguments(IReadOnlyList<JsonElement>? Filters = null, IReadOnlyList<JsonElement>? FilterOptions = null);

internal sealed record ExceptionFilterOptions(string FilterId, string? Condition = null);

internal sealed record BreakpointsBody(IReadOnlyList<Breakpoint> Breakpoints);

/// <param name="Message">Why it is not verified, or what it stands for.</param>
internal sealed record Breakpoint(bool Verified, int? Id = null, string? Message = null, Source? Source = null, int? Line = null);

internal sealed record ThreadArguments(int ThreadId, string? Granularity = null);

internal sealed record ContinueBody(bool AllThreadsContinued);

internal sealed record FrameArguments(int FrameId);
