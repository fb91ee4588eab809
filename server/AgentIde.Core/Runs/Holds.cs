namespace AgentIde.Core.Runs;

/// <summary>
/// Which nodes were let go for one step, what of nodes was given up, and the debugger that the run waits for. All of it dies with the process, as a
/// pause does; a hold dies with its debugger too, which has to say within <see cref="Watches.Lease"/> that it is there. Safe for several threads.
/// </summary>
internal sealed class Holds(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, string> _steps = [];
    private readonly Dictionary<int, string> _abandoned = [];
    private readonly Dictionary<int, Abandonment> _underWay = [];
    private (string Session, string By, DateTimeOffset Until)? _holder;

    /// <summary>The run waits because of this debugger alone.</summary>
    public void HoldFor(string session, string by)
    {
        lock (_gate)
        {
            _holder = (session, by, clock.GetUtcNow() + Watches.Lease);
        }
    }

    /// <summary>A debugger is still there.</summary>
    public void Renew(string session)
    {
        lock (_gate)
        {
            _holder = _holder is { } holder && holder.Session == session ? holder with { Until = clock.GetUtcNow() + Watches.Lease } : _holder;
        }
    }

    /// <summary>The run goes on, or a person wants it to wait.</summary>
    public void EndHold()
    {
        lock (_gate)
        {
            _holder = null;
        }
    }

    /// <summary>The name of the debugger that the run waited for and that is gone; it is told once. Null where there is none.</summary>
    public string? TakeGone()
    {
        lock (_gate)
        {
            if (_holder is not { } holder || holder.Until >= clock.GetUtcNow())
            {
                return null;
            }

            _holder = null;
            return holder.By;
        }
    }

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
