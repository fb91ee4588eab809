using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox;

/// <param name="Endpoint">A Unix socket; another machine's engine could not be shown the input.</param>
/// <param name="Python">The image of Python candidates by tag or digest. It is asked for its digest once, and only that is started.</param>
/// <param name="CSharp">The image of C# candidates.</param>
/// <param name="Prestart">Whether the next container is made while one runs.</param>
public sealed record DockerOptions(Uri Endpoint, string Python = DockerOptions.PythonImage, string CSharp = DockerOptions.CSharpImage, bool Prestart = true)
{
    public const string PythonImage = "agentide/python-ml:latest";
    public const string CSharpImage = "agentide/dotnet-ml:latest";

    /// <summary>Absolute paths of folders with model weights.</summary>
    public ImmutableArray<string> Models { get; init; } = [];

    /// <summary>How many GPUs each container asks for; 0 for none.</summary>
    public int Gpus { get; init; }

    /// <exception cref="SandboxException"><c>DOCKER_HOST</c> names something that can't be used.</exception>
    public static DockerOptions Default() => new(DefaultEndpoint(Environment.GetEnvironmentVariable("DOCKER_HOST")));

    internal string Image(ProgramLanguage language) => language == ProgramLanguage.CSharp ? CSharp : Python;

    internal static Uri DefaultEndpoint(string? host)
    {
        if (!string.IsNullOrEmpty(host))
        {
            return host.StartsWith("unix://", StringComparison.Ordinal) && Uri.TryCreate(host, UriKind.Absolute, out Uri? named)
                ? named
                : throw new SandboxException($"DOCKER_HOST is {host}: only an engine of this machine can be used, such as unix:///var/run/docker.sock, for one elsewhere could not be shown the data.");
        }

        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        string rootless = runtime is null ? "" : Path.Combine(runtime, "docker.sock");
        return new Uri(Libc.EffectiveUser() != 0 && File.Exists(rootless) ? $"unix://{rootless}" : "unix:///var/run/docker.sock");
    }
}
