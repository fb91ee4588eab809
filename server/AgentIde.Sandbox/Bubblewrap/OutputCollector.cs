using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox;

/// <summary>
/// Takes files out of a dead candidate's folder. Nothing in it is believed: no link is followed in any part of a path,
/// no other file system entered, only regular files are read, and no more of them than was asked for.
/// </summary>
internal static class OutputCollector
{
    internal static CollectedFile Collect(SafeFileHandle box, OutputFile file) =>
        Choose(file, file.Paths.Select(path => TryTake(box, file, path)).OfType<CollectedFile>());

    /// <param name="there">What was found at the file's paths, in their order: the first is taken.</param>
    internal static CollectedFile Choose(OutputFile file, IEnumerable<CollectedFile> there)
    {
        CollectedFile? taken = null;
        foreach (CollectedFile found in there)
        {
            if (taken is null)
            {
                taken = found;
            }
            else if (taken.Problem is null && !(found.Bytes is { } other && other.Span.SequenceEqual(taken.Bytes!.Value.Span)))
            {
                taken = taken with { Problem = $"{found.Path} is there too and differs: {taken.Path} was taken" };
            }
        }

        return taken ?? new CollectedFile(file.Name, null, null, null);
    }

    private static CollectedFile? TryTake(SafeFileHandle box, OutputFile file, string path)
    {
        CollectedFile Refused(string problem) => new(file.Name, path, null, problem);

        using SafeFileHandle? handle = OpenBeneath(box, path, out int error);
        if (handle is null)
        {
            return error switch
            {
                Libc.ErrorNoEntry or Libc.ErrorNotDirectory => null,
                Libc.ErrorLoop => Refused("not a regular file: a link, or reached through one"),
                Libc.ErrorNoSuchDeviceOrAddress => Refused("not a regular file"),
                _ => Refused($"can't be opened: {Marshal.GetPInvokeErrorMessage(error)}"),
            };
        }

        Libc.FileStatus status = Descriptors.Status(handle);
        if (!status.IsRegularFile)
        {
            return Refused("not a regular file");
        }

        if (status.Size > (ulong)file.MaximumBytes)
        {
            return Refused($"larger than {Size(file.MaximumBytes)}");
        }

        byte[] bytes = new byte[status.Size];
        int length = 0;
        while (length < bytes.Length && Descriptors.Read(handle, bytes.AsSpan(length)) is int count and > 0)
        {
            length += count;
        }

        return new CollectedFile(file.Name, path, bytes.AsMemory(0, length), null);
    }

    private static unsafe SafeFileHandle? OpenBeneath(SafeFileHandle box, string path, out int error)
    {
        const int flags = Libc.OpenNonBlocking | Libc.OpenNoControllingTerminal | Libc.OpenCloseOnExec;
        Libc.OpenHow how = new()
        {
            Flags = flags,
            Resolve = Libc.ResolveBeneath | Libc.ResolveNoSymlinks | Libc.ResolveNoMagicLinks | Libc.ResolveNoMountCrossing,
        };
        int descriptor;
        fixed (byte* start = Encoding.UTF8.GetBytes(path + '\0'))
        {
            descriptor = Libc.OpenAt2(box.Number(), start, &how);
        }

        error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true)
            : error == Libc.ErrorNotImplemented ? OpenByParts(box, path, out error)
            : null;
    }

    /// <summary>The same for kernels without openat2: each part by itself, never through a link, on one file system.</summary>
    internal static SafeFileHandle? OpenByParts(SafeFileHandle box, string path, out int error)
    {
        (uint, uint) device = Device(box);
        SafeFileHandle folder = box;
        error = 0;
        string[] parts = path.Split('/');
        try
        {
            for (int index = 0; index < parts.Length; index++)
            {
                bool isLast = index == parts.Length - 1;
                if (parts[index] is "" or "." or "..")
                {
                    error = Libc.ErrorLoop;
                    return null;
                }

                int flags = Libc.OpenCloseOnExec | Libc.OpenNoFollow
                    | (isLast ? Libc.OpenNonBlocking | Libc.OpenNoControllingTerminal : Libc.OpenPathOnly);
                int descriptor = Libc.OpenAt(folder.Number(), parts[index], flags, 0);
                if (descriptor < 0)
                {
                    error = Marshal.GetLastPInvokeError();
                    return null;
                }

                SafeFileHandle next = new(descriptor, ownsHandle: true);
                if (!ReferenceEquals(folder, box))
                {
                    folder.Dispose();
                }

                folder = next;
                if (Device(folder) != device || (!isLast && !Descriptors.Status(folder).IsDirectory))
                {
                    // A link in the middle opens as itself, which is no folder.
                    error = Libc.ErrorLoop;
                    return null;
                }
            }

            SafeFileHandle found = folder;
            folder = box;
            return found;
        }
        finally
        {
            if (!ReferenceEquals(folder, box))
            {
                folder.Dispose();
            }
        }
    }

    private static (uint, uint) Device(SafeFileHandle handle)
    {
        Libc.FileStatus status = Descriptors.Status(handle);
        return (status.DeviceMajor, status.DeviceMinor);
    }

    internal static string Size(long bytes) => bytes >= 1 << 20 && bytes % (1 << 20) == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes");
}
