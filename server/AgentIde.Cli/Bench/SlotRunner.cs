using System.Globalization;
using AgentIde.Cli.Runner;
using AgentIde.Core.Runs;
using AgentIde.MleBench;
using AgentIde.Storage;

namespace AgentIde.Cli.Bench;

/// <summary>
/// Brings one run of a group to its end: begins it, follows one that is live, goes on with one that died. A run that
/// somebody died over between its beginning and the manifest is found again by its task, seed and engineer.
/// </summary>
/// <param name="taskOf">Makes the task of a competition where it is not there yet; its folder, absolute.</param>
/// <param name="plan">How a run of an engineer goes, but for its task, seed and what the group has left.</param>
internal sealed class SlotRunner(BenchGroup group, SqliteRunStore store, Func<string, string> taskOf, Func<string, RunPlan> plan)
{
    /// <summary>A run whose process dies more often than this is left for the next time.</summary>
    private const int MostDeaths = 3;

    /// <summary>The seeds of a competition share its task.</summary>
    private readonly Lock _making = new();

    /// <param name="limits">What a new run may take.</param>
    /// <param name="isLeaving">Whether the group is being stopped.</param>
    /// <returns>What the slot has come to.</returns>
    /// <exception cref="CommandException">Something is missing that no run of the group can do without.</exception>
    public async Task<SlotState> RunAsync(SlotStatus status, RunLimits limits, Func<bool> isLeaving)
    {
        try
        {
            RunPlan planned = Planned(status.Slot, limits);
            await FindLostAsync(status, planned);
            for (int deaths = 0; deaths <= MostDeaths && !isLeaving(); deaths++)
            {
                RunId run = await TakeUpAsync(status, planned);
                status.Trace = await RunTrace.FollowAsync(store, run, trace => status.Trace = trace, CancellationToken.None);
                if (status.Trace.IsFinished)
                {
                    return SlotState.Done;
                }

                if (RunnerFailure.Of(store, run) is { } failure)
                {
                    status.Set(group, status.Slot with { Problem = failure.Message });
                    return SlotState.Stopped;
                }
            }

            return SlotState.Stopped;
        }
        catch (BenchException problem) when (!problem.IsMissing)
        {
            status.Set(group, status.Slot with { Problem = problem.Message });
            return SlotState.Done;
        }
        catch (CommandException problem) when (status.Slot.Run is null && limits.Dollars is { } left && left < plan(status.Slot.Engineer).Spending!.Dollars && problem.ExitCode != ExitCode.Missing)
        {
            status.Set(group, status.Slot with { Problem = string.Create(CultureInfo.InvariantCulture, $"the group has ${left:0.00} left of --total-cost, and with that: {problem.Message}") });
            return SlotState.Left;
        }
        catch (CommandException problem) when (problem.ExitCode != ExitCode.Missing)
        {
            status.Set(group, status.Slot with { Problem = problem.Message });
            return status.Slot.Run is null ? SlotState.Done : SlotState.Stopped;
        }
    }

    private RunPlan Planned(GroupSlot slot, RunLimits limits)
    {
        string task;
        lock (_making)
        {
            task = taskOf(slot.Competition);
        }

        RunPlan planned = plan(slot.Engineer);
        return planned with
        {
            TaskFolder = task,
            Seed = slot.Seed,
            Seconds = Math.Min(planned.Seconds, limits.Seconds),
            Spending = limits.Dollars is { } most ? planned.Spending! with { Dollars = Math.Min(planned.Spending.Dollars ?? most, most) } : planned.Spending,
        };
    }

    /// <summary>Begins the run, goes on with it, or leaves a live one as it is.</summary>
    private async Task<RunId> TakeUpAsync(SlotStatus status, RunPlan planned)
    {
        if (status.Run is { } known)
        {
            (RunTrace trace, Liveness liveness) = await RunTrace.ReadAsync(store, known, CancellationToken.None);
            if (liveness != Liveness.Live && !trace.IsFinished)
            {
                // What it may take is in its log.
                await RunnerProcess.StartAsync(planned with { Resume = known, Spending = null }, CancellationToken.None);
            }

            return known;
        }

        status.Set(group, status.Slot with { BegunAt = TimeProvider.System.GetUtcNow(), Problem = null });
        RunId run = await RunnerProcess.StartAsync(planned, CancellationToken.None);
        status.Set(group, status.Slot with { Run = run.Value });
        return run;
    }

    private async Task FindLostAsync(SlotStatus status, RunPlan planned)
    {
        if (status.Slot is not { Run: null, BegunAt: { } from })
        {
            return;
        }

        HashSet<string> taken = [.. group.State.Slots.Select(slot => slot.Run).OfType<string>()];
        foreach (RunListing listing in await store.ListAsync(CancellationToken.None))
        {
            if (taken.Contains(listing.Run.Value) || listing.ChangedAt < from)
            {
                continue;
            }

            RunPage page = await store.ReadAsync(listing.Run, 0, 1, CancellationToken.None);
            Journal journal = Journal.Empty.Apply(page.Events);
            if (journal.Settings is { } settings && journal.StartedAt >= from && settings.Seed == planned.Seed
                && Path.GetFullPath(settings.TaskFolder, planned.Workspace) == planned.TaskFolder
                && (settings.EngineerOption ?? RunPlan.BuiltInEngineer) == planned.Engineer)
            {
                status.Set(group, status.Slot with { Run = listing.Run.Value });
                return;
            }
        }
    }
}

/// <summary>What a run that begins now may take of what its group has left.</summary>
/// <param name="Dollars">Null for no limit.</param>
internal sealed record RunLimits(double Seconds, decimal? Dollars);
