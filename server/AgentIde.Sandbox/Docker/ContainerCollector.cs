using System.Globalization;
using System.Text;
using AgentIde.Core.Sandboxes;
using Docker.DotNet;

namespace AgentIde.Sandbox.Docker;

/// <summary>
/// Takes files out of a container in which every process of the candidate is dead. The engine's own archive does not see
/// memory file systems, so a program of ours reads them in there; what it hands out is bounded here as well.
/// </summary>
internal static class ContainerCollector
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string Program = Resource.Text("collector.py");

    internal static async Task<IReadOnlyList<CollectedFile>> CollectAsync(Container container, IReadOnlyList<OutputFile> files)
    {
        (OutputFile File, string Path)[] wanted = [.. files.SelectMany(file => file.Paths.Select(path => (file, path)))];
        if (wanted.Length == 0)
        {
            return [];
        }

        string[] arguments = [.. wanted.SelectMany(entry => (string[])[entry.File.MaximumBytes.ToString(CultureInfo.InvariantCulture), entry.Path])];
        byte[] answer = await ReadAsync(container, ["/usr/bin/python3", "-I", "-S", "-c", Program, .. arguments], wanted.Sum(entry => entry.File.MaximumBytes + 64));
        Dictionary<string, List<CollectedFile>> found = files.ToDictionary(file => file.Name, _ => new List<CollectedFile>());
        int position = 0;
        foreach ((OutputFile file, string path) in wanted)
        {
            if (Next(answer, ref position, file, path) is { } taken)
            {
                found[file.Name].Add(taken);
            }
        }

        return [.. files.Select(file => OutputCollector.Choose(file, found[file.Name]))];
    }

    private static CollectedFile? Next(byte[] answer, ref int position, OutputFile file, string path)
    {
        CollectedFile Refused(string problem) => new(file.Name, path, null, problem);

        int end = position < answer.Length ? Array.IndexOf(answer, (byte)'\n', position) : -1;
        string[] head = end < 0 ? [] : Encoding.ASCII.GetString(answer, position, end - position).Split(' ');
        if (head is not [var letter, var number] || !int.TryParse(number, CultureInfo.InvariantCulture, out int size) || size < 0 || size > file.MaximumBytes || end + 1 + size > answer.Length)
        {
            position = answer.Length;
            return Refused("could not be read from the container");
        }

        position = end + 1 + size;
        return letter switch
        {
            "N" => null,
            "L" => Refused("not a regular file: a link, or reached through one"),
            "F" => Refused("not a regular file"),
            "S" => Refused($"larger than {OutputCollector.Size(file.MaximumBytes)}"),
            "R" => new CollectedFile(file.Name, path, answer.AsMemory(end + 1, size), null),
            _ => Refused("can't be opened"),
        };
    }

    private static async Task<byte[]> ReadAsync(Container container, IList<string> command, long maximum)
    {
        using CancellationTokenSource patience = new(Patience);
        using MemoryStream answer = new();
        (_, MultiplexedStream stream) = await container.BeginAsync(command, [], withInput: false, patience.Token);
        using (stream)
        {
            byte[] buffer = new byte[256 << 10];
            while (answer.Length <= maximum)
            {
                MultiplexedStream.ReadResult read = await stream.ReadOutputAsync(buffer, 0, buffer.Length, patience.Token);
                if (read.EOF)
                {
                    break;
                }

                if (read.Target == MultiplexedStream.TargetStream.StandardOut)
                {
                    await answer.WriteAsync(buffer.AsMemory(0, read.Count), patience.Token);
                }
            }
        }

        return answer.ToArray();
    }
}
