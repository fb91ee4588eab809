using System.Collections.Immutable;
using System.Threading.Channels;
using AgentIde.Cli.Runner;
using AgentIde.Core.Runs;
using AgentIde.Storage;

namespace AgentIde.Cli.Bench;

/// <summary>
/// Works through a group, some runs at once. Each is a process of its own that outlives this one; stopping the group asks
/// them to leave so that they can be resumed. What has ended is graded at once and the reports are written anew.
/// </summary>
internal sealed class GroupRun : IDisposable
{
    private readonly Lock _gate = new();
    private readonly BenchGroup _group;
    private readonly SqliteRunStore _store;
    private readonly SlotRunner _runner;
    private readonly IGroupOutput _output;
    private readonly GroupLimits _limits;
    private readonly CancellationTokenSource _left = new();

    public GroupRun(BenchGroup group, SqliteRunStore store, SlotRunner runner, IGroupOutput output, GroupLimits limits)
    {
        _group = group;
        _store = store;
        _runner = runner;
        _output = output;
        _limits = limits;
        All = [.. group.State.Slots.Select(slot => new SlotStatus(slot))];
    }

    public ImmutableArray<SlotStatus> All { get; }

    /// <summary>Nothing is begun any more.</summary>
    private bool IsLeaving => _left.IsCancellationRequested;

    /// <summary>What runs the group, as a person types it: such as <c>agentide bench run</c>.</summary>
    public required string Command { get; init; }

    /// <summary>Hears of each slot whose state has changed.</summary>
    public Action<SlotStatus> Changed { get; set; } = _ => { };

    /// <summary>Until all has ended, been left, or been stopped.</summary>
    /// <param name="leaving">Asks the runs to leave, and returns once they have.</param>
    public async Task RunAsync(int parallel, CancellationToken leaving)
    {
        await ReadEndedAsync(leaving);
        using CancellationTokenSource ended = new();
        await using CancellationTokenRegistration registration = leaving.Register(_left.Cancel);
        Task stopping = StopAtLeavingAsync(ended.Token), timing = StopAtTheTimeAsync(ended.Token);
        Channel<SlotStatus> waiting = Channel.CreateUnbounded<SlotStatus>();
        foreach (SlotStatus status in All.Where(status => status.State == SlotState.Waiting))
        {
            waiting.Writer.TryWrite(status);
        }

        waiting.Writer.Complete();
        try
        {
            await Task.WhenAll(Enumerable.Range(0, parallel).Select(_ => WorkAsync(waiting.Reader)));
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(stopping, timing);
            WriteReports();
        }
    }

    public void Dispose() => _left.Dispose();

    /// <summary>What earlier times have brought to an end.</summary>
    private async Task ReadEndedAsync(CancellationToken cancellationToken)
    {
        foreach (SlotStatus status in All.Where(status => status.Run is not null))
        {
            (status.Trace, Liveness liveness) = await RunTrace.ReadAsync(_store, status.Run!.Value, cancellationToken);
            if (status.Trace.IsFinished && liveness != Liveness.Live)
            {
                await EndAsync(status, SlotState.Done);
            }
        }
    }

    private async Task WorkAsync(ChannelReader<SlotStatus> waiting)
    {
        try
        {
            while (!IsLeaving && waiting.TryRead(out SlotStatus? status))
            {
                if (TryReserve(status) is not { } limits)
                {
                    await EndAsync(status, SlotState.Left);
                    continue;
                }

                Changed(status);
                SlotState state = await _runner.RunAsync(status, limits, () => IsLeaving);
                await EndAsync(status, state);
                WriteReports();
            }
        }
        catch
        {
            // What one run can't do without, no other can either.
            await _left.CancelAsync();
            throw;
        }
    }

    /// <summary>Null where the group has no more time or money for it. One that has begun goes on by its own limits.</summary>
    private RunLimits? TryReserve(SlotStatus status)
    {
        lock (_gate)
        {
            double seconds = (_limits.Time - _group.Elapsed)?.TotalSeconds ?? double.PositiveInfinity;
            decimal? dollars = _limits.Dollars - All.Sum(other => other.Dollars);
            if (status.Run is null && (seconds < RunPlan.LeastSeconds || dollars <= 0))
            {
                return null;
            }

            status.Reserved = status.Trace.Journal.Settings?.Budget.Dollars ?? Math.Min(_limits.RunDollars ?? 0, dollars ?? decimal.MaxValue);
            status.State = SlotState.Running;
            return new RunLimits(seconds, dollars);
        }
    }

    private async Task EndAsync(SlotStatus status, SlotState state)
    {
        if (state != SlotState.Stopped)
        {
            await _output.CollectAsync(status, CancellationToken.None);
        }

        status.State = state;
        Changed(status);
    }

    private void WriteReports()
    {
        lock (_gate)
        {
            _output.Write(All);
            _group.Update(state => state);
        }
    }

    private async Task StopAtLeavingAsync(CancellationToken ended)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(ended, _left.Token);
        await DelayAsync(Timeout.InfiniteTimeSpan, either.Token);
        while (!ended.IsCancellationRequested)
        {
            // Also those that were just being begun.
            await AskAsync(new StopRequest(Command, Choose: false));
            await DelayAsync(TimeSpan.FromSeconds(1), ended);
        }
    }

    /// <summary>Ends the searches once the group's time is over: each chooses among what it has.</summary>
    private async Task StopAtTheTimeAsync(CancellationToken ended)
    {
        if (_limits.Time is { } most)
        {
            TimeSpan left = most - _group.Elapsed;
            await DelayAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, ended);
            if (!ended.IsCancellationRequested)
            {
                await AskAsync(new StopRequest($"{Command}: the group's time is over", Choose: true));
            }
        }
    }

    private async Task AskAsync(StopRequest request)
    {
        foreach (SlotStatus status in All.Where(status => status.State == SlotState.Running))
        {
            if (status.Run is { } run && !status.Trace.IsFinished)
            {
                await _store.RequestAsync(run, request, CancellationToken.None);
            }
        }
    }

    private static async Task DelayAsync(TimeSpan time, CancellationToken ended)
    {
        try
        {
            await Task.Delay(time, TimeProvider.System, ended);
        }
        catch (OperationCanceledException)
        {
            // There is nothing to wait for any more.
        }
    }
}

/// <summary>What a group may take in all; null for no limit.</summary>
/// <param name="RunDollars">What one run may spend on models.</param>
internal sealed record GroupLimits(TimeSpan? Time, decimal? Dollars, decimal? RunDollars);
