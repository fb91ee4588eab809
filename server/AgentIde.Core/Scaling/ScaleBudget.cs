using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AgentIde.Core.Scaling;

/// <summary>A part of a run: what it had come to by then.</summary>
/// <param name="Amount">Nodes begun, seconds, tokens or US dollars of models, or paths begun with all that grew from them; of the whole none is asked.</param>
public sealed record ScaleBudget(ScaleAxis Axis, double Amount)
{
    private static readonly ImmutableArray<double> Times = [15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400];

    private static readonly ImmutableArray<double> Steps = [1, 2, 5];

    public static ScaleBudget Whole { get; } = new(ScaleAxis.Whole, 0);

    /// <summary>Budgets to look at of runs that came so far: doubling nodes and paths, rising seconds, tokens and dollars where each run has them, and the whole.</summary>
    public static IEnumerable<ScaleBudget> Of(IReadOnlyCollection<ScaledRun> runs) =>
    [
        .. Doubling(ScaleAxis.Nodes, runs.Max(run => run.Started)),
        .. Times.Where(time => time <= runs.Max(run => run.Seconds)).Select(time => new ScaleBudget(ScaleAxis.Seconds, time)),
        .. Rising(ScaleAxis.Tokens, runs.Min(run => run.Tokens ?? 0) is > 0 ? runs.Max(run => run.Tokens!.Value) : 0),
        .. Rising(ScaleAxis.Dollars, runs.Min(run => run.Dollars ?? 0) is > 0 ? runs.Max(run => run.Dollars!.Value) : 0),
        .. Doubling(ScaleAxis.Paths, runs.Max(PathsOf)),
        Whole,
    ];

    /// <summary>Whether a node had ended within the budget.</summary>
    internal bool Has(ScaledNode node) => Axis switch
    {
        ScaleAxis.Nodes => node.Id <= Amount,
        ScaleAxis.Seconds => node.Seconds <= Amount,
        ScaleAxis.Tokens => node.Tokens <= Amount,
        ScaleAxis.Dollars => node.Dollars <= Amount,
        ScaleAxis.Paths => node.Path <= Amount,
        _ => true,
    };

    /// <summary>Whether the run came as far as the budget allows: what it has there is not merely what it ended with before.</summary>
    internal bool IsReached(ScaledRun run) => Axis switch
    {
        ScaleAxis.Nodes => run.Started >= Amount,
        ScaleAxis.Seconds => run.Seconds >= Amount,
        ScaleAxis.Tokens => run.Tokens >= Amount,
        ScaleAxis.Dollars => run.Dollars >= Amount,
        ScaleAxis.Paths => PathsOf(run) >= Amount,
        _ => true,
    };

    /// <summary>Paths of which a node has ended.</summary>
    internal static int PathsOf(ScaledRun run) => run.Nodes.IsEmpty ? 0 : run.Nodes.Max(node => node.Path);

    /// <summary>1, 2 and 5 times a power of ten, from a tenth of the most or less: the last of it is where runs differ.</summary>
    private static IEnumerable<ScaleBudget> Rising(ScaleAxis axis, double most)
    {
        if (most <= 0)
        {
            yield break;
        }

        for (int power = (int)Math.Floor(Math.Log10(most)) - 1; Math.Pow(10, power) <= most; power++)
        {
            foreach (double amount in Steps.Select(times => Math.Round(times * Math.Pow(10, power), Math.Clamp(-power, 0, 15))).Where(amount => amount > 0 && amount <= most))
            {
                yield return new ScaleBudget(axis, amount);
            }
        }
    }

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

    /// <summary>Of models, prompts and answers together.</summary>
    [JsonStringEnumMemberName("tokens")]
    Tokens,

    /// <summary>US dollars, of models.</summary>
    [JsonStringEnumMemberName("dollars")]
    Dollars,

    /// <summary>Draft trees: a draft with all that grew from it.</summary>
    [JsonStringEnumMemberName("paths")]
    Paths,

    [JsonStringEnumMemberName("whole")]
    Whole,
}
