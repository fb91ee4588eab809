using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Testing;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox.Tests;

/// <summary>The real Docker engine that <c>scripts/docker-test-engine.sh start</c> started, with an input folder of its own.</summary>
internal sealed class DockerBench : IAsyncDisposable
{
    /// <summary>Names the engine where the repository isn't at hand.</summary>
    internal const string Variable = "AGENTIDE_TEST_DOCKER";

    /// <summary>Who is in it may use the engine.</summary>
    internal const string Group = "61149";

    private static readonly SemaphoreSlim Building = new(1, 1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentide-test-");

    internal DockerBench(bool prestart = false, Func<DockerOptions, DockerOptions>? change = null)
    {
        _folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        Input = _folder.CreateSubdirectory("input").FullName;
        File.WriteAllText(Path.Combine(Input, "train.csv"), "id,y\n1,2\n");
        Options = new DockerOptions(new Uri(Host), Prestart: prestart);
        Options = change?.Invoke(Options) ?? Options;
        Sandbox = new DockerSandbox(Options);
    }

    internal static string Host => Environment.GetEnvironmentVariable(Variable)
        ?? (File.Exists(Repository.PathOf("artifacts", "docker", "host"))
            ? File.ReadAllText(Repository.PathOf("artifacts", "docker", "host")).Trim()
            : throw new InvalidOperationException("There is no Docker engine for tests: scripts/docker-test-engine.sh start"));

    /// <summary>The image of C# candidates, built by whoever needs it first.</summary>
    internal static async Task HaveCSharpImageAsync()
    {
        using DockerClient client = Client();
        await Building.WaitAsync();
        try
        {
            await client.Images.InspectImageAsync(DockerOptions.CSharpImage);
        }
        catch (DockerImageNotFoundException)
        {
            Environment.SetEnvironmentVariable("AGENTIDE_DOTNET_ML", Repository.PathOf("artifacts", "publish", "dotnet-ml"));
            await DockerImage.BuildAsync(new DockerOptions(new Uri(Host)), DockerImage.CSharp, "host", _ => { }, CancellationToken.None);
        }
        finally
        {
            Building.Release();
        }
    }

    /// <summary>Whether the engine has control groups for memory; a rootless one may have none.</summary>
    internal static async Task<bool> BoundsMemoryAsync()
    {
        using DockerClient client = Client();
        return (await client.System.GetSystemInfoAsync()).MemoryLimit;
    }

    /// <summary>A client beside the sandbox's own, to look at what it made.</summary>
    internal static DockerClient Client()
    {
        using DockerClientConfiguration configuration = new(new Uri(Host));
        return configuration.CreateClient();
    }

    /// <summary>Containers, whatever their state, that show this input.</summary>
    internal static async Task<ContainerListResponse[]> ContainersAsync(string input)
    {
        using DockerClient client = Client();
        IList<ContainerListResponse> all = await client.Containers.ListContainersAsync(new ContainersListParameters { All = true });
        return [.. all.Where(container => container.Mounts.Any(mount => mount.Source == input))];
    }

    internal string Folder => _folder.FullName;

    internal string Input { get; }

    internal DockerOptions Options { get; }

    internal DockerSandbox Sandbox { get; }

    internal Task<ExecutionResult> RunAsync(string code, ExecutionLimits? limits = null, Action<ReadOnlyMemory<byte>>? output = null, CancellationToken cancellationToken = default, params string[][] collect) =>
        Sandbox.ExecuteAsync(Spec(code, limits, collect), output, cancellationToken);

    internal ExecutionSpec Spec(string code, ExecutionLimits? limits = null, params string[][] collect) => new(
        "test", ProgramLanguage.Python, Encoding.UTF8.GetBytes(code), Input, limits ?? Workbench.Small,
        [.. collect.Select(paths => new OutputFile(paths[0], [.. paths], 1 << 20))], ImmutableDictionary<string, string>.Empty)
    {
        IsOneOfMany = true,
    };

    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
