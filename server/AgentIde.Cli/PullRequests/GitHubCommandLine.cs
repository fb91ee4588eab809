using System.ComponentModel;
using System.Diagnostics;
using AgentIde.Core.PullRequests;
using AgentIde.GitHub.Git;

namespace AgentIde.Cli.PullRequests;

/// <summary>
/// GitHub's own command line, for the token that it keeps. It is found on the PATH alone, in no relative entry and nowhere
/// beneath the workspace, which may come from a stranger; and it is started outside of that.
/// </summary>
internal static class GitHubCommandLine
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const int MaximumOutput = 16 << 10;

    /// <summary>A keyring that asks for its password on a screen that nobody sees would wait for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Null where there is no such program, or it has no token for this host.</summary>
    public static async Task<string?> TokenAsync(string host, string workspace, CancellationToken cancellationToken)
    {
        if (Find(workspace) is not { } program)
        {
            return null;
        }

        ProcessStartInfo start = new(program, ["auth", "token", "--hostname", host]) { WorkingDirectory = "/", RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // It would answer with what is in these, and those were looked at before.
        TokenVariables.Strip(start.Environment);
        start.Environment["GH_PROMPT_DISABLED"] = "1";
        start.Environment["GH_NO_UPDATE_NOTIFIER"] = "1";
        using Process process = new() { StartInfo = start };
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return null;
        }

        try
        {
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            string output = await ReadAsync(process.StandardOutput, limit.Token);
            await errors;
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? output : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static async Task<string> ReadAsync(StreamReader output, CancellationToken cancellationToken)
    {
        char[] text = new char[MaximumOutput];
        return new string(text, 0, await output.ReadBlockAsync(text, cancellationToken));
    }

    private static string? Find(string workspace) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Where(folder => Path.IsPathFullyQualified(folder) && Directory.Exists(folder))
            .Select(folder => Path.Combine(folder, "gh"))
            .FirstOrDefault(path => File.Exists(path) && (File.GetUnixFileMode(path) & AnyExecute) != 0 && !IsWithin(path, workspace));

    /// <summary>Also by a link, on either way.</summary>
    private static bool IsWithin(string path, string workspace)
    {
        string real = RealPath.Of(workspace);
        return IsBeneath(path, workspace) || IsBeneath(path, real) || IsBeneath(RealPath.Of(path), real);
    }

    private static bool IsBeneath(string path, string folder) => Path.GetFullPath(path).StartsWith($"{Path.GetFullPath(folder).TrimEnd('/')}/", StringComparison.Ordinal);
}
