namespace AgentIde.Tasks.Folders;

/// <summary>A score on the private answers that means something: <c>trivial</c>, <c>good</c>.</summary>
public sealed record Reference(string Name, double Score);
