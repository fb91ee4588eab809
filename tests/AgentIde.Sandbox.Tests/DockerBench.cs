using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Testing;

namespace AgentIde.Sandbox.Tests;

/// <summary>The real Docker engine that <c>scripts/docker-test-engine.sh start</c> started, with an input folder of its own.</summary>
internal sealed class DockerBench : IAsyncDisposable
{
    /// <summary>Names the engine where the repository isn't at hand.</summary>
    internal const string Variable = "AGENTIDE_TEST_DOCKER";

    /// <summary>Who is in it may use the engine.</summary>
    internal const string Group = "61149";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentide-test-");

    internal DockerBench(bool prestart = false)
    {
        _folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        Input = _folder.CreateSubdirectory("input").FullName;
        File.WriteAllText(Path.Combine(Input, "train.csv"), "id,y\n1,2\n");
        Options = new DockerOptions(new Uri(Host), DockerOptions.PythonImage, Path.Combine(_folder.FullName, "state"), prestart);
        Sandbox = new DockerSandbox(Options);
    }

    internal static string Host => Environment.GetEnvironmentVariable(Variable)
        ?? (File.Exists(Repository.PathOf("artifacts", "docker", "host"))
            ? File.ReadAllText(Repository.PathOf("artifacts", "docker", "host")).Trim()
            : throw new InvalidOperationException("There is no Docker engine for tests: scripts/docker-test-engine.sh start"));

    internal string Folder => _folder.FullName;

    internal string Input { get; }

    internal DockerOptions Options { get; }

    internal DockerSandbox Sandbox { get; }

    internal Task<ExecutionResult> RunAsync(string code, ExecutionLimits? limits = null, Action<ReadOnlyMemory<byte>>? output = null, CancellationToken cancellationToken = default, params string[][] collect) =>
        Sandbox.ExecuteAsync(
            new ExecutionSpec(
                "test", ProgramLanguage.Python, Encoding.UTF8.GetBytes(code), Input, limits ?? Workbench.Small,
                [.. collect.Select(paths => new OutputFile(paths[0], [.. paths], 1 << 20))], ImmutableDictionary<string, string>.Empty)
            {
                IsOneOfMany = true,
            },
            output,
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
