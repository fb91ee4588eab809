using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AgentIde.Core.Scaling;

/// <summary>A part of a run: what it had come to by then.</summary>
/// <param name="Amount">Nodes begun, seconds, or paths begun with all that grew from them; of the whole none is asked.</param>
public sealed record ScaleBudget(ScaleAxis Axis, double Amount)
{
    private static readonly ImmutableArray<double> Times = [15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400];

    public static ScaleBudget Whole { get; } = new(ScaleAxis.Whole, 0);

    /// <summary>Budgets to look at of runs that came so far: doubling nodes and paths, rising seconds, and the whole.</summary>
    public static IEnumerable<ScaleBudget> Of(IReadOnlyCollection<ScaledRun> runs) =>
    [
        .. Doubling(ScaleAxis.Nodes, runs.Max(run => run.Started)),
        .. Times.Where(time => time <= runs.Max(run => run.Seconds)).Select(time => new ScaleBudget(ScaleAxis.Seconds, time)),
        .. Doubling(ScaleAxis.Paths, runs.Max(PathsOf)),
        Whole,
    ];

    /// <summary>Whether a node had ended within the budget.</summary>
    internal bool Has(ScaledNode node) => Axis switch
    {
        ScaleAxis.Nodes => node.Id <= Amount,
        ScaleAxis.Seconds => node.Seconds <= Amount,
        ScaleAxis.Paths => node.Path <= Amount,
        _ => true,
    };

    /// <summary>Whether the run came as far as the budget allows: what it has there is not merely what it ended with before.</summary>
    internal bool IsReached(ScaledRun run) => Axis switch
    {
        ScaleAxis.Nodes => run.Started >= Amount,
        ScaleAxis.Seconds => run.Seconds >= Amount,
        ScaleAxis.Paths => PathsOf(run) >= Amount,
        _ => true,
    };

    /// <summary>Paths of which a node has ended.</summary>
    internal static int PathsOf(ScaledRun run) => run.Nodes.IsEmpty ? 0 : run.Nodes.Max(node => node.Path);

    private static IEnumerable<ScaleBudget> Doubling(ScaleAxis axis, int most)
    {
        for (int amount = 1; amount <= most; amount *= 2)
        {
            yield return new ScaleBudget(axis, amount);
        }
    }
}

[JsonConverter(typeof(JsonStringEnumConverter<ScaleAxis>))]
public enum ScaleAxis
{
    [JsonStringEnumMemberName("nodes")]
    Nodes,

    [JsonStringEnumMemberName("seconds")]
    Seconds,

    /// <summary>Draft trees: a draft with all that grew from it.</summary>
    [JsonStringEnumMemberName("paths")]
    Paths,

    [JsonStringEnumMemberName("whole")]
    Whole,
}
