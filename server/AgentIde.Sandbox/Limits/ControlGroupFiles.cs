using System.Globalization;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Limits;

/// <summary>Reads and writes the small files of control groups, of both versions.</summary>
internal static class ControlGroupFiles
{
    internal static IReadOnlyList<(string Type, string Folder, string[] Options)> Mounts() =>
    [
        .. from line in File.ReadLines("/proc/mounts")
           let fields = line.Split(' ')
           where fields[2] is "cgroup" or "cgroup2"
           select (fields[2], fields[1], fields[3].Split(',')),
    ];

    /// <summary>This process's own group below a mount, or the mount itself where that isn't visible here.</summary>
    internal static string OwnFolder(string mount, string controller)
    {
        foreach (string line in File.ReadLines("/proc/self/cgroup"))
        {
            string[] fields = line.Split(':', 3);
            if (fields[1].Split(',').Contains(controller))
            {
                string folder = mount + fields[2].TrimEnd('/');
                return Directory.Exists(folder) ? folder : mount;
            }
        }

        return mount;
    }

    internal static void Set(string folder, string file, long value) =>
        File.WriteAllText(Path.Combine(folder, file), value.ToString(CultureInfo.InvariantCulture));

    internal static long Number(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path) ? long.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>The value of a <c>key value</c> line; 0 where it isn't there or the group is gone.</summary>
    internal static int Counter(string folder, string file, string key)
    {
        try
        {
            string? line = File.ReadLines(Path.Combine(folder, file)).FirstOrDefault(line => line.StartsWith(key + " ", StringComparison.Ordinal));
            return line is null ? 0 : int.Parse(line.AsSpan(key.Length + 1), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    internal static IReadOnlyList<int> Processes(string folder)
    {
        try
        {
            return [.. File.ReadLines(Path.Combine(folder, "cgroup.procs")).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>Removes a group whose processes are dead. One that is gone is no error.</summary>
    /// <exception cref="SandboxException">A process in it would not die.</exception>
    internal static void Remove(string folder)
    {
        for (int attempt = 0; Directory.Exists(folder); attempt++)
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (IOException exception) when (attempt >= 600)
            {
                throw new SandboxException($"The control group {folder} can't be removed: {Processes(folder).Count} processes in it would not die within 5 s.", exception);
            }
            catch (IOException)
            {
                // The last process is dead for its parent a moment before it is for its group.
                Native.Descriptors.Wait(TimeSpan.FromMilliseconds(attempt < 100 ? 1 : 10));
            }
        }
    }
}
