namespace AgentIde.Core.Stepping.Stops;

/// <summary>What is to be stopped at, as a debugger asks for it: a filter, or a line of a node's code; either with a condition.</summary>
/// <param name="Filter">Of <see cref="StopFilter.All"/>; null for a line.</param>
/// <param name="Node">The node that first had the line; null for a filter.</param>
/// <param name="Line">1-based, in that node's own code.</param>
/// <param name="Condition">In the condition language; null where each is meant.</param>
/// <param name="Hits">Which of them, such as <c>&gt;= 3</c>; null for all.</param>
public sealed record StopSpec(string? Filter, int? Node = null, int? Line = null, string? Condition = null, string? Hits = null);
