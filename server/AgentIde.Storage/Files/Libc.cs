using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Storage.Files;

/// <summary>
/// The few calls of the operating system that .NET has no method for. 64-bit Linux only: constants and structures are
/// those of x86-64 and AArch64.
/// </summary>
internal static partial class Libc
{
    public const int AccessDenied = 13;
    public const int NoSpace = 28;
    public const int ReadOnlyFileSystem = 30;

    private const int NoSuchFile = 2;
    private const int TryAgain = 11;
    private const int FileExists = 17;
    private const int TooManyLinks = 40;

    private const int ReadWriteFlag = 2;
    private const int CreateFlag = 0x40;
    private const int NonBlockingFlag = 0x800;
    private const int CloseOnExecFlag = 0x80000;
    private const int SetOpenFileLock = 37;
    private const int GetOpenFileLock = 36;
    private const short WriteLock = 1;
    private const short Unlocked = 2;

    private static readonly int NoFollowFlag = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>Opens without following a link and without waiting for the other end of a pipe; null where there is no such file.</summary>
    /// <exception cref="IOException">It can't be opened, or is a link.</exception>
    public static SafeFileHandle? OpenRead(string path) => Open(path, 0, 0);

    /// <summary>Opens or makes a file for reading and writing, for its owner alone.</summary>
    /// <exception cref="IOException">It can't be opened, or is a link.</exception>
    public static SafeFileHandle OpenOrMake(string path) =>
        Open(path, ReadWriteFlag | CreateFlag, 0x180) ?? throw new DirectoryNotFoundException($"The folder of {path} is gone.");

    /// <summary>Makes one folder for its owner alone; false where the name is taken.</summary>
    public static bool TryMakeFolder(string path)
    {
        if (MakeDirectory(path, 0x1C0) == 0)
        {
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return error == FileExists ? false : throw Failure("make the folder", path, error);
    }

    /// <summary>Gives a file a second name; false where that name is taken.</summary>
    public static bool TryLink(string path, string name)
    {
        if (Link(path, name) == 0)
        {
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return error == FileExists ? false : throw Failure("make", name, error);
    }

    /// <summary>Locks the whole file for this open file, for as long as it is open; false where another open file holds it.</summary>
    public static bool TryLock(SafeFileHandle file, string path)
    {
        FileLock request = new() { Kind = WriteLock };
        if (Control(file, SetOpenFileLock, ref request) == 0)
        {
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return error is TryAgain or AccessDenied ? false : throw Failure("lock", path, error);
    }

    /// <summary>
    /// Frees the lock. Closing the file is not enough: a child between its fork and its exec has the same open file for
    /// a moment, and with it the lock.
    /// </summary>
    public static void Unlock(SafeFileHandle file, string path)
    {
        FileLock request = new() { Kind = Unlocked };
        if (Control(file, SetOpenFileLock, ref request) != 0)
        {
            throw Failure("unlock", path, Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Whether another open file holds the lock. It only asks: nobody can be kept from locking by it.</summary>
    public static bool IsLocked(SafeFileHandle file, string path)
    {
        FileLock request = new() { Kind = WriteLock };
        return Control(file, GetOpenFileLock, ref request) == 0
            ? request.Kind != Unlocked
            : throw Failure("ask for the lock of", path, Marshal.GetLastPInvokeError());
    }

    /// <summary>Makes a folder's entries durable: files made, renamed and removed in it.</summary>
    public static void SyncFolder(string path)
    {
        using SafeFileHandle folder = OpenRead(path) ?? throw new DirectoryNotFoundException($"The folder {path} is gone.");
        if (Sync(folder) != 0)
        {
            throw Failure("sync", path, Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>The kind of file system below a path, as the kernel numbers them (statfs, <c>f_type</c>).</summary>
    public static long FileSystemKind(string path)
    {
        Span<long> facts = stackalloc long[64];
        return FileSystemFacts(path, facts) == 0 ? facts[0] : throw Failure("ask for the file system of", path, Marshal.GetLastPInvokeError());
    }

    private static SafeFileHandle? Open(string path, int flags, uint mode)
    {
        int descriptor = OpenFile(path, flags | NoFollowFlag | NonBlockingFlag | CloseOnExecFlag, mode);
        if (descriptor >= 0)
        {
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }

        int error = Marshal.GetLastPInvokeError();
        return error switch
        {
            NoSuchFile => null,
            TooManyLinks => throw new IOException($"{path} is a link, which a run's folder never holds: remove it."),
            _ => throw Failure("open", path, error),
        };
    }

    private static IOException Failure(string what, string path, int error) =>
        new($"Can't {what} {path}: {Marshal.GetPInvokeErrorMessage(error)}.", error);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenFile(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdir", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string path, string name);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, ref FileLock request);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int FileSystemFacts(string path, Span<long> facts);

    /// <summary>struct flock; a start and a length of 0 mean the whole file, and the process must be 0 for locks of open files.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FileLock
    {
        public short Kind;
        public short From;
        public long Start;
        public long Length;
        public int Process;
    }
}
