using System.Runtime.InteropServices;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox;

/// <summary>
/// Mounts that only one thread of root's sees, and what that thread starts: folders to which the sandbox's user can't
/// walk by their own path, and memory file systems with a bound on the number of files, which bubblewrap has no word
/// for. They are gone with the last that sees them; the folder beneath them stays empty.
/// </summary>
internal sealed class Stage
{
    private const ulong NoSetUser = 2, NoDevices = 4, Bind = 0x1000, Recursive = 0x4000, Slave = 0x80000;

    private readonly string _folder;
    private int _count;

    private Stage(string folder) => _folder = folder;

    /// <summary>
    /// Parts the calling thread from the mounts of all others for the rest of its life; what is unmounted outside goes here
    /// too. Null for whom may not mount: an ordinary user, and root without the capability.
    /// </summary>
    /// <param name="folder">An empty folder that the sandbox's user can reach.</param>
    internal static Stage? TrySet(string folder)
    {
        const int newMounts = 0x20000;
        if (Libc.EffectiveUser() != 0 || Libc.Unshare(newMounts) != 0)
        {
            return null;
        }

        Descriptors.Check(Libc.Mount("none", "/", null, Recursive | Slave, null), "make the mounts a thread's own");
        Mount("none", folder, "tmpfs", 0, "mode=0755,size=64k");
        return new Stage(folder);
    }

    /// <returns>Where the folder can be reached now.</returns>
    internal string Show(string source)
    {
        string place = Place();
        Mount(source, place, null, Bind, null);
        return place;
    }

    /// <returns>Where the new, empty file system can be reached.</returns>
    /// <param name="mode">Such as <c>0700</c>.</param>
    internal string MakeFileSystem(int user, string mode, long bytes, int files)
    {
        string place = Place();
        Mount("tmpfs", place, "tmpfs", NoSetUser | NoDevices, $"uid={user},gid={user},mode={mode},size={bytes},nr_inodes={files}");
        return place;
    }

    /// <summary>Lets go of what is on it; the sandbox, which has it by now, keeps its own.</summary>
    internal void Clear()
    {
        const int detach = 2;
        Descriptors.Check(Libc.Unmount(_folder, detach), $"unmount {_folder}");
    }

    private string Place() => Directory.CreateDirectory(Path.Combine(_folder, $"{_count++}")).FullName;

    private static void Mount(string source, string target, string? type, ulong flags, string? data)
    {
        if (Libc.Mount(source, target, type, flags, data) != 0)
        {
            throw new SandboxException($"{source} can't be mounted for the sandbox: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }
}
