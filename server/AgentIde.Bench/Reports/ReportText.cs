using System.Globalization;
using AgentIde.Core.Scaling;
using AgentIde.MleBench.Registry;

namespace AgentIde.Bench.Reports;

/// <summary>Numbers and words that all forms of a report share.</summary>
internal static class ReportText
{
    public const string None = "–";

    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    /// <summary><c>16.9 ± 1.1</c>.</summary>
    public static string Percent(Mean mean) => mean.StandardError is { } error ? string.Create(Plain, $"{mean.Value:0.0} ± {error:0.0}") : Percent(mean.Value);

    public static string Percent(double? value) => value is { } number ? number.ToString("0.0", Plain) : None;

    public static string Published(PublishedAgent agent) =>
        agent is { All: { } all, AllError: { } error } ? string.Create(Plain, $"{all:0.0} ± {error:0.0}") : Percent(agent.All);

    public static string Score(double? score) => score is { } number ? number.ToString("0.#####", Plain) : None;

    /// <summary>A competition's mean, with its standard error where there are several runs.</summary>
    public static string Score(Mean? mean) => mean is null ? None
        : mean.StandardError is { } error ? string.Create(Plain, $"{mean.Value:0.#####} ± {error:0.#####}")
        : Score(mean.Value);

    public static string Time(double? seconds) => seconds switch
    {
        null => None,
        < 60 => string.Create(Plain, $"{seconds:0} s"),
        < 3_600 => string.Create(Plain, $"{seconds / 60:0.#} min"),
        _ => string.Create(Plain, $"{seconds / 3_600:0.#} h"),
    };

    public static string Dollars(decimal? dollars) => dollars is { } amount ? string.Create(Plain, $"${amount:0.00##}") : None;

    /// <summary><c>2 gold, 1 bronze of 3</c>.</summary>
    public static string Medals(CompetitionResult competition)
    {
        (int Count, string Name)[] kinds =
        [
            (competition.Runs.Count(run => run.Report.GoldMedal), "gold"),
            (competition.Runs.Count(run => run.Report.SilverMedal), "silver"),
            (competition.Runs.Count(run => run.Report.BronzeMedal), "bronze"),
        ];
        string won = string.Join(", ", kinds.Where(kind => kind.Count > 0).Select(kind => $"{kind.Count} {kind.Name}"));
        return $"{(won.Length > 0 ? won : "none")} of {competition.Runs.Length}";
    }

    public static string SplitName(string split) => split == "low" ? "low (Lite)" : split;

    /// <summary>Of the split whose number says most: one that is complete before one that is not, and the largest.</summary>
    public static SplitResult? Headline(AgentResult agent) =>
        agent.Splits.OrderBy(split => split.IsPadded).ThenByDescending(split => split.Competitions).FirstOrDefault();

    public static string FeedbackOf(AgentResult agent)
    {
        RunDetails[] known = [.. agent.Competitions.SelectMany(competition => competition.Runs).Select(run => run.Details).OfType<RunDetails>()];
        return known.Length == 0 ? "not known: the reports don't say"
            : known.Count(run => run.SawTestFeedback) is > 0 and var saw ? $"yes, in {saw} of {known.Length} runs"
            : $"no, in none of {known.Length} runs: submissions were graded after their runs had ended";
    }

    /// <summary>What is found in one run or is known of its competition.</summary>
    public static IEnumerable<string> Findings(CompetitionResult competition) =>
        (competition.Leaks is { } leaks ? [$"known leak: {leaks}"] : (IEnumerable<string>)[]).Concat(competition.Runs.SelectMany(run => run.Details?.Findings ?? []).Distinct());
}
