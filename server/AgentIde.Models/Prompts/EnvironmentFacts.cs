using System.Collections.Immutable;

namespace AgentIde.Models.Prompts;

/// <param name="Runtime">With its version: <c>Python 3.11.2</c>, <c>.NET 10.0</c>.</param>
/// <param name="Libraries">Name and version; the names of their packages.</param>
public sealed record EnvironmentFacts(string Runtime, ImmutableArray<(string Name, string Version)> Libraries);
