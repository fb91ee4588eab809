using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;
using AgentIde.Sandbox.Limits;
using AgentIde.Testing;

namespace AgentIde.Sandbox.Tests;

/// <summary>A real sandbox with an input folder and a note folder of its own; nothing of it may be left when it is disposed.</summary>
internal sealed class Workbench : IDisposable
{
    internal static readonly ExecutionLimits Small = new(TimeSpan.FromSeconds(30), 512L << 20, 48, 64 << 20, 16 << 20, 1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentide-test-");

    static Workbench() => NameCSharp();

    internal Workbench(IResourceLimits? limits = null, PythonStart start = PythonStart.Cold)
    {
        // Root's candidates are another user, who must be able to walk here.
        _folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        Input = _folder.CreateSubdirectory("input").FullName;
        File.WriteAllText(Path.Combine(Input, "train.csv"), "id,y\n1,2\n");
        Options = BubblewrapOptions.Default with { StateFolder = Path.Combine(_folder.FullName, "state"), Start = start };
        Sandbox = new BubblewrapSandbox(Options, limits);
    }

    internal static bool IsRoot => Environment.UserName == "root";

    /// <summary>Whether attacks have their full sizes.</summary>
    internal static bool IsTorture => Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1";

    internal string Folder => _folder.FullName;

    internal string Input { get; }

    internal BubblewrapOptions Options { get; }

    internal BubblewrapSandbox Sandbox { get; }

    /// <summary>What C# candidates need lies where the set-up puts it, seen from the tests; another user is told by the variable.</summary>
    internal static void NameCSharp()
    {
        if (Environment.GetEnvironmentVariable(DotnetEnvironment.Variable) is null)
        {
            Environment.SetEnvironmentVariable(DotnetEnvironment.Variable, Repository.PathOf("artifacts", "publish", "dotnet-ml"));
        }
    }

    internal Task<ExecutionResult> RunAsync(
        string code, ExecutionLimits? limits = null, Action<ReadOnlyMemory<byte>>? output = null, CancellationToken cancellationToken = default, params string[][] collect) =>
        Sandbox.ExecuteAsync(Spec(code, limits, collect), output, cancellationToken);

    internal ExecutionSpec Spec(string code, ExecutionLimits? limits = null, params string[][] collect) => new(
        "test", ProgramLanguage.Python, Encoding.UTF8.GetBytes(code), Input, limits ?? Small,
        [.. collect.Select(paths => new OutputFile(paths[0], [.. paths], 1 << 20))], ImmutableDictionary<string, string>.Empty)
    {
        IsOneOfMany = true,
    };

    /// <summary>Notes of running executions: each names its processes and control groups.</summary>
    internal string[] Notes() => Directory.Exists(Options.StateFolder) ? Directory.GetFiles(Options.StateFolder) : [];

    public void Dispose()
    {
        Sandbox.Dispose();
        _folder.Delete(recursive: true);
    }
}

internal static class ResultText
{
    internal static string Text(this ExecutionResult result) => Encoding.UTF8.GetString(result.Output.Span);
}
