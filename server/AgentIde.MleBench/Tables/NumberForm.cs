namespace AgentIde.MleBench.Tables;

internal enum NumberForm
{
    None,
    Integer,
    Number,
}
