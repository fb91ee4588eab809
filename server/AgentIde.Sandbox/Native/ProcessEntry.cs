using System.Globalization;

namespace AgentIde.Sandbox.Native;

/// <summary>One line of <c>/proc/PID/stat</c>.</summary>
/// <param name="StartTime">In clock ticks after boot: with the number it names a process for as long as the machine runs.</param>
/// <param name="CpuTicks">Used by it and by those of its children that it has waited for, in clock ticks.</param>
/// <param name="ExitStatus">A wait status; true only while <paramref name="State"/> is <c>Z</c>, else 0.</param>
internal sealed record ProcessEntry(int Id, string Name, char State, int Parent, ulong StartTime, long CpuTicks, int ExitStatus)
{
    // What the kernel shows to programs on every architecture that there is a build for.
    private const double TicksPerSecond = 100;

    /// <summary>Null where there is no such process.</summary>
    internal static ProcessEntry? Read(int process)
    {
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{process}/stat");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The name may hold spaces and brackets; the last bracket ends it.
        int open = text.IndexOf('(', StringComparison.Ordinal), close = text.LastIndexOf(')');
        if (close < 0)
        {
            return null;
        }

        string[] fields = text[(close + 2)..].TrimEnd().Split(' ');
        return new ProcessEntry(
            process,
            text[(open + 1)..close],
            fields[0][0],
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            ulong.Parse(fields[19], CultureInfo.InvariantCulture),
            fields[11..15].Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)),
            int.Parse(fields[49], CultureInfo.InvariantCulture));
    }

    internal static IEnumerable<ProcessEntry> All() =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where char.IsAsciiDigit(name[0])
        let entry = Read(int.Parse(name, CultureInfo.InvariantCulture))
        where entry is not null
        select entry;

    internal static IReadOnlyList<int> ChildrenOf(int process)
    {
        // One small read where the kernel offers it, one pass over all processes where it does not.
        try
        {
            string children = File.ReadAllText($"/proc/{process}/task/{process}/children");
            return [.. children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        }
        catch (FileNotFoundException) when (Directory.Exists($"/proc/{process}"))
        {
            return [.. All().Where(entry => entry.Parent == process).Select(entry => entry.Id)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>What the process, all below it and those of them that were waited for have used, to a clock tick each.</summary>
    internal static double CpuSecondsFrom(int process) =>
        new[] { process }.Concat(TreeBelow(process)).Select(Read).OfType<ProcessEntry>().Sum(entry => entry.CpuTicks) / TicksPerSecond;

    internal static IEnumerable<int> TreeBelow(int process)
    {
        foreach (int child in ChildrenOf(process))
        {
            yield return child;
            foreach (int grandchild in TreeBelow(child))
            {
                yield return grandchild;
            }
        }
    }
}
