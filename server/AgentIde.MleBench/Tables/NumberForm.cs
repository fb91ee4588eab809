namespace AgentIde.MleBench.Tables;

internal enum NumberForm
{
    None,
    Integer,

    /// <summary>A whole number beyond 64 bits.</summary>
    Huge,
    Number,
}
