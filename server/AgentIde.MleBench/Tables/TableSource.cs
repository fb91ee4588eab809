using Microsoft.Win32.SafeHandles;

namespace AgentIde.MleBench.Tables;

/// <summary>The bytes of a table, which can be read more than once: a file, of which nothing is held, or an array.</summary>
internal sealed class TableSource : IDisposable
{
    private readonly SafeFileHandle? _file;
    private readonly byte[] _bytes = [];

    private TableSource(SafeFileHandle file)
    {
        _file = file;
        Length = RandomAccess.GetLength(file);
    }

    private TableSource(byte[] bytes)
    {
        _bytes = bytes;
        Length = bytes.Length;
    }

    /// <summary>In bytes.</summary>
    public long Length { get; }

    public static TableSource Of(byte[] bytes) => new(bytes);

    /// <summary>What tells no length, such as a pipe, is read at once.</summary>
    /// <param name="most">Bytes that a table may have: of a pipe without an end one more is read, so that it is refused for that.</param>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static TableSource Open(string path, int most)
    {
        if (new FileInfo(path) is not { Exists: true, Length: 0 })
        {
            return new(File.OpenHandle(path));
        }

        using FileStream pipe = File.OpenRead(path);
        using MemoryStream all = new();
        byte[] part = new byte[1 << 16];
        for (int read; all.Length <= most && (read = pipe.Read(part)) > 0;)
        {
            all.Write(part, 0, (int)Math.Min(read, most + 1L - all.Length));
        }

        return new(all.ToArray());
    }

    /// <summary>0 at the end.</summary>
    public int Read(Span<byte> into, long offset)
    {
        if (_file is not null)
        {
            return RandomAccess.Read(_file, into[..(int)Math.Min(into.Length, Math.Max(0, Length - offset))], offset);
        }

        ReadOnlySpan<byte> rest = _bytes.AsSpan((int)offset);
        rest = rest[..Math.Min(rest.Length, into.Length)];
        rest.CopyTo(into);
        return rest.Length;
    }

    /// <summary>For what is no table.</summary>
    public byte[] ReadAll()
    {
        byte[] all = new byte[Length];
        int length = 0;
        for (int read = -1; read != 0 && length < all.Length; length += read)
        {
            read = Read(all.AsSpan(length), length);
        }

        return length == all.Length ? all : all[..length];
    }

    public void Dispose() => _file?.Dispose();
}
