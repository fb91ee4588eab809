namespace AgentIde.MleBench.Tables;

/// <summary>What all cells of a column are: found from the column as a whole, as pandas does.</summary>
internal enum CellKind
{
    Integer,
    Number,
    Truth,
    Text,
}
