using System.Collections.Immutable;
using System.Formats.Tar;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Docker;
using AgentIde.Sandbox.Environments;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox;

/// <summary>Makes an image of candidates from the recipe that is part of this program.</summary>
public static class DockerImage
{
    public const string Python = "python-ml", CSharp = "dotnet-ml";

    private const string Base = "debian:bookworm-slim";

    public static ImmutableArray<string> Names { get; } = [Python, CSharp];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="network">Of the build, such as <c>host</c>; null for the engine's own.</param>
    /// <param name="said">Gets the engine's lines as they come.</param>
    /// <returns>The image's tag and digest.</returns>
    /// <exception cref="SandboxException">It could not be built.</exception>
    public static async Task<(string Tag, string Digest)> BuildAsync(DockerOptions options, string name, string? network, Action<string> said, CancellationToken cancellationToken)
    {
        string image = name == CSharp ? options.CSharp : options.Python;
        using DockerClientConfiguration configuration = new(options.Endpoint, defaultTimeout: Timeout.InfiniteTimeSpan);
        using DockerClient client = configuration.CreateClient();
        await using FileStream context = await ContextAsync(name, cancellationToken);
        string? problem = null;
        try
        {
            await client.Images.BuildImageFromDockerfileAsync(
                new ImageBuildParameters { Tags = [image], NetworkMode = network, Remove = true, ForceRemove = true },
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
                ? (image, (await client.Images.InspectImageAsync(image, cancellationToken)).ID)
                : throw new SandboxException($"Docker could not build {image}: {problem}{await HintAsync(client, Base, cancellationToken)}");
        }
        catch (DockerApiException error)
        {
            throw new SandboxException($"Docker could not build {image}: {DockerFailure.Message(error)}{await HintAsync(client, Base, cancellationToken)}", error);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && DockerFailure.IsOfTheEngine(error))
        {
            throw DockerFailure.Unreachable(options.Endpoint, error);
        }
    }

    /// <summary>Where the base never came, that is the reason, and there is another way to it.</summary>
    internal static async Task<string> HintAsync(DockerClient client, string basis, CancellationToken cancellationToken)
    {
        try
        {
            await client.Images.InspectImageAsync(basis, cancellationToken);
            return "";
        }
        catch (DockerImageNotFoundException)
        {
            return $". {basis} can't be pulled here. Without a registry, make it from Debian's packages and build again: "
                + $"mmdebstrap --variant=minbase bookworm - | docker import - {basis}";
        }
    }

    /// <summary>What the engine gets to build from: the recipe, and for C# what runs and compiles here. A file, for it may be large.</summary>
    private static async Task<FileStream> ContextAsync(string name, CancellationToken cancellationToken)
    {
        FileStream context = new(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await using (TarWriter writer = new(context, leaveOpen: true))
        {
            string prefix = $"{name}/";
            foreach (string resource in typeof(DockerImage).Assembly.GetManifestResourceNames().Where(resource => resource.StartsWith(prefix, StringComparison.Ordinal)))
            {
                await using Stream source = typeof(DockerImage).Assembly.GetManifestResourceStream(resource)!;
                using MemoryStream copy = new();
                await source.CopyToAsync(copy, cancellationToken);
                copy.Position = 0;
                await writer.WriteEntryAsync(Entry(resource[prefix.Length..], copy), cancellationToken);
            }

            foreach ((string file, string entry) in name == CSharp ? DotnetEnvironment.FilesOfImage() : [])
            {
                await using FileStream content = File.OpenRead(file);
                await writer.WriteEntryAsync(Entry(entry, content), cancellationToken);
            }
        }

        context.Position = 0;
        return context;
    }

    /// <summary>For everybody to read and start, whatever it is here: candidates are nobody's user.</summary>
    private static PaxTarEntry Entry(string name, Stream content) => new(TarEntryType.RegularFile, name)
    {
        DataStream = content,
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute,
    };

    /// <summary>In the order in which they come, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class Heard(Action<JSONMessage> hear) : IProgress<JSONMessage>
    {
        public void Report(JSONMessage value) => hear(value);
    }
}
