namespace AgentIde.MleBench.Medals;

public enum Medal
{
    None,
    Bronze,
    Silver,
    Gold,
}
