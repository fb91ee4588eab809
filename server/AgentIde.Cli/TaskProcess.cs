using System.Diagnostics;
using System.Text.Json;
using AgentIde.Cli.Commands;
using AgentIde.Cli.Runner;
using AgentIde.LanguageServer;

namespace AgentIde.Cli;

/// <summary>What an editor has done to a task's files, each in a process of its own: a user's tables stay out of the language server's memory.</summary>
internal static class TaskProcess
{
    /// <exception cref="TaskNotCreatedException">The folder can't become a task.</exception>
    public static async Task<CreatedTask> CreateAsync(CreateTaskRequest request, CancellationToken cancellationToken)
    {
        (string output, string said) = await AnswerAsync(
            [
                "task", "new", request.Folder, "--json",
                .. request.Label is { } label ? [$"--label={label}"] : Array.Empty<string>(),
                .. request.Metric is { } metric ? [$"--metric={metric}"] : Array.Empty<string>(),
            ],
            cancellationToken);
        TaskDocument? document = output.Length > 0 ? JsonSerializer.Deserialize(output, TaskJsonContext.Default.TaskDocument) : null;
        return document is { TaskFile: { } file, Why: { } why }
            ? new CreatedTask(file, document.Label!, document.Metric!, $"{document.Label}: {why.Label}. {document.Metric}: {why.Metric}.", document.Candidates)
            : throw new TaskNotCreatedException(document?.Problem ?? Message(said, "The task was not made"), document?.Candidates ?? []);
    }

    /// <summary>What <c>agentide audit</c> finds in a task's files.</summary>
    public static async Task<TaskLeaks> FindLeaksAsync(string folder, CancellationToken cancellationToken)
    {
        (string output, string said) = await AnswerAsync(["audit", folder, "--json"], cancellationToken);
        return output.Length > 0 && JsonSerializer.Deserialize(output, AuditJsonContext.Default.AuditReport)?.Leaks is { } leaks
            ? new TaskLeaks([.. leaks])
            : new TaskLeaks([], Message(said, "The task's files were not read"));
    }

    /// <remarks>Cancelled, the process is killed.</remarks>
    private static async Task<(string Output, string Said)> AnswerAsync(string[] arguments, CancellationToken cancellationToken)
    {
        string[] command = [.. RunnerProcess.Self, .. arguments];
        using Process process = new()
        {
            StartInfo = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" },
        };
        process.Start();
        process.StandardInput.Close();
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            string said = (await errors).Trim();
            await process.WaitForExitAsync(cancellationToken);
            return (output, said);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static string Message(string said, string otherwise)
    {
        const string prefix = "agentide: ";
        return said.StartsWith(prefix, StringComparison.Ordinal) ? said[prefix.Length..] : $"{otherwise}: {said}";
    }
}
