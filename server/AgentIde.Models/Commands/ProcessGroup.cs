using System.Diagnostics;
using System.Runtime.InteropServices;
using AgentIde.Core.Engineering;
using AgentIde.Core.PullRequests;

namespace AgentIde.Models.Commands;

/// <summary>A program as the leader of a session of its own, so that all that it starts can be ended with it.</summary>
internal static class ProcessGroup
{
    private const int SignalKill = 9;

    /// <summary>.NET starts no process groups; <c>setsid</c> of util-linux makes one and then becomes the program, under the same number.</summary>
    /// <exception cref="EngineerException">There is no <c>setsid</c>.</exception>
    public static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments, string folder)
    {
        string leader = Executables.FindOnPath("setsid")
            ?? throw new EngineerException("An engineer of your own is started by setsid, which is not on the PATH: install util-linux.");
        ProcessStartInfo start = new(leader, [program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        TokenVariables.Strip(start.Environment);
        return start;
    }

    /// <summary>Kills the leader and its group; right after the leader has ended, what is left of the group. What is gone already is no error.</summary>
    public static void Kill(Process leader)
    {
        // Killed very early, it has no group yet and is killed by itself.
        if (SendSignal(-leader.Id, SignalKill) != 0)
        {
            leader.Kill();
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
