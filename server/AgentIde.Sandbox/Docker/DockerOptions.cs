using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox;

/// <param name="Endpoint">A Unix socket; another machine's engine could not be shown the input.</param>
/// <param name="Image">By tag or digest. It is asked for its digest once, and only that is started.</param>
/// <param name="StateFolder">Where running executions are noted; the note's number chooses the candidate's user.</param>
/// <param name="Prestart">Whether the next container is made while one runs.</param>
public sealed record DockerOptions(Uri Endpoint, string Image, string StateFolder, bool Prestart = true)
{
    public const string PythonImage = "agentide/python-ml:latest";

    /// <exception cref="SandboxException"><c>DOCKER_HOST</c> names something that can't be used.</exception>
    public static DockerOptions Default() => new(DefaultEndpoint(Environment.GetEnvironmentVariable("DOCKER_HOST")), PythonImage, BubblewrapOptions.Default.StateFolder);

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
