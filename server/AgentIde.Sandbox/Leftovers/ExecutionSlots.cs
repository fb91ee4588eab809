using System.Globalization;
using System.Runtime.InteropServices;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox.Leftovers;

/// <summary>
/// One note on disk for each running execution of this machine and user, in a folder that only this user may write.
/// The number of the note also chooses the user id under which root runs the candidate, so two candidates are never
/// the same user. A note appears whole or not at all; it is removed after everything that it names is gone.
/// </summary>
internal sealed class ExecutionSlots
{
    // Between what systemd gives to people and what it gives to services: nobody's.
    private const int FirstUser = 60800;
    private const int Count = 384;

    private readonly string _folder;

    private ExecutionSlots(string folder) => _folder = folder;

    /// <summary>An empty folder on which a private mount may hide other folders' places from the sandbox's user.</summary>
    internal string StageFolder => Path.Combine(_folder, "stage");

    /// <exception cref="SandboxException">The folder can't be made, or belongs to someone else.</exception>
    internal static ExecutionSlots Open(string folder)
    {
        const UnixFileMode everyone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        bool isRoot = Libc.EffectiveUser() == 0;
        try
        {
            // Root's is passable: the sandbox's user goes through it to the stage.
            Directory.CreateDirectory(folder, isRoot ? everyone : owner);
            using var handle = Descriptors.Open(folder, Libc.OpenPathOnly | Libc.OpenDirectory | Libc.OpenNoFollow);
            Libc.FileStatus status = Descriptors.Status(handle);
            const int writableByOthers = 0x12;
            if (status.User != Libc.EffectiveUser() || (status.Mode & writableByOthers) != 0)
            {
                throw new SandboxException($"{folder} belongs to another user or is writable for others: remove it.");
            }

            ExecutionSlots slots = new(folder);
            if (isRoot)
            {
                Directory.CreateDirectory(slots.StageFolder, everyone);
            }

            return slots;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            throw new SandboxException($"{folder}, where running executions are noted, can't be used: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Keeps other processes from claiming and cleaning until it is disposed. Without it, one that removes a dead
    /// owner's note could remove the note that a living one has just put in its place.
    /// </summary>
    internal IDisposable Lock()
    {
        const int exclusive = 2, interrupted = 4;
        SafeFileHandle folder = Descriptors.Open(_folder, Libc.OpenDirectory | Libc.OpenNoFollow);
        while (Libc.LockFile(folder, exclusive) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != interrupted)
            {
                folder.Dispose();
                throw new SandboxException($"{_folder} can't be locked: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }

        return folder;
    }

    internal ExecutionSlot Claim()
    {
        using IDisposable held = Lock();
        HashSet<int> taken = [.. KnownUsers()];
        string draft = Path.Combine(_folder, $"draft-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}");
        ExecutionNote note = ExecutionNote.OfThisProcess();
        note.Write(draft);
        for (int number = 0; number < Count; number++)
        {
            string path = PathOf(number);
            if (File.Exists(path) || taken.Contains(FirstUser + number))
            {
                continue;
            }

            try
            {
                // A hard link and an unlink: of two that claim a number, one fails.
                File.Move(draft, path, overwrite: false);
                return new ExecutionSlot(path, FirstUser + number, note);
            }
            catch (IOException) when (File.Exists(path))
            {
            }
        }

        File.Delete(draft);
        throw new SandboxException($"{Count} executions are noted in {_folder}: remove what dead runs left with agentide doctor --clean.");
    }

    internal IEnumerable<(string Path, ExecutionNote Note)> Notes()
    {
        for (int number = 0; number < Count; number++)
        {
            if (ExecutionNote.TryRead(PathOf(number)) is { } note)
            {
                yield return (PathOf(number), note);
            }
        }
    }

    internal IEnumerable<string> Drafts() => Directory.EnumerateFiles(_folder, "draft-*");

    private string PathOf(int number) => Path.Combine(_folder, $"execution-{number.ToString(CultureInfo.InvariantCulture)}");

    private static IEnumerable<int> KnownUsers() =>
        from line in File.Exists("/etc/passwd") ? File.ReadLines("/etc/passwd") : []
        let fields = line.Split(':')
        where fields.Length > 2 && int.TryParse(fields[2], CultureInfo.InvariantCulture, out _)
        select int.Parse(fields[2], CultureInfo.InvariantCulture);
}
