using System.Collections.Immutable;
using System.Diagnostics;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Leftovers;
using AgentIde.Sandbox.Limits;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox;

/// <summary>
/// Removes what processes that died in the middle of an execution left: candidates, control groups, notes. What a
/// living process holds is never touched; two that clean at once don't disturb each other.
/// </summary>
public static class SandboxLeftovers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <returns>One line for each execution whose remains were removed.</returns>
    /// <exception cref="SandboxException">Something would not go.</exception>
    public static ImmutableArray<string> Remove(BubblewrapOptions options)
    {
        if (!Directory.Exists(options.StateFolder))
        {
            return [];
        }

        ExecutionSlots slots = ExecutionSlots.Open(options.StateFolder);
        using IDisposable held = slots.Lock();
        ImmutableArray<string>.Builder removed = ImmutableArray.CreateBuilder<string>();
        foreach ((string path, ExecutionNote note) in slots.Notes().Where(slot => !slot.Note.OwnerIsAlive))
        {
            int killed = 0;
            if (note.Boot == ExecutionNote.ThisBoot)
            {
                killed = Kill(note);
                foreach (string group in note.Groups)
                {
                    ControlGroupFiles.Remove(group);
                }
            }

            File.Delete(path);
            removed.Add($"execution of process {note.Owner.Id}, which is gone: {killed} processes and {note.Groups.Length} control groups");
        }

        foreach (string draft in slots.Drafts().Where(draft => ExecutionNote.TryRead(draft) is { OwnerIsAlive: false }))
        {
            File.Delete(draft);
        }

        return removed.ToImmutable();
    }

    private static int Kill(ExecutionNote note)
    {
        HashSet<int> killed = [];
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            int[] living = [.. note.Processes.Where(process => process.IsAlive).Select(process => process.Id).Union(note.Groups.SelectMany(ControlGroupFiles.Processes))];
            if (living.Length == 0)
            {
                return killed.Count;
            }

            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new SandboxException($"Processes {string.Join(", ", living)} of a dead run would not die within {Patience.TotalSeconds} s.");
            }

            foreach (int process in living)
            {
                Libc.Kill(process, Libc.SignalKill);
                killed.Add(process);
            }

            // Death takes a moment; there is no descriptor to wait on for all of them.
            Descriptors.Wait(TimeSpan.FromMilliseconds(5));
        }
    }
}
