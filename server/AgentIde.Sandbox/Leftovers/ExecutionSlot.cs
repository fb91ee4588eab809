using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox.Leftovers;

/// <summary>The note of one execution that this process runs. Disposed after everything that it names is gone.</summary>
internal sealed class ExecutionSlot(string path, int user, ExecutionNote note) : IDisposable
{
    private static int _count;

    private ExecutionNote _note = note;

    /// <summary>The user under which root runs the candidate.</summary>
    internal int User { get; } = user;

    /// <summary>Names control groups: unique among the living and the dead of this boot, wherever their notes are kept.</summary>
    internal string Name { get; } = $"agentide-{note.Owner.Id}-{note.Owner.StartTime}-{Interlocked.Increment(ref _count)}";

    internal void Record(IEnumerable<string> groups)
    {
        _note = _note with { Groups = [.. groups] };
        _note.Write(path);
    }

    internal void Record(IEnumerable<int> processes)
    {
        _note = _note with
        {
            Processes = [.. from id in processes let entry = ProcessEntry.Read(id) where entry is not null select new ProcessName(id, entry.StartTime)],
        };
        _note.Write(path);
    }

    public void Dispose()
    {
        // What hangs in the kernel stays noted, for a later clean-up.
        if (!_note.Processes.Any(process => process.IsAlive) && !_note.Groups.Any(Directory.Exists))
        {
            File.Delete(path);
        }
    }
}
