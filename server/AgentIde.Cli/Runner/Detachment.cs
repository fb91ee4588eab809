using System.Runtime.InteropServices;

namespace AgentIde.Cli.Runner;

/// <summary>Cuts a process loose from the terminal and the process group of whoever started it.</summary>
internal static partial class Detachment
{
    public static void Detach()
    {
        _ = SetSid(); // Fails only for the leader of a process group, which is detached already.
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);
    }

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetSid();
}
