namespace AgentIde.MleBench.Registry;

/// <summary>An expert's time to a sensible solution without training: below 2 hours, 2 to 10, above; or of the development split.</summary>
public enum Complexity
{
    Low,
    Medium,
    High,
    Dev,
}
