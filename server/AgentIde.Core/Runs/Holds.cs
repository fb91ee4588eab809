namespace AgentIde.Core.Runs;

/// <summary>Which nodes were let go for one step, and what of nodes was given up. All of it dies with the process, as a pause does. Safe for several threads.</summary>
internal sealed class Holds
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, string> _steps = [];
    private readonly Dictionary<int, string> _abandoned = [];
    private readonly Dictionary<int, Abandonment> _underWay = [];

    public void BeginStep(int node, string by)
    {
        lock (_gate)
        {
            _steps[node] = by;
        }
    }

    /// <summary>Who had let it go; null where nobody had.</summary>
    public string? EndStep(int node)
    {
        lock (_gate)
        {
            return _steps.Remove(node, out string? by) ? by : null;
        }
    }

    public void EndSteps()
    {
        lock (_gate)
        {
            _steps.Clear();
        }
    }

    /// <summary>Something is under way in a node that can be given up; disposed when it has ended.</summary>
    public Abandonment Begin(int node)
    {
        lock (_gate)
        {
            return _underWay[node] = new Abandonment(this, node);
        }
    }

    public string? AbandonedBy(int node)
    {
        lock (_gate)
        {
            return _abandoned.GetValueOrDefault(node);
        }
    }

    public async Task AbandonAsync(int node, string by)
    {
        Abandonment? underWay;
        lock (_gate)
        {
            _abandoned.TryAdd(node, by);
            underWay = _underWay.GetValueOrDefault(node);
        }

        await (underWay?.CancelAsync() ?? Task.CompletedTask);
    }

    internal void End(Abandonment abandonment)
    {
        lock (_gate)
        {
            if (_underWay.GetValueOrDefault(abandonment.Node) == abandonment)
            {
                _underWay.Remove(abandonment.Node);
            }
        }
    }
}

/// <summary>The token of something that a person can give up.</summary>
internal sealed class Abandonment(Holds holds, int node) : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public int Node => node;

    public CancellationToken Token => _source.Token;

    /// <summary>Null where nobody has given it up.</summary>
    public string? By => _source.IsCancellationRequested ? holds.AbandonedBy(node) : null;

    public async Task CancelAsync()
    {
        try
        {
            await _source.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended.
        }
    }

    public void Dispose()
    {
        holds.End(this);
        _source.Dispose();
    }
}
