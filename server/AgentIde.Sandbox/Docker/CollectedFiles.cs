using System.Buffers.Binary;
using System.Collections.Immutable;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Docker;

/// <summary>
/// What a keeper hands out of a dead candidate's folder, path by path in the order in which it was asked: a letter, and
/// where that is R the size, with the bytes in the frames that follow. Sizes are bounded here again.
/// </summary>
internal sealed class CollectedFiles(ImmutableArray<OutputFile> files)
{
    private readonly Queue<(OutputFile File, string Path)> _wanted = new(files.SelectMany(file => file.Paths.Select(path => (file, path))));
    private readonly Dictionary<string, List<CollectedFile>> _found = files.ToDictionary(file => file.Name, _ => new List<CollectedFile>());
    private byte[] _bytes = [];
    private int _filled;

    /// <exception cref="SandboxException">It can't be what was asked for.</exception>
    internal void Take(Frame frame)
    {
        ReadOnlySpan<byte> payload = frame.Payload.Span;
        if (frame.Letter == 'D')
        {
            if (payload.Length > _bytes.Length - _filled)
            {
                throw Strange();
            }

            payload.CopyTo(_bytes.AsSpan(_filled));
            _filled += payload.Length;
            return;
        }

        if (_filled != _bytes.Length || payload.IsEmpty || !_wanted.TryDequeue(out (OutputFile File, string Path) wanted))
        {
            throw Strange();
        }

        (_bytes, _filled) = ([], 0);
        if (payload[0] == 'R')
        {
            long size = payload.Length == 9 ? BinaryPrimitives.ReadInt64BigEndian(payload[1..]) : -1;
            _bytes = size >= 0 && size <= wanted.File.MaximumBytes && size <= Array.MaxLength ? new byte[size] : throw Strange();
            _found[wanted.File.Name].Add(new CollectedFile(wanted.File.Name, wanted.Path, _bytes, null));
        }
        else if (payload[0] != 'N')
        {
            _found[wanted.File.Name].Add(new CollectedFile(wanted.File.Name, wanted.Path, null, Refusal((char)payload[0], wanted.File)));
        }
    }

    internal ImmutableArray<CollectedFile> Finish() => _wanted.Count == 0 && _filled == _bytes.Length
        ? [.. files.Select(file => OutputCollector.Choose(file, _found[file.Name]))]
        : throw Strange();

    private static string Refusal(char letter, OutputFile file) => letter switch
    {
        'L' => "not a regular file: a link, or reached through one",
        'F' => "not a regular file",
        'S' => $"larger than {OutputCollector.Size(file.MaximumBytes)}",
        _ => "can't be opened",
    };

    private static SandboxException Strange() => new("The container handed out something else than was asked for: build its image again with agentide sandbox build.");
}
