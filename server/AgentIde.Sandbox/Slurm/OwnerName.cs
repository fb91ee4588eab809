using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentIde.Sandbox.Leftovers;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox.Slurm;

/// <summary>
/// Whose a folder in the shared one is: a machine, one start of it, one process, and which of its sandboxes. The folder
/// bears it as its name, so that it is never there without an owner.
/// </summary>
internal sealed record OwnerName(string Machine, string Boot, ProcessName Process, int Number)
{
    private const char Separator = '+';

    private static int _count;

    internal static OwnerName Next()
    {
        int id = Environment.ProcessId;
        return new OwnerName(Environment.MachineName, ExecutionNote.ThisBoot, new ProcessName(id, ProcessEntry.Read(id)!.StartTime), Interlocked.Increment(ref _count));
    }

    /// <summary>Whether it is known to be gone. Of another machine nobody here knows.</summary>
    internal bool IsDead => Machine == Environment.MachineName && !(Boot == ExecutionNote.ThisBoot && Process.IsAlive);

    /// <summary>What names of its jobs begin with: other people can read them, so nothing is in it but a digest.</summary>
    internal string JobPrefix => $"agentide-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToString())))[..16]}-";

    /// <summary>Null for what is no such name.</summary>
    internal static OwnerName? Parse(string text) =>
        text.Split(Separator) is [var machine, var boot, var id, var start, var number]
        && int.TryParse(id, CultureInfo.InvariantCulture, out int process) && ulong.TryParse(start, CultureInfo.InvariantCulture, out ulong time)
        && int.TryParse(number, CultureInfo.InvariantCulture, out int count)
            ? new OwnerName(machine, boot, new ProcessName(process, time), count)
            : null;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Machine}{Separator}{Boot}{Separator}{Process.Id}{Separator}{Process.StartTime}{Separator}{Number}");
}
