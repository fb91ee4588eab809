using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox.Slurm;

/// <summary>
/// One owner's part of the folder that all nodes share: inputs and the node program by their digests, each brought
/// there once, and a folder for each job. Disposing removes all of it; what a dead owner left is removed by the next.
/// </summary>
internal sealed class SharedFolder : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Passable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Signature, string Staged)> _staged = new(StringComparer.Ordinal);
    private int _count;

    private SharedFolder(string path, OwnerName owner)
    {
        Path = path;
        Owner = owner;
    }

    internal string Path { get; }

    internal OwnerName Owner { get; }

    /// <exception cref="SandboxException">The folder can't be made, or belongs to someone else.</exception>
    internal static SharedFolder Open(string root)
    {
        try
        {
            Directory.CreateDirectory(root, Private);
            using var handle = Descriptors.Open(root, Libc.OpenPathOnly | Libc.OpenDirectory);
            Libc.FileStatus status = Descriptors.Status(handle);
            const int writableByOthers = 0x12;
            if (status.User != Libc.EffectiveUser() || (status.Mode & writableByOthers) != 0)
            {
                throw new SandboxException($"{root} belongs to another user or is writable for others: set {SlurmOptions.FolderVariable} to a folder of your own.");
            }

            OwnerName owner = OwnerName.Next();
            string path = System.IO.Path.Combine(root, owner.ToString());
            Directory.CreateDirectory(path, Private);
            return new SharedFolder(path, owner);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            throw new SandboxException($"{root}, where nodes find their jobs, can't be used ({exception.Message}): set {SlurmOptions.FolderVariable} to another.", exception);
        }
    }

    /// <summary>Owners of all there is in a shared folder.</summary>
    internal static IEnumerable<(string Path, OwnerName Owner)> Owners(string root) =>
        from path in Directory.Exists(root) ? Directory.EnumerateDirectories(root) : []
        let owner = OwnerName.Parse(System.IO.Path.GetFileName(path))
        where owner is not null
        select (path, owner);

    internal ExecutionFolder NewExecution() =>
        new(System.IO.Path.Combine(Path, "jobs", Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)));

    /// <summary>A copy of the folder that all nodes see, read-only; the same for all folders of the same content.</summary>
    internal string Stage(string folder)
    {
        lock (_gate)
        {
            string[] files = [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
            string signature = Signature(folder, files);
            if (_staged.TryGetValue(folder, out var known) && known.Signature == signature)
            {
                return known.Staged;
            }

            string staged = System.IO.Path.Combine(Path, "staged", Digest(folder, files));
            if (!Directory.Exists(staged))
            {
                string draft = $"{staged}.new";
                Remove(draft);
                Copy(new DirectoryInfo(folder), draft);
                Directory.Move(draft, staged);
                File.SetUnixFileMode(staged, Readable | Passable);
            }

            _staged[folder] = (signature, staged);
            return staged;
        }
    }

    public void Dispose() => Remove(Path);

    /// <summary>Removes a folder with all in it, read-only or not. One that is gone is no error.</summary>
    internal static void Remove(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        File.SetUnixFileMode(folder, Private);
        foreach (string path in Directory.EnumerateDirectories(folder, "*", new EnumerationOptions { RecurseSubdirectories = false, AttributesToSkip = FileAttributes.None }))
        {
            if (new DirectoryInfo(path).LinkTarget is null)
            {
                Remove(path);
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Changes whenever the content may have; far cheaper than reading it.</summary>
    private static string Signature(string folder, IEnumerable<string> files)
    {
        StringBuilder text = new();
        foreach (string file in files)
        {
            FileInfo entry = new(file);
            text.Append(CultureInfo.InvariantCulture, $"{System.IO.Path.GetRelativePath(folder, file)}\0{(entry.Exists ? entry.Length : -1)}\0{entry.LastWriteTimeUtc.Ticks}\n");
        }

        return text.ToString();
    }

    private static string Digest(string folder, IEnumerable<string> files)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        foreach (string file in files)
        {
            FileInfo entry = new(file);
            hash.AppendData(Encoding.UTF8.GetBytes($"{System.IO.Path.GetRelativePath(folder, file)}\0{entry.LinkTarget}\0{(entry.Exists && entry.LinkTarget is null ? entry.Length : -1)}\0"));
            if (!entry.Exists || entry.LinkTarget is not null)
            {
                continue;
            }

            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            for (int count; (count = stream.Read(buffer)) > 0;)
            {
                hash.AppendData(buffer, 0, count);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Links stay links: whoever reads through one sees what it leads to where it is read.</summary>
    private static void Copy(DirectoryInfo source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (FileSystemInfo entry in source.EnumerateFileSystemInfos())
        {
            string path = System.IO.Path.Combine(target, entry.Name);
            if (entry.LinkTarget is { } link)
            {
                File.CreateSymbolicLink(path, link);
            }
            else if (entry is DirectoryInfo folder)
            {
                Copy(folder, path);
                File.SetUnixFileMode(path, Readable | Passable);
            }
            else
            {
                File.Copy(entry.FullName, path);
                File.SetUnixFileMode(path, Readable | (entry.UnixFileMode & Passable));
            }
        }
    }
}
