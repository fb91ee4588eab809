using AgentIde.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox.Limits;

/// <summary>
/// The calling thread in the groups of an execution, until it is disposed on the same thread: a process that it starts
/// meanwhile begins in them, without a program before it that would join.
/// </summary>
internal sealed class ThreadInGroups : IDisposable
{
    private readonly IReadOnlyList<string> _home;

    private ThreadInGroups(IReadOnlyList<string> home) => _home = home;

    /// <summary>Null where the groups take no single thread.</summary>
    internal static ThreadInGroups? Join(IResourceGroup group)
    {
        if (group.HomeFiles.Count == 0)
        {
            return null;
        }

        ThreadInGroups joined = new(group.HomeFiles);
        try
        {
            Go(group.EntryFiles);
            return joined;
        }
        catch
        {
            joined.Dispose();
            throw;
        }
    }

    public void Dispose() => Go(_home);

    private static void Go(IReadOnlyList<string> files)
    {
        foreach (string file in files)
        {
            using SafeFileHandle tasks = Descriptors.Open(file, Libc.OpenWriteOnly);
            Descriptors.Write(tasks, "0"u8);
        }
    }
}
