using System.Globalization;
using System.Runtime.InteropServices;
using AgentIde.Sandbox.Leftovers;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox.Docker;

/// <summary>
/// Who started a container. An engine may be shared by processes that can't see each other (its socket is shown to
/// containers, or to another machine): a number says something only in the same namespace of the same start of a machine.
/// </summary>
/// <param name="Boot">The kernel's id of this start of the machine.</param>
/// <param name="Namespace">The namespace of processes in which the number holds: <c>pid:[4026531836]</c>.</param>
internal sealed record ContainerOwner(string Boot, string Namespace, ProcessName Process)
{
    private static readonly string ThisNamespace = new FileInfo("/proc/self/ns/pid").LinkTarget ?? "unknown";

    /// <summary>Whether the owner lives; null where that can't be known from here.</summary>
    internal bool? IsAlive
    {
        get
        {
            const int noSuchProcess = 3;
            if (Boot != ExecutionNote.ThisBoot || Namespace != ThisNamespace)
            {
                return null;
            }

            // Where others' processes are hidden from this user, one that can't be read may be there all the same.
            return ProcessEntry.Read(Process.Id) is not null ? Process.IsAlive
                : Libc.Kill(Process.Id, 0) != 0 && Marshal.GetLastPInvokeError() == noSuchProcess ? false
                : null;
        }
    }

    internal static ContainerOwner OfThisProcess()
    {
        int id = Environment.ProcessId;
        return new ContainerOwner(ExecutionNote.ThisBoot, ThisNamespace, new ProcessName(id, ProcessEntry.Read(id)!.StartTime));
    }

    /// <summary>Null for what is none.</summary>
    internal static ContainerOwner? TryParse(string text) =>
        text.Split('/') is [var boot, var space, var process, var started]
        && int.TryParse(process, CultureInfo.InvariantCulture, out int id) && ulong.TryParse(started, CultureInfo.InvariantCulture, out ulong start)
            ? new ContainerOwner(boot, space, new ProcessName(id, start))
            : null;

    /// <summary>In one word, for a label.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Boot}/{Namespace}/{Process.Id}/{Process.StartTime}");
}
