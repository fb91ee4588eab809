namespace AgentIde.LanguageServer;

/// <summary>A task that an editor wants made of a folder with train and test; what is null is guessed from the data.</summary>
/// <param name="Folder">Absolute path, inside the workspace.</param>
/// <param name="Label">The column to predict.</param>
public sealed record CreateTaskRequest(string Folder, string? Label = null, string? Metric = null);
