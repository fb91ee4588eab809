namespace AgentIde.Core.Conditions;

/// <summary>What a number counts: which literals and numbers it can be compared with, and how it is shown.</summary>
public enum ConditionUnit
{
    Plain,
    /// <summary>In the units of the task's metric; shown as precisely as the node's standard error allows.</summary>
    Metric,
    Seconds,
    Bytes,
    Dollars,
    /// <summary>A part of a whole: 1 is all of it.</summary>
    Share,
}
