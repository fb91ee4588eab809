namespace AgentIde.Core.Runs;

/// <summary>What a call of a run counts for on its day.</summary>
public sealed record DayEntry(int Call, decimal Dollars);
