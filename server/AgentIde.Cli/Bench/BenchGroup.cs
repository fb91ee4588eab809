using System.Text.Json;

namespace AgentIde.Cli.Bench;

/// <summary>
/// A group of runs as a folder, owned by one process at a time. Its manifest is written aside and renamed before anything
/// acts on it, so that whoever comes after a death finds it as it was.
/// </summary>
internal sealed class BenchGroup : IDisposable
{
    private const string Manifest = "group.json";
    private const string LockFile = "group.lock";

    private readonly Lock _gate = new();
    private readonly FileStream _lock;
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private readonly double _before;
    private GroupState _state;

    private BenchGroup(string folder, FileStream @lock, GroupState state)
    {
        Folder = folder;
        _lock = @lock;
        _state = state;
        _before = state.Elapsed;
    }

    /// <summary>Absolute.</summary>
    public string Folder { get; }

    public GroupState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    public TimeSpan Elapsed => TimeSpan.FromSeconds(_before) + TimeProvider.System.GetElapsedTime(_began);

    /// <summary>Begins a group, or takes one up that is there.</summary>
    /// <exception cref="CommandException">Another process runs it, it is another group than is asked for, or its manifest is broken.</exception>
    public static BenchGroup Open(string folder, GroupPlan plan)
    {
        Directory.CreateDirectory(folder);
        FileStream owned;
        try
        {
            owned = new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem)
        {
            throw new CommandException(ExitCode.Failed, $"Somebody runs the group {folder} already: wait for its end, or stop that process.", problem);
        }

        try
        {
            BenchGroup group = new(folder, owned, Read(folder, plan) ?? GroupState.New(plan, TimeProvider.System.GetUtcNow()));
            group.Update(state => state);
            return group;
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    /// <summary>A group as it is by now, for whoever reads alone; null where the folder has none.</summary>
    /// <exception cref="CommandException">Its manifest is broken.</exception>
    public static GroupState? Read(string folder)
    {
        string path = Path.Combine(folder, Manifest);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), GroupJson.Default.GroupState) ?? throw new JsonException("null") : null;
        }
        catch (JsonException problem)
        {
            throw new CommandException(ExitCode.BadUsage, $"{path} is broken ({problem.Message}): name another folder.", problem);
        }
    }

    /// <summary>Durable once this returns.</summary>
    public void Update(Func<GroupState, GroupState> change)
    {
        lock (_gate)
        {
            _state = change(_state) with { Elapsed = Math.Round(Elapsed.TotalSeconds, 1) };
            string path = Path.Combine(Folder, Manifest), aside = path + ".new";
            using (FileStream stream = new(aside, FileMode.Create, FileAccess.Write))
            {
                JsonSerializer.Serialize(stream, _state, GroupJson.Default.GroupState);
                stream.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: true);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static GroupState? Read(string folder, GroupPlan plan)
    {
        if (Read(folder) is not { } state)
        {
            return null;
        }

        return Difference(state.Plan, plan) is not { } difference ? state
            : throw new CommandException(ExitCode.BadUsage, $"{folder} is another group: {difference}. Ask for what it is, or name another folder with --group.");
    }

    /// <summary>The first thing in which two plans differ; null for none.</summary>
    private static string? Difference(GroupPlan there, GroupPlan asked)
    {
        using JsonDocument one = JsonSerializer.SerializeToDocument(there, GroupJson.Default.GroupPlan), other = JsonSerializer.SerializeToDocument(asked, GroupJson.Default.GroupPlan);
        return one.RootElement.EnumerateObject()
            .Where(property => !JsonElement.DeepEquals(property.Value, other.RootElement.GetProperty(property.Name)))
            .Select(property => $"its {property.Name} is {property.Value.GetRawText()}, not {other.RootElement.GetProperty(property.Name).GetRawText()}")
            .FirstOrDefault();
    }
}
