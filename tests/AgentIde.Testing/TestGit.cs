using System.Diagnostics;

namespace AgentIde.Testing;

/// <summary>Real git, as a person runs it: with the configuration of the folder that it runs in, and a home that holds nothing.</summary>
public static class TestGit
{
    private static readonly Lazy<TemporaryFolder> Made = new(Once);

    public static string Run(string folder, params string[] arguments)
    {
        (int exitCode, string output) = Try(folder, null, arguments);
        return exitCode == 0 ? output.Trim() : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {output}");
    }

    public static (int ExitCode, string Output) Try(string folder, string? input, params string[] arguments)
    {
        ProcessStartInfo start = new("git", arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        (string, string)[] environment =
        [
            ("PATH", Environment.GetEnvironmentVariable("PATH")!), ("HOME", "/nonexistent"), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_AUTHOR_NAME", "Ann"), ("GIT_AUTHOR_EMAIL", "ann@example.org"),
            ("GIT_COMMITTER_NAME", "Ann"), ("GIT_COMMITTER_EMAIL", "ann@example.org"), ("GIT_AUTHOR_DATE", "@1700000000 +0000"), ("GIT_COMMITTER_DATE", "@1700000000 +0000"), ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_CONFIG_COUNT", "2"), ("GIT_CONFIG_KEY_0", "protocol.file.allow"), ("GIT_CONFIG_VALUE_0", "always"), ("GIT_CONFIG_KEY_1", "init.defaultBranch"), ("GIT_CONFIG_VALUE_1", "main"),
        ];
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input ?? "");
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
#pragma warning disable VSTHRD002 // Both ends of the pipe are closed.
        return (process.ExitCode, output + errors.Result);
#pragma warning restore VSTHRD002
    }

    /// <summary>A repository with two commits and the file of a task, whose origin is said to be on GitHub.</summary>
    public static string Create(TemporaryFolder folder, string name = "work", string objectFormat = "sha1")
    {
        string path = folder[name];
        if (objectFormat == "sha1")
        {
            using Process copy = Process.Start("/bin/cp", ["-a", Made.Value.Path, path]);
            copy.WaitForExit();
            return path;
        }

        Directory.CreateDirectory(path);
        Make(path, objectFormat);
        return path;
    }

    /// <summary>Made once: git takes longer to make it than to copy it.</summary>
    private static TemporaryFolder Once()
    {
        TemporaryFolder folder = new();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        Make(folder.Path, "sha1");
        return folder;
    }

    private static void Make(string path, string objectFormat)
    {
        Run(path, "init", "--quiet", $"--object-format={objectFormat}");
        Directory.CreateDirectory(Path.Combine(path, "tasks", "diamonds"));
        File.WriteAllText(Path.Combine(path, "README.md"), "# Work\n");
        File.WriteAllText(Path.Combine(path, "tasks", "diamonds", "task.yaml"), "id: diamonds\n");
        Commit(path, "Begin.");
        File.WriteAllText(Path.Combine(path, "tasks", "diamonds", "description.md"), "Predict the price.\n");
        Commit(path, "Describe.");
        Run(path, "remote", "add", "origin", "https://github.com/ann/gems.git");
    }

    public static string Commit(string path, string message)
    {
        Run(path, "add", "--all");
        Run(path, "commit", "--quiet", "--allow-empty", "-m", message);
        return Run(path, "rev-parse", "HEAD");
    }
}
