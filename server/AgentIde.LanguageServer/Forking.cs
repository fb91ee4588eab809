using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp;
using AgentIde.LanguageServer.Lsp.Actions;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Wire;

namespace AgentIde.LanguageServer;

/// <summary>Takes what is asked of a run that has finished: a run that goes on from it, with a process where one can be started from an editor.</summary>
/// <param name="root">Absolute path of the workspace, links resolved.</param>
/// <param name="sandbox">The engine of the sandboxes that a process has which is started from an editor; null where any does.</param>
internal sealed class Forking(IRunStore store, string root, Func<ResumeRunRequest, CancellationToken, Task>? resume, string? sandbox)
{
    private const string TaskFile = "task.yaml";
    private const int LongestPath = 300;

    /// <summary>Why nothing would come of it, in one or two sentences with the way out; null where a run is made and, as far as can be known before, started.</summary>
    public string? Refusal(Journal origin, RunRequest request)
    {
        if (RunForks.Refusal(origin, request) is { } refusal)
        {
            return refusal;
        }

        RunSettings settings = origin.Settings!;
        string folder = FilePaths.Real(Path.Combine(root, settings.TaskFolder));
        if (!File.Exists(Path.Combine(folder, TaskFile)))
        {
            return $"The task of {settings.Run} is not at {PlainText.Visible(folder, LongestPath)} any more, and without it no run can go on from this one: put it back there, then ask again.";
        }

        string? reason = StartRunCommand.NamesProgram(settings.EngineerOption) ? "its engineer is a program or a recording"
            : folder != root && !FilePaths.IsInside(root, folder) ? $"its task lies outside this folder, at {PlainText.Visible(folder, LongestPath)}"
            : sandbox is not null && origin.Sandbox?.Engine is { } engine && engine != sandbox ? $"its candidates ran in {PlainText.Visible(engine, 40)} and not in {sandbox}"
            : null;
        return reason is null ? null
            : $"A run that goes on from {settings.Run} is started in a terminal, since {reason}: in {PlainText.Visible(root, LongestPath)}, {Command(settings.Run, request)}, then the command that it prints.";
    }

    /// <returns>The new run; and where no process works on it, how one is started.</returns>
    /// <exception cref="RequestFailedException">It would come to nothing; the message says why.</exception>
    public async Task<(RunId Run, string? Later)> AskAsync(Journal origin, RunRequest request, CancellationToken cancellationToken)
    {
        if (Refusal(origin, request) is { } refusal)
        {
            throw new RequestFailedException(PlainText.Visible(refusal));
        }

        RunId run = await RunForks.MakeAsync(store, origin, RunForks.Extended(origin, request), request, cancellationToken).ConfigureAwait(false);
        string byHand = $"agentide run --resume {run}";
        if (resume is null || Resumption.Of(root, run, origin.Settings!, origin.Sandbox?.Engine) is not { } asked)
        {
            return (run, byHand);
        }

        try
        {
            await resume(asked, cancellationToken).ConfigureAwait(false);
            return (run, null);
        }
        catch (RunNotStartedException problem)
        {
            // The run is there: what keeps its process from starting is said, and the way on.
            return (run, $"{byHand} ({PlainText.Visible(problem.Message)})");
        }
    }

    /// <summary>The same in a terminal; a text that was given stands for itself there, so that no shell reads it.</summary>
    private static string Command(RunId run, RunRequest request) => request switch
    {
        BranchRequest branch => $"agentide branch {run} {branch.Node}{(branch.Hint is null ? "" : " --hint TEXT")}{(branch.Plan is null ? "" : " --plan TEXT")}{(branch.Code is null ? "" : " --code FILE")}",
        BudgetRequest { Nodes: { } nodes } => $"agentide budget {run} --nodes {nodes}",
        BudgetRequest { Seconds: { } seconds } => string.Create(CultureInfo.InvariantCulture, $"agentide budget {run} --time {seconds:0}s"),
        _ => throw new ArgumentOutOfRangeException(nameof(request), request, "Nothing of the kind is asked of a finished run."),
    };
}
