using System.Globalization;
using System.Text;
using AgentIde.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Storage.Ownership;

/// <summary>
/// The lock that makes a process the owner of a run: a lock of an open file (<c>F_OFD_SETLK</c>), which the kernel
/// frees on any death, which also holds between two stores of one process, and which a reader can ask about
/// (<c>F_OFD_GETLK</c>) without taking it, so that no number of readers ever keeps a resumer out. What the file says
/// of the owner is for messages alone.
/// </summary>
internal sealed class OwnerLock : IDisposable
{
    private const int LongestDescription = 1000;

    private readonly SafeFileHandle _file;
    private readonly string _path;

    private OwnerLock(SafeFileHandle file, string path)
    {
        _file = file;
        _path = path;
    }

    /// <summary>Null where somebody holds it.</summary>
    public static OwnerLock? TryTake(string path)
    {
        SafeFileHandle file = Libc.OpenOrMake(path);
        try
        {
            if (!Libc.TryLock(file, path))
            {
                file.Dispose();
                return null;
            }

            byte[] description = Encoding.UTF8.GetBytes(DescribeThisProcess());
            RandomAccess.SetLength(file, 0);
            RandomAccess.Write(file, description, 0);
            return new OwnerLock(file, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public static bool IsHeld(string path)
    {
        using SafeFileHandle? file = Libc.OpenRead(path);
        return file is not null && Libc.IsLocked(file, path);
    }

    /// <summary>The owner in words: <c>process 4711 (agentide run tasks/diamonds)</c>.</summary>
    public static string DescribeOwner(string path)
    {
        string[] lines = Encoding.UTF8.GetString(PrivateFiles.ReadSmall(path, 4 * LongestDescription) ?? []).Split('\n');
        return lines.Length >= 3 && int.TryParse(lines[0], CultureInfo.InvariantCulture, out int process)
            ? $"process {process} ({OnOneLine(lines[2])})"
            : "another process";
    }

    public void Dispose()
    {
        if (!_file.IsClosed)
        {
            Libc.Unlock(_file, _path);
            _file.Dispose();
        }
    }

    private static string DescribeThisProcess()
    {
        string boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        return $"{Environment.ProcessId}\n{boot}\n{OnOneLine(Environment.CommandLine)}\n";
    }

    private static string OnOneLine(string text)
    {
        string clean = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return clean.Length > LongestDescription ? clean[..LongestDescription] : clean;
    }
}
