using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox;

/// <summary>Asks the interpreter, inside the sandbox, what it is and which libraries candidates will find.</summary>
internal static class InterpreterVersion
{
    private const string Program = """
        import importlib, importlib.metadata, platform

        def version(name, module):
            try:
                return importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                return importlib.import_module(module).__version__

        found = []
        for name, module in (("numpy", "numpy"), ("pandas", "pandas"), ("scikit-learn", "sklearn"), ("xgboost", "xgboost")):
            try:
                found.append(f"{name} {version(name, module)}")
            except ImportError:
                found.append(f"no {name}")
        print(f"Python {platform.python_version()} ({', '.join(found)})")
        """;

    private const string ByOption = "Name a Python 3 with --python, such as /usr/bin/python3 or that of a virtual environment.";

    private const int LongestWords = 200;

    /// <param name="wayOut">What helps where it is none.</param>
    /// <exception cref="SandboxException">It is none.</exception>
    internal static async Task<string> ReadAsync(ISandbox sandbox, string python, string wayOut = ByOption)
    {
        DirectoryInfo input = Directory.CreateTempSubdirectory("agentide-");
        try
        {
            input.UnixFileMode |= UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
            ExecutionSpec spec = new(
                "interpreter", ProgramLanguage.Python, Encoding.UTF8.GetBytes(Program), input.FullName,
                ExecutionLimits.Default with { Time = TimeSpan.FromSeconds(60), MemoryBytes = 1L << 30, DiskBytes = 64 << 20 },
                [], ImmutableDictionary<string, string>.Empty);
            ExecutionResult result = await sandbox.ExecuteAsync(spec, null, CancellationToken.None);
            string output = Encoding.UTF8.GetString(result.Output.Span).Trim();
            return result is { Ending: Ending.Exited, ExitCode: 0 } && output.StartsWith("Python ", StringComparison.Ordinal)
                ? output
                : throw new SandboxException(
                    $"{python} is no Python that candidates could use: started in the sandbox and asked for its version it {How(result)}{Said(output)}. {wayOut}");
        }
        finally
        {
            input.Delete(recursive: true);
        }
    }

    private static string How(ExecutionResult result) => result.Ending switch
    {
        Ending.Exited when result.ExitCode == 0 => "ended well",
        Ending.Exited => $"ended with exit code {result.ExitCode}",
        Ending.Signalled => $"was killed by signal {result.Signal}",
        Ending.OutOfMemory => "ran out of memory",
        Ending.TimeOut => "did not answer in time",
        Ending.OutputFlood => "wrote without end",
        _ => "was cancelled",
    };

    /// <summary>The last line, which is the one that says most of a failed start.</summary>
    private static string Said(string output)
    {
        string line = output.Split('\n')[^1].Trim();
        return line.Length == 0 ? " without a word" : $" and said '{(line.Length > LongestWords ? line[..LongestWords] + "…" : line)}'";
    }
}
