using Microsoft.Win32.SafeHandles;

namespace AgentIde.Storage.Files;

/// <summary>
/// Files and folders for the user's eyes alone. A file appears whole or not at all: it is written aside, synced and
/// renamed. Links are refused, because a workspace may come from a stranger.
/// </summary>
internal static class PrivateFiles
{
    public const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static long _asides;

    public static void MakeFolder(string path)
    {
        RefuseLink(path);
        Directory.CreateDirectory(path, FolderMode);
    }

    public static void RefuseLink(string path)
    {
        if (new FileInfo(path).LinkTarget is { } target)
        {
            throw new IOException($"{path} is a link (to {target}), and links are not followed here: remove it.");
        }
    }

    /// <summary>Writes a new file beside its place; the caller renames it. The name is nobody else's and begins with a dot.</summary>
    /// <param name="sync">False for what can be made again at any time.</param>
    public static string WriteAside(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode, bool sync = true)
    {
        string aside = Path.Combine(
            Path.GetDirectoryName(path)!,
            $".{Path.GetFileName(path)}.{Environment.ProcessId}-{Interlocked.Increment(ref _asides)}.new");
        File.Delete(aside);
        using FileStream stream = new(aside, new FileStreamOptions
        {
            Mode = System.IO.FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = FileMode,
            BufferSize = 0,
        });
        stream.Write(bytes);
        File.SetUnixFileMode(stream.SafeFileHandle, mode);
        stream.Flush(flushToDisk: sync);
        return aside;
    }

    /// <param name="sync">False for what can be made again at any time: it may be gone, or empty, after the machine has died.</param>
    public static void Replace(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode = FileMode, bool sync = true)
    {
        string aside = WriteAside(path, bytes, mode, sync);
        File.Move(aside, path, overwrite: true);
        if (sync)
        {
            Libc.SyncFolder(Path.GetDirectoryName(path)!);
        }
    }

    /// <summary>Bytes of a small file; null where there is none.</summary>
    /// <exception cref="IOException">It is a link, no ordinary file, or larger than <paramref name="limit"/>.</exception>
    public static byte[]? ReadSmall(string path, int limit)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"{path} is a folder where a file belongs: remove it.");
        }

        using SafeFileHandle? file = Libc.OpenRead(path);
        if (file is null)
        {
            return null;
        }

        // One byte more than allowed: what fills it is too large, whatever the file says of its own length.
        byte[] buffer = new byte[limit + 1];
        int filled = 0;
        using FileStream stream = new(file, FileAccess.Read, bufferSize: 0);
        for (int read; filled < buffer.Length && (read = stream.Read(buffer, filled, buffer.Length - filled)) > 0;)
        {
            filled += read;
        }

        return filled <= limit ? buffer[..filled] : throw new IOException($"{path} is larger than {limit:N0} bytes.");
    }
}
