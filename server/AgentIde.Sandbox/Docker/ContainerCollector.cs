using System.Formats.Tar;
using System.Net;
using AgentIde.Core.Sandboxes;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox.Docker;

/// <summary>
/// Takes files out of a container in which every process of the candidate is dead. Each part of a path is looked at
/// before it is entered, only regular files are asked for, and what comes as an archive is not believed either.
/// </summary>
internal static class ContainerCollector
{
    // As Go writes the mode of a file.
    private const uint Folder = 1u << 31, Link = 1u << 27, AnyOther = (1u << 26) | (1u << 25) | (1u << 24) | (1u << 21) | (1u << 19);

    internal static async Task<CollectedFile> CollectAsync(DockerClient client, string container, OutputFile file, CancellationToken cancellationToken)
    {
        List<CollectedFile> found = [];
        foreach (string path in file.Paths)
        {
            if (await TryTakeAsync(client, container, file, path, cancellationToken) is { } taken)
            {
                found.Add(taken);
            }
        }

        return OutputCollector.Choose(file, found);
    }

    private static async Task<CollectedFile?> TryTakeAsync(DockerClient client, string container, OutputFile file, string path, CancellationToken cancellationToken)
    {
        CollectedFile Refused(string problem) => new(file.Name, path, null, problem);

        string whole = ContainerProfile.Box;
        string[] parts = path.Split('/');
        for (int index = 0; index < parts.Length; index++)
        {
            whole = $"{whole}/{parts[index]}";
            if (await LookAsync(client, container, whole, cancellationToken) is not { } stat)
            {
                return null;
            }

            uint mode = unchecked((uint)stat.Mode);
            if ((mode & Link) != 0)
            {
                return Refused("not a regular file: a link, or reached through one");
            }

            bool isLast = index == parts.Length - 1;
            if (!isLast && (mode & Folder) == 0)
            {
                return null;
            }

            if (isLast && (mode & (Folder | AnyOther)) != 0)
            {
                return Refused("not a regular file");
            }

            if (isLast && stat.Size > file.MaximumBytes)
            {
                return Refused($"larger than {OutputCollector.Size(file.MaximumBytes)}");
            }
        }

        byte[]? bytes = await ReadAsync(client, container, whole, file.MaximumBytes, cancellationToken);
        return bytes is null ? Refused("not a regular file") : new CollectedFile(file.Name, path, bytes, null);
    }

    private static async Task<ContainerPathStatResponse?> LookAsync(DockerClient client, string container, string path, CancellationToken cancellationToken)
    {
        try
        {
            GetArchiveFromContainerResponse answer = await client.Containers.GetArchiveFromContainerAsync(
                container, new GetArchiveFromContainerParameters { Path = path }, statOnly: true, cancellationToken);
            return answer.Stat;
        }
        catch (DockerApiException error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Null where the archive's first entry is no regular file of an allowed size.</summary>
    private static async Task<byte[]?> ReadAsync(DockerClient client, string container, string path, long maximum, CancellationToken cancellationToken)
    {
        GetArchiveFromContainerResponse answer = await client.Containers.GetArchiveFromContainerAsync(
            container, new GetArchiveFromContainerParameters { Path = path }, statOnly: false, cancellationToken);
        await using Stream stream = answer.Stream;
        await using TarReader archive = new(stream);
        if (await archive.GetNextEntryAsync(copyData: false, cancellationToken) is not { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile } entry || entry.Length > maximum)
        {
            return null;
        }

        byte[] bytes = new byte[entry.Length];
        if (entry.DataStream is { } data)
        {
            await data.ReadExactlyAsync(bytes, cancellationToken);
        }

        return bytes;
    }
}
