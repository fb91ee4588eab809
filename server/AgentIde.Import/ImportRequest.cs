using AgentIde.Core.Runs;

namespace AgentIde.Import;

/// <param name="File">Path of the file.</param>
/// <param name="Name">What the run is named after; null for the task's id, else the file's name.</param>
/// <param name="Task">The task that it was a run on, where that is here; null where it is not.</param>
/// <param name="TaskFolder">Its folder; empty where there is none.</param>
/// <param name="SolutionFile">The file that a node's code may be applied to; empty where there is none.</param>
public sealed record ImportRequest(string File, string? Name, TaskFacts? Task, string TaskFolder, string SolutionFile);
