namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>A recipe to propose, with the words for it.</summary>
internal sealed record Idea(string Kind, string Name, string Plan, Recipe Recipe);
