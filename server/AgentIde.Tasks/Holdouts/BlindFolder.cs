using System.Security.Cryptography;
using System.Text;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// A folder that is there as a whole or not at all: written aside, flushed, renamed. One that is there is left alone
/// if its bytes are the right ones, and made anew if they are not.
/// </summary>
internal static class BlindFolder
{
    /// <summary>All files carry this time, so that a file's age tells nothing.</summary>
    private static readonly DateTime Time = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Returns a listing of the folder: digest and path of each file, one a line.</summary>
    /// <param name="write">Writes every file, each opened by its relative path; gives the same bytes each time.</param>
    public static string Make(string folder, Action<Func<string, Stream>> write)
    {
        string aside = $"{folder}.partial";
        if (Directory.Exists(aside))
        {
            Directory.Delete(aside, recursive: true);
        }

        if (Directory.Exists(folder))
        {
            string wanted = Listing(write, _ => Stream.Null);
            if (Listing(folder) == wanted)
            {
                return wanted;
            }

            Directory.Move(folder, aside);
            Directory.Delete(aside, recursive: true);
        }

        Directory.CreateDirectory(aside);
        string listing = Listing(write, file => Create(Path.Combine(aside, file)));
        Settle(new DirectoryInfo(aside));
        Directory.Move(aside, folder);
        return listing;
    }

    /// <summary>Deletes what a death left of folders that were being made beside each other.</summary>
    public static void DeleteHalves(string parent)
    {
        foreach (string half in Directory.EnumerateDirectories(parent, "*.partial"))
        {
            Directory.Delete(half, recursive: true);
        }
    }

    private static string Listing(Action<Func<string, Stream>> write, Func<string, Stream> open)
    {
        SortedDictionary<string, string> digests = new(StringComparer.Ordinal);
        write(file => new DigestingStream(open(file), digest => digests.Add(file, digest), isDurable: file.EndsWith(".csv", StringComparison.Ordinal)));
        return Join(digests);
    }

    private static string Listing(string folder)
    {
        SortedDictionary<string, string> digests = new(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using FileStream bytes = File.OpenRead(path);
            digests.Add(Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }

        return Join(digests);
    }

    private static string Join(SortedDictionary<string, string> digests)
    {
        StringBuilder listing = new();
        foreach ((string file, string digest) in digests)
        {
            listing.Append(digest).Append(' ').Append(file).Append('\n');
        }

        return listing.ToString();
    }

    private static FileStream Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, FileMode.CreateNew, FileAccess.Write);
    }

    /// <summary>Same time and same rights for all; candidates run as another user.</summary>
    private static void Settle(DirectoryInfo folder)
    {
        foreach (DirectoryInfo inner in folder.EnumerateDirectories())
        {
            Settle(inner);
        }

        foreach (FileInfo file in folder.EnumerateFiles())
        {
            Settle(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        Settle(
            folder,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    private static void Settle(FileSystemInfo entry, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(entry.FullName, mode);
        }

        entry.LastWriteTimeUtc = Time;
        entry.LastAccessTimeUtc = Time;
    }
}
