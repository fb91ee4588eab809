using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox.Leftovers;

/// <summary>A process by its number and the moment it started: never another one, until the machine starts anew.</summary>
internal sealed record ProcessName(int Id, ulong StartTime)
{
    internal bool IsAlive => ProcessEntry.Read(Id) is { State: not ('Z' or 'X') } entry && entry.StartTime == StartTime;
}

/// <param name="Boot">The kernel's id of this start of the machine; of another start, everything named is gone.</param>
/// <param name="Groups">Folders of control groups.</param>
/// <param name="Processes">Those whose death brings the death of the rest.</param>
internal sealed record ExecutionNote(string Boot, ProcessName Owner, ImmutableArray<string> Groups, ImmutableArray<ProcessName> Processes)
{
    internal static string ThisBoot { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    internal bool OwnerIsAlive => Boot == ThisBoot && Owner.IsAlive;

    internal static ExecutionNote OfThisProcess()
    {
        int id = Environment.ProcessId;
        return new ExecutionNote(ThisBoot, new ProcessName(id, ProcessEntry.Read(id)!.StartTime), [], []);
    }

    /// <summary>Null where there is none. A reader never sees half of one.</summary>
    internal static ExecutionNote? TryRead(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        ExecutionNote note = new("", new ProcessName(0, 0), [], []);
        try
        {
            foreach (string line in File.ReadLines(path))
            {
                int space = line.IndexOf(' ', StringComparison.Ordinal);
                string value = line[(space + 1)..];
                note = line[..space] switch
                {
                    "boot" => note with { Boot = value },
                    "owner" => note with { Owner = Process(value) },
                    "group" => note with { Groups = note.Groups.Add(value) },
                    "process" => note with { Processes = note.Processes.Add(Process(value)) },
                    _ => note,
                };
            }
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        return note;
    }

    internal void Write(string path)
    {
        string draft = $"{path}.new";
        File.WriteAllLines(
            draft,
            [
                $"boot {Boot}",
                $"owner {Text(Owner)}",
                .. Groups.Select(group => $"group {group}"),
                .. Processes.Select(process => $"process {Text(process)}"),
            ]);
        File.Move(draft, path, overwrite: true);
    }

    private static string Text(ProcessName process) => string.Create(CultureInfo.InvariantCulture, $"{process.Id} {process.StartTime}");

    private static ProcessName Process(string text)
    {
        string[] fields = text.Split(' ');
        return new ProcessName(int.Parse(fields[0], CultureInfo.InvariantCulture), ulong.Parse(fields[1], CultureInfo.InvariantCulture));
    }
}
