using System.Collections.Immutable;

namespace AgentIde.LanguageServer;

/// <summary>A task that was made of somebody's data.</summary>
/// <param name="TaskFile">Absolute path of its task.yaml.</param>
/// <param name="Why">For people: why this label and this metric.</param>
/// <param name="Candidates">The columns that could be the label, itself among them.</param>
public sealed record CreatedTask(string TaskFile, string Label, string Metric, string Why, ImmutableArray<string> Candidates);
