namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>Measured tasks, those prepared last kept for the other tests that look at it: in torture there are thousands.</summary>
public sealed class MeasuredTasks : IDisposable
{
    private const int Kept = 64;

    private readonly Dictionary<(string Metric, string Split, int Seed, bool Large), (MeasuredTask Task, PreparedTask Prepared)> _tasks = [];

    public void Dispose()
    {
        foreach ((MeasuredTask task, PreparedTask prepared) in _tasks.Values)
        {
            prepared.Dispose();
            task.Dispose();
        }

        _tasks.Clear();
    }

    /// <summary>The tests of a class run one by one.</summary>
    internal async Task<(MeasuredTask Task, PreparedTask Prepared)> GetAsync(string metric, string split, int seed, bool large)
    {
        if (_tasks.TryGetValue((metric, split, seed, large), out (MeasuredTask, PreparedTask) known))
        {
            return known;
        }

        if (_tasks.Count == Kept)
        {
            Dispose();
        }

        MeasuredTask task = MeasuredTask.Make(metric, split, seed, large);
        known = (task, await PreparedTask.MakeAsync(task.Builder.Path, seed));
        _tasks.Add((metric, split, seed, large), known);
        return known;
    }
}
