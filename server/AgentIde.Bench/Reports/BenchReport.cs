using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.MleBench.Registry;

namespace AgentIde.Bench.Reports;

/// <summary>What <c>bench report</c> says, in each of its forms.</summary>
/// <param name="Agents">Those that the report is of.</param>
/// <param name="Against">Those that they are set beside, competition by competition.</param>
/// <param name="Published">What others have published, with source and date.</param>
public sealed record BenchReport(DateTimeOffset MadeAt, ImmutableArray<AgentResult> Agents, ImmutableArray<AgentResult> Against, ImmutableArray<PublishedAgent> Published)
{
    /// <summary>The fewest seeds of which MLE-bench publishes a number.</summary>
    public const int LeastSeeds = 3;

    /// <summary>One document; numbers that JSON does not have are texts.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, BenchReportJson.Default.BenchReport);

    /// <summary>What a reader has to know of the numbers of a split; empty for nothing.</summary>
    internal static IEnumerable<string> Caveats(AgentResult agent)
    {
        foreach (SplitResult split in agent.Splits)
        {
            if (split.IsPadded)
            {
                yield return $"{split.Split}: {split.Reported} of {split.Competitions} competitions have a report; the others count as runs without a submission, as MLE-bench's aggregation does with --pad-missing.";
            }

            if (split.Seeds < LeastSeeds)
            {
                yield return $"{split.Split}: {split.Seeds} {(split.Seeds == 1 ? "seed" : "seeds")}; MLE-bench asks for {LeastSeeds} at least.";
            }
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(BenchReport))]
internal sealed partial class BenchReportJson : JsonSerializerContext;
