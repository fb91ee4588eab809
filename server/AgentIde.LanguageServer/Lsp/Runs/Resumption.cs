using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Actions;
using AgentIde.LanguageServer.Lsp.Documents;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>
/// What gives a run a new process. What its log names comes from the workspace, so it is taken up from an editor only
/// where a start from the editor could have begun it; else in a terminal.
/// </summary>
internal static class Resumption
{
    /// <returns>Null where it is a terminal's to do.</returns>
    /// <param name="root">Absolute path of the workspace, links resolved.</param>
    public static ResumeRunRequest? Of(string root, RunId run, RunSettings settings, string? engine)
    {
        string folder = FilePaths.Real(Path.Combine(root, settings.TaskFolder));
        return StartRunCommand.NamesProgram(settings.EngineerOption) || (folder != root && !FilePaths.IsInside(root, folder))
            ? null
            : new ResumeRunRequest(root, run, folder, settings.EngineerOption, engine);
    }
}
