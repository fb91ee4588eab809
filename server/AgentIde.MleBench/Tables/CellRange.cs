namespace AgentIde.MleBench.Tables;

/// <summary>Where a cell lies in the bytes of its table.</summary>
internal readonly record struct CellRange(int Start, int Length);
