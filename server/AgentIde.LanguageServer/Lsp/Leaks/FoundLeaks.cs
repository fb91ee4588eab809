using AgentIde.Core.Runs;

namespace AgentIde.LanguageServer.Lsp.Leaks;

/// <summary>What was found in the files of a task, as they were then.</summary>
/// <param name="Files">Of <see cref="TaskStamp"/>.</param>
internal sealed record FoundLeaks(Digest Files, TaskLeaks Found);
