using System.Diagnostics;
using System.Text.Json;
using AgentIde.Cli.PullRequests;
using AgentIde.Cli.Runner;
using AgentIde.LanguageServer;

namespace AgentIde.Cli;

/// <summary>
/// <c>agentide pr</c> for an editor, as a process of its own: git, GitHub and a token stay out of the language server's
/// memory for all but a moment. The token goes by standard input, where no list of processes shows it.
/// </summary>
internal sealed class PullRequestProcess : IPullRequests
{
    public async Task<PullRequestPreview> PreviewAsync(PullRequestRequest request, CancellationToken cancellationToken)
    {
        PullRequestReport report = await RunAsync(request, ["--dry-run"], null, cancellationToken);
        string root = request.WorkspaceRoot.TrimEnd('/');
        // A log, or a link, may lead to another repository; a person at a terminal can name it.
        return $"{root}/".StartsWith($"{report.Folder}/", StringComparison.Ordinal) || report.Folder.StartsWith($"{root}/", StringComparison.Ordinal)
            ? new PullRequestPreview(
                report.Repository, report.Base, report.BaseSha, report.Branch, [.. report.Commits.Select(commit => new PreviewedCommit(commit.Sha, commit.Message))], report.Commits[0].Files[0], report.Title, report.Body, report.Diff)
            : throw new PullRequestFailedException($"The solution lies in {report.Folder}, another repository than this folder's. Where you mean that, from a shell: agentide pr {request.Run} --repo {report.Repository ?? "OWNER/NAME"}");
    }

    public async Task<PullRequestOpened> OpenAsync(PullRequestRequest request, HandedToken? token, CancellationToken cancellationToken)
    {
        string[] flags = [.. request.IsReady ? ["--ready"] : Array.Empty<string>(), .. token is null ? Array.Empty<string>() : ["--with-token"]];
        PullRequestReport report = await RunAsync(request, flags, token, cancellationToken);
        return new PullRequestOpened(report.State!, report.Number!.Value, new Uri(report.Url!), report.Base);
    }

    private static async Task<PullRequestReport> RunAsync(PullRequestRequest request, string[] flags, HandedToken? token, CancellationToken cancellationToken)
    {
        string[] command =
        [
            .. RunnerProcess.Self, "pr", request.Run.Value, $"--node={request.Node}", "--json", .. flags,
            .. request.Repository is { } repository ? [$"--repo={repository}"] : Array.Empty<string>(),
            .. request.Base is { } branch ? [$"--base={branch}"] : Array.Empty<string>(),
        ];
        using Process process = new()
        {
            StartInfo = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = request.WorkspaceRoot },
        };
        process.Start();
        try
        {
            if (token is not null)
            {
                await process.StandardInput.WriteLineAsync(token.Reveal().AsMemory(), cancellationToken);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read that; why, it says.
        }

        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            string said = (await errors).Trim();
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 && JsonSerializer.Deserialize(output, PullRequestJsonContext.Default.PullRequestReport) is { } report
                ? report
                : throw new PullRequestFailedException(Message(said));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>The message that it ended with: what comes before is of the way there, such as that it waits.</summary>
    private static string Message(string said)
    {
        const string prefix = "agentide: ";
        int end = said.StartsWith(prefix, StringComparison.Ordinal) ? 0 : said.LastIndexOf($"\n{prefix}", StringComparison.Ordinal) + 1;
        return said[end..].StartsWith(prefix, StringComparison.Ordinal) ? said[(end + prefix.Length)..] : $"The pull request was not made: {said}";
    }
}
