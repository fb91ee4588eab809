using AgentIde.Core.Runs;
using AgentIde.Bench.Reports;

namespace AgentIde.Cli.Bench;

/// <summary>What is known of one run of a group by now. Written by whoever works on it, read by the view.</summary>
internal sealed class SlotStatus(GroupSlot slot)
{
    private volatile RunTrace _trace = RunTrace.Empty;
    private volatile GradedSubmission? _graded;

    public GroupSlot Slot { get; private set; } = slot;

    public SlotState State { get; set; }

    public RunTrace Trace
    {
        get => _trace;
        set => _trace = value;
    }

    /// <summary>Null before its submission was graded.</summary>
    public GradedSubmission? Graded
    {
        get => _graded;
        set => _graded = value;
    }

    /// <summary>What the run may spend on models, while nobody knows what it has.</summary>
    public decimal Reserved { get; set; }

    /// <summary>Dollars, what is under way at its most.</summary>
    public decimal Dollars => State == SlotState.Running ? Math.Max(Reserved, Trace.Journal.Spending.Total.Dollars) : Trace.Journal.Spending.Total.Dollars;

    /// <summary>Writes it down, then shows it.</summary>
    public void Set(BenchGroup group, GroupSlot slot)
    {
        group.Update(state => state.With(slot));
        Slot = slot;
    }

    public RunId? Run => Slot.Run is { } name ? RunId.Parse(name) : null;
}

internal enum SlotState
{
    Waiting,
    Running,

    /// <summary>Its run has ended, or there can be none.</summary>
    Done,

    /// <summary>Something stopped it; the next time goes on with it.</summary>
    Stopped,

    /// <summary>The group's time or money was spent before it could begin.</summary>
    Left,
}
