using System.Diagnostics;
using System.Text.Json;
using AgentIde.Cli.Commands;
using AgentIde.Cli.Runner;
using AgentIde.LanguageServer;

namespace AgentIde.Cli;

/// <summary><c>agentide task new</c> for an editor, as a process of its own: a user's tables stay out of the language server's memory.</summary>
internal static class TaskProcess
{
    /// <exception cref="TaskNotCreatedException">The folder can't become a task.</exception>
    public static async Task<CreatedTask> CreateAsync(CreateTaskRequest request, CancellationToken cancellationToken)
    {
        string[] command =
        [
            .. RunnerProcess.Self, "task", "new", request.Folder, "--json",
            .. request.Label is { } label ? [$"--label={label}"] : Array.Empty<string>(),
            .. request.Metric is { } metric ? [$"--metric={metric}"] : Array.Empty<string>(),
        ];
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
            TaskDocument? document = output.Length > 0 ? JsonSerializer.Deserialize(output, TaskJsonContext.Default.TaskDocument) : null;
            return document is { TaskFile: { } file, Why: { } why }
                ? new CreatedTask(file, document.Label!, document.Metric!, $"{document.Label}: {why.Label}. {document.Metric}: {why.Metric}.", document.Candidates)
                : throw new TaskNotCreatedException(document?.Problem ?? Message(said), document?.Candidates ?? []);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static string Message(string said)
    {
        const string prefix = "agentide: ";
        return said.StartsWith(prefix, StringComparison.Ordinal) ? said[prefix.Length..] : $"The task was not made: {said}";
    }
}
