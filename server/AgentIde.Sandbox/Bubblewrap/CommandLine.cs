using System.Globalization;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Leftovers;
using AgentIde.Sandbox.Limits;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox;

/// <summary>
/// Everything in front of the candidate. Root becomes an unused user before bubblewrap starts: to the kernel a process
/// of root stays root inside whatever the user namespace says, and could write the kernel's settings.
/// </summary>
internal static class CommandLine
{
    internal static readonly IReadOnlyList<string> Environment = ["PATH=/usr/bin:/bin:/usr/sbin:/sbin"];

    private const string JoinGroups =
        "while [ \"$1\" != -- ]; do echo 0 > \"$1\" || exit 125; shift; done; shift; exec \"$@\"";

    internal static IReadOnlyList<string> Write(
        string bubblewrap, IResourceGroup group, ExecutionSlot slot, IReadOnlyList<string> program)
    {
        List<string> command = [];
        bool isRoot = Libc.EffectiveUser() == 0;
        if (group.EntryFiles.Count > 0 && group.HomeFiles.Count == 0)
        {
            command.AddRange(["/bin/sh", "-c", JoinGroups, "sh", .. group.EntryFiles, "--"]);
        }

        command.AddRange(group.CommandPrefix);
        if (isRoot)
        {
            string user = Text(slot.User);
            command.AddRange(["/usr/bin/setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--inh-caps=-all", "--no-new-privs", "--"]);
        }

        command.AddRange([bubblewrap, "--args", Text(Profile.Arguments), "--", .. program]);
        return command;
    }

    /// <summary>The program behind a shell that sets its limits and keeps its end.</summary>
    internal static IReadOnlyList<string> Kept(ExecutionLimits limits, IResourceLimits resources, IReadOnlyList<string> program) =>
        [Profile.Shell, "-c", RlimitsScript(limits, resources.ProcessesByRlimit) + Profile.KeeperScript, "sh", .. program];

    /// <summary>
    /// Soft and hard limits, set by the keeper before the candidate is. Inside, the kernel counts the processes of this
    /// user namespace alone; the keeper and the candidate's parent are two of them. The data limit stands above the
    /// watched one: it only bounds what one process can take between two looks. Where a limit is stricter already, it stays.
    /// </summary>
    private static string RlimitsScript(ExecutionLimits limits, bool processesByRlimit)
    {
        string blocks = Text((limits.DiskBytes + 511) / 512);
        string script = $"ulimit -c 0; ulimit -n 1024 2>/dev/null; ulimit -f {blocks} 2>/dev/null; ";
        string processes = Text(limits.Processes + 2), data = Text((limits.MemoryBytes + (limits.MemoryBytes / 2)) >> 10);
        return processesByRlimit
            ? script + $"ulimit -u {processes} 2>/dev/null || ulimit -p {processes} 2>/dev/null; ulimit -d {data} 2>/dev/null; "
            : script;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
