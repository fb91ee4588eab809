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

    internal static async Task<string> ReadAsync(ISandbox sandbox, string python)
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
            return result is { Ending: Ending.Exited, ExitCode: 0 }
                ? output
                : throw new SandboxException($"{python} does not run in the sandbox: {output.Split('\n')[^1]}");
        }
        finally
        {
            input.Delete(recursive: true);
        }
    }
}
