using AgentIde.Tasks.Tests.Holdouts;

[assembly: AssemblyFixture(typeof(PreparedTasks))]

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>The shipped tasks, each prepared once for all tests that only look.</summary>
public sealed class PreparedTasks : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, PreparedTask> _tasks = [];

    public void Dispose()
    {
        foreach (PreparedTask task in _tasks.Values)
        {
            task.Dispose();
        }

        _gate.Dispose();
    }

    internal async Task<PreparedTask> GetAsync(string name)
    {
        await _gate.WaitAsync();
        try
        {
            if (!_tasks.TryGetValue(name, out PreparedTask? task))
            {
                _tasks.Add(name, task = await PreparedTask.MakeAsync(Path.Combine(Repository.Root, "tasks", name)));
            }

            return task;
        }
        finally
        {
            _gate.Release();
        }
    }
}
