using AgentIde.Cli.Commands;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Folders;

namespace AgentIde.Cli.Runner;

/// <summary>The task that a run was made with, as it lies now: whoever has it knows that it is the same.</summary>
internal static class TaskOfRun
{
    /// <param name="taskFolder">Where the task lies now; null for where the run had it.</param>
    /// <param name="command">What asks for it and takes another folder with <c>--task</c>, as a person types it; null where it takes none.</param>
    /// <exception cref="CommandException">It is not there any more, or is another; the message says what, and the way out.</exception>
    public static TaskFolder Read(Journal journal, string? taskFolder, string? command, CancellationToken cancellationToken)
    {
        RunId run = journal.Settings!.Run;
        string folder = Path.GetFullPath(taskFolder ?? journal.Settings.TaskFolder, CommonOptions.Workspace);
        if (!Directory.Exists(folder))
        {
            throw new CommandException(ExitCode.BadUsage, taskFolder is null
                ? $"The task of {run} is not in {folder} any more: bring it back{(command is null ? "." : $", or say where it is: {command} --task FOLDER")}"
                : $"There is no folder {folder}: --task names where the task of {run} lies now.");
        }

        TaskFolder task = TaskFolder.Read(folder, cancellationToken);
        return task.Facts.Digest == journal.Task!.Digest
            ? task
            : throw new CommandException(ExitCode.BadUsage, $"The task in {folder} is not what {run} was made with: {Changed(task, journal.StartedAt!.Value)}, so the holdout and with it every score would be another. Bring the files back{(command is null ? "." : $", or name a folder that has them: {command} --task FOLDER")}");
    }

    /// <summary>The files that were written since; a log has one digest for all of them.</summary>
    private static string Changed(TaskFolder task, DateTimeOffset since)
    {
        const int named = 3;
        string[] written = [.. task.WrittenSince(since)];
        return written.Length == 0 ? "task.yaml or a file of public/ has changed"
            : $"{string.Join(", ", written.Take(named))}{(written.Length > named ? $" and {written.Length - named} more" : "")} {(written.Length == 1 ? "was" : "were")} written since";
    }
}
