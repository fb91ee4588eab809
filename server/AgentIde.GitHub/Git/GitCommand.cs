using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace AgentIde.GitHub.Git;

/// <summary>
/// Runs git in a repository of our own, with an environment that is made here: no configuration of the machine, the user
/// or a workspace, no hook, no helper, no question on a terminal. What git is to know that no process list may show goes
/// into the environment.
/// </summary>
internal sealed class GitCommand
{
    private const int MaximumOutput = 64 << 20;

    private readonly string _program;
    private readonly Dictionary<string, string> _environment;
    private readonly string _folder;

    /// <param name="folder">Our own repository.</param>
    /// <param name="objects">The folder of objects that it borrows from; null for none.</param>
    /// <exception cref="GitHubException">There is no git.</exception>
    public GitCommand(string folder, string? objects)
    {
        _program = Find();
        _folder = folder;
        _environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = $"{Path.GetDirectoryName(_program)}:/usr/local/bin:/usr/bin:/bin",
            ["HOME"] = "/nonexistent",
            ["XDG_CONFIG_HOME"] = "/nonexistent",
            ["LC_ALL"] = "C",
            ["TZ"] = "UTC",
            ["GIT_DIR"] = folder,
            ["GIT_INDEX_FILE"] = Path.Combine(folder, "agentide-index"),
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_CONFIG_SYSTEM"] = "/dev/null",
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_ATTR_NOSYSTEM"] = "1",
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["GIT_ASKPASS"] = "/bin/false",
            ["SSH_ASKPASS"] = "/bin/false",
            ["GIT_NO_REPLACE_OBJECTS"] = "1",
            ["GIT_NO_LAZY_FETCH"] = "1",
            ["GIT_OPTIONAL_LOCKS"] = "0",
            ["GIT_PROTOCOL_FROM_USER"] = "0",
            ["GIT_ALLOW_PROTOCOL"] = "https:ssh",
            ["GIT_LITERAL_PATHSPECS"] = "1",
            ["GIT_CONFIG_COUNT"] = "0",
        };
        Configure("core.hooksPath", "/dev/null");
        Configure("core.fsmonitor", "false");
        Configure("core.attributesFile", "/dev/null");
        Configure("credential.helper", "");
        Configure("http.followRedirects", "false");
        Configure("gc.auto", "0");
        if (objects is not null)
        {
            // Folders are parted by colons; one with a colon in its name stands in quotes.
            _environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = objects.AsSpan().IndexOfAny(':', '"', '\\') < 0
                ? objects
                : $"\"{objects.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        }
    }

    /// <summary>For every command from now on.</summary>
    public void Set(string variable, string value) => _environment[variable] = value;

    public void Unset(string variable) => _environment.Remove(variable);

    /// <summary>A value of git's configuration, by the environment.</summary>
    public void Configure(string key, string value)
    {
        int count = int.Parse(_environment["GIT_CONFIG_COUNT"], System.Globalization.CultureInfo.InvariantCulture);
        _environment[$"GIT_CONFIG_KEY_{count}"] = key;
        _environment[$"GIT_CONFIG_VALUE_{count}"] = value;
        _environment["GIT_CONFIG_COUNT"] = $"{count + 1}";
    }

    /// <summary>What it prints, without the line's end.</summary>
    /// <exception cref="GitHubException">It failed; the message has what it said.</exception>
    public async Task<string> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        (await SucceedAsync(null, arguments, null, cancellationToken).ConfigureAwait(false)).TrimEnd('\n');

    /// <param name="input">For its standard input.</param>
    /// <param name="more">Variables for this command alone.</param>
    public async Task<string> SucceedAsync(ReadOnlyMemory<byte>? input, string[] arguments, Dictionary<string, string>? more, CancellationToken cancellationToken)
    {
        GitResult result = await TryAsync(input, arguments, more, cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 ? result.Output : throw new GitHubException($"git {arguments[0]} failed: {result.Errors.Trim()}");
    }

    public async Task<GitResult> TryAsync(ReadOnlyMemory<byte>? input, string[] arguments, Dictionary<string, string>? more, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = new(_program, arguments) { WorkingDirectory = _folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach ((string variable, string value) in more is null ? _environment : _environment.Concat(more))
        {
            start.Environment[variable] = value;
        }

        using Process process = Start(start);
        try
        {
            Task<string> output = ReadAsync(process.StandardOutput.BaseStream, cancellationToken), errors = ReadAsync(process.StandardError.BaseStream, cancellationToken);
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(input ?? ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended before it read all: its exit code and its errors say why.
            }

            string said = await output.ConfigureAwait(false), complained = await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return new GitResult(process.ExitCode, said, complained);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new GitHubException($"{start.FileName} can't be started: {error.Message}", isMissing: true, error);
        }
    }

    private static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[16 << 10];
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            if (all.Length < MaximumOutput)
            {
                await all.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
        }

        return Encoding.UTF8.GetString(all.GetBuffer(), 0, (int)all.Length);
    }

    /// <summary>In no folder that is named relative to another one: a workspace could have a git of its own.</summary>
    private static string Find()
    {
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Where(Path.IsPathFullyQualified).Append("/usr/bin");
        return folders.Select(folder => Path.Combine(folder, "git")).FirstOrDefault(File.Exists)
            ?? throw new GitHubException("git is not installed: apt-get install git", isMissing: true);
    }
}

internal sealed record GitResult(int ExitCode, string Output, string Errors);
