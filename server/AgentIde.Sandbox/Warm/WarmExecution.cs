using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Warm;

/// <summary>One copy of a zygote, from the request to its end. Waited for by the execution's own thread.</summary>
internal sealed class WarmExecution(int number, Action<WarmExecution> forget) : IDisposable
{
    private readonly ManualResetEventSlim _started = new();
    private readonly ManualResetEventSlim _ended = new();
    private BoxEnd? _end;

    internal int Number => number;

    /// <summary>Inside the zygote's namespace; set once it has started.</summary>
    internal int Process { get; private set; }

    internal int Keeper { get; private set; }

    internal bool AwaitStart(TimeSpan patience) => _started.Wait(patience) && Process > 0;

    /// <summary>Null where it has not ended within that time.</summary>
    /// <exception cref="SandboxException">The zygote died, and this copy with it.</exception>
    internal BoxEnd? AwaitEnd(TimeSpan patience) =>
        !_ended.Wait(patience) ? null : _end ?? throw new SandboxException("The warm Python died in the middle of an execution: run again, or with --cold.");

    internal void HasStarted(int process, int keeper)
    {
        Process = process;
        Keeper = keeper;
        _started.Set();
    }

    internal void HasEnded(BoxEnd end)
    {
        _end = end;
        _started.Set();
        _ended.Set();
    }

    internal void IsLost()
    {
        _started.Set();
        _ended.Set();
    }

    /// <summary>The zygote's thread may still tell of the end; events without a wait handle hold nothing.</summary>
    public void Dispose() => forget(this);
}
