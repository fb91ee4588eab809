using System.Formats.Tar;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Docker;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox;

/// <summary>Makes the image of Python candidates from the recipe that is part of this program.</summary>
public static class DockerImage
{
    private static readonly string[] Recipe = ["Dockerfile", "packages.txt"];

    /// <param name="network">Of the build, such as <c>host</c>; null for the engine's own.</param>
    /// <param name="said">Gets the engine's lines as they come.</param>
    /// <returns>The image's digest.</returns>
    /// <exception cref="SandboxException">It could not be built.</exception>
    public static async Task<string> BuildAsync(DockerOptions options, string? network, Action<string> said, CancellationToken cancellationToken)
    {
        using DockerClientConfiguration configuration = new(options.Endpoint, defaultTimeout: Timeout.InfiniteTimeSpan);
        using DockerClient client = configuration.CreateClient(new System.Version(1, 41));
        using MemoryStream context = await ContextAsync(cancellationToken);
        string? problem = null;
        try
        {
            await client.Images.BuildImageFromDockerfileAsync(
                new ImageBuildParameters { Tags = [options.Image], NetworkMode = network, Remove = true, ForceRemove = true },
                context,
                authConfigs: null,
                headers: null,
                new Heard(message =>
                {
                    problem = message.ErrorMessage ?? message.Error?.Message ?? problem;
                    if (message.Stream?.TrimEnd() is { Length: > 0 } line)
                    {
                        said(line);
                    }
                }),
                cancellationToken);
            return problem is null
                ? (await client.Images.InspectImageAsync(options.Image, cancellationToken)).ID
                : throw new SandboxException($"Docker could not build {options.Image}: {problem}");
        }
        catch (DockerApiException error)
        {
            throw DockerFailure.Explain(error, "debian:bookworm-slim");
        }
        catch (Exception error) when (error is HttpRequestException or TimeoutException)
        {
            throw DockerFailure.Unreachable(options.Endpoint, error);
        }
    }

    private static async Task<MemoryStream> ContextAsync(CancellationToken cancellationToken)
    {
        MemoryStream context = new();
        await using (TarWriter writer = new(context, leaveOpen: true))
        {
            foreach (string name in Recipe)
            {
                await using Stream source = typeof(DockerImage).Assembly.GetManifestResourceStream($"python-ml/{name}") ?? throw new InvalidOperationException($"{name} is not part of this build.");
                using MemoryStream copy = new();
                await source.CopyToAsync(copy, cancellationToken);
                copy.Position = 0;
                await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = copy, Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead }, cancellationToken);
            }
        }

        context.Position = 0;
        return context;
    }

    /// <summary>In the order in which they come, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class Heard(Action<JSONMessage> hear) : IProgress<JSONMessage>
    {
        public void Report(JSONMessage value) => hear(value);
    }
}
