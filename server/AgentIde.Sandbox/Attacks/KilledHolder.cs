using System.Collections.Immutable;
using System.Text;
using AgentIde.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox.Attacks;

/// <summary>
/// Kills a process of this product while it holds an execution. After the clean-up that every run begins with there must
/// be no process, no control group and no mount of it.
/// </summary>
internal static class KilledHolder
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DeathPatience = TimeSpan.FromSeconds(20);

    internal static async Task<string?> LeavesNothingAsync(Observation seen, CancellationToken cancellationToken)
    {
        (ImmutableArray<string> command, Func<CancellationToken, Task<ImmutableArray<string>>> removeLeftovers) = seen.Ground.Options.Targets.Holder!.Value;
        int holder;
        (SafeFileHandle read, SafeFileHandle write) = Descriptors.Pipe();
        using (read)
        using (SafeFileHandle nothing = Descriptors.Open("/dev/null", 0))
        {
            string[] environment = [.. from System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables() select $"{variable.Key}={variable.Value}"];
            ChildProcess child;
            using (write)
            {
                child = ChildProcess.Start([.. command, seen.Ground.ProcessName, seen.Ground.Input], environment, [nothing, write, write]);
            }

            using (child)
            {
                holder = child.Id;
                if (Said(read) is { } instead)
                {
                    return $"the process that was to hold an execution ended: {instead}";
                }

                if (seen.Ground.Survivors().Count == 0 && !seen.Ground.Options.IsElsewhere)
                {
                    return "the execution that was held can't be seen from here";
                }

                ChildProcess.Kill(child.Descriptor);
                ChildProcess.HasEnded(child.Descriptor, DeathPatience);
            }
        }

        await removeLeftovers(cancellationToken);
        for (int attempt = 0; attempt < 50 && seen.Ground.Survivors().Count > 0; attempt++)
        {
            // Killed, and not yet gone.
            Descriptors.Wait(TimeSpan.FromMilliseconds(20));
        }

        return seen.Ground.Survivors() is { Count: > 0 } survivors ? $"processes live on: {string.Join(", ", survivors)}"
            : (await removeLeftovers(cancellationToken)) is { Length: > 0 } again ? $"a second clean-up still finds something: {again[0]}"
            : Directory.Exists("/sys/fs/cgroup") && GroupOf(holder) is { } group ? $"a control group is left: {group}"
            : null;
    }

    /// <summary>Null once the holder says that the execution runs; what it says in place of that.</summary>
    private static string? Said(SafeFileHandle output)
    {
        StringBuilder said = new();
        byte[] buffer = new byte[4096];
        while (Descriptors.Wait(Patience, output)[0] && Descriptors.Read(output, buffer) is int count and > 0)
        {
            said.Append(Encoding.UTF8.GetString(buffer, 0, count));
            if (said.ToString().Split('\n').Contains(AttackSuite.Holding))
            {
                return null;
            }
        }

        return said.Length == 0 ? "without a word" : said.ToString().Trim().Split('\n')[^1];
    }

    private static string? GroupOf(int process) => Directory
        .EnumerateDirectories("/sys/fs/cgroup", $"agentide-{process}-*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint })
        .FirstOrDefault();
}
