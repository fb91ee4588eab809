using System.Runtime.InteropServices;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox;

/// <summary>Looks at folders that are shown to candidates.</summary>
internal static class InputFolder
{
    /// <summary>Opens it without following a link in its last part. The handle tells later whether the sandbox shows this very folder.</summary>
    /// <param name="forAnotherUser">Whether candidates are somebody else than this user even where this is not root.</param>
    /// <exception cref="SandboxException">It is no folder, or candidates could not read it.</exception>
    internal static SafeFileHandle Open(string path, bool forAnotherUser = false)
    {
        if (!Path.IsPathFullyQualified(path))
        {
            throw new SandboxException($"The input folder must be an absolute path: {path}");
        }

        SafeFileHandle? handle = Descriptors.TryOpen(path, Libc.OpenPathOnly | Libc.OpenDirectory | Libc.OpenNoFollow);
        if (handle is null)
        {
            string reason = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
            throw new SandboxException(new DirectoryInfo(path).LinkTarget is not null
                ? $"The input folder {path} is a link: name the folder itself."
                : $"The input folder {path} can't be opened: {reason}");
        }

        const int readableByOthers = 5;
        if ((forAnotherUser || Libc.EffectiveUser() == 0) && (Descriptors.Status(handle).Mode & readableByOthers) != readableByOthers)
        {
            handle.Dispose();
            throw new SandboxException($"Candidates run as another user here, who can't read the input folder: chmod -R o+rX {path}");
        }

        return handle;
    }

    /// <summary>Whether another user can walk to it. If not, root shows it to the sandbox at a place of its own.</summary>
    internal static bool IsReachableByOthers(string path)
    {
        for (DirectoryInfo? folder = new DirectoryInfo(path).Parent; folder is not null; folder = folder.Parent)
        {
            if ((folder.UnixFileMode & UnixFileMode.OtherExecute) == 0)
            {
                return false;
            }
        }

        return true;
    }
}
