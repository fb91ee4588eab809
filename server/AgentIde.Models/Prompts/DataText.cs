using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Prompts;

/// <summary>The data's profile as lines for a model: facts by column and some values, every name and value quoted.</summary>
internal static class DataText
{
    private const int MostColumns = 150;
    private const int MostValues = 8;
    private const int MostClasses = 40;
    private const int NameLength = 80;
    private const int ValueLength = 40;
    private const int ObservationLength = 300;

    public static string Of(DataProfile profile, ImmutableArray<string> observations, TaskFacts task)
    {
        StringBuilder text = new();
        foreach (ColumnProfile column in profile.Columns.Take(MostColumns))
        {
            text.Append("- ").AppendLine(Column(column, task));
        }

        if (profile.Columns.Length > MostColumns)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"[… {profile.Columns.Length - MostColumns} more columns …]");
        }

        if (!profile.Classes.IsEmpty)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Classes of the label ({profile.Classes.Length}): {Values(profile.Classes, MostClasses)}");
        }

        if (!observations.IsEmpty)
        {
            text.AppendLine("Seen in the data:");
            foreach (string observation in observations)
            {
                text.Append("- ").AppendLine(VisibleText.Line(observation, ObservationLength));
            }
        }

        return text.ToString().ReplaceLineEndings("\n").TrimEnd('\n');
    }

    public static string Quote(string text, int limit = NameLength) =>
        $"\"{VisibleText.Line(text, limit).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Column(ColumnProfile column, TaskFacts task)
    {
        List<string> facts = [column.Kind.ToString().ToLowerInvariant()];
        facts.AddRange(column.Name == task.Label ? ["the label"] : column.Name == task.IdColumn ? ["the id"] : column.InTest ? [] : ["not in test"]);
        facts.Add(string.Create(CultureInfo.InvariantCulture, $"{column.Distinct} different"));
        Add(facts, column.Missing > 0, string.Create(CultureInfo.InvariantCulture, $"{column.Missing} missing"));
        Add(facts, column.Unreadable > 0, string.Create(CultureInfo.InvariantCulture, $"{column.Unreadable} that are no numbers"));
        Add(facts, column.InTest && column.UnseenInTest >= 0.001 && column.Name != task.IdColumn, string.Create(CultureInfo.InvariantCulture, $"{100 * column.UnseenInTest:0.#} % of test unseen in train"));
        Add(facts, column.TargetCorrelation is not null, string.Create(CultureInfo.InvariantCulture, $"rank correlation with the label {column.TargetCorrelation:0.00}"));
        Add(facts, column.Kind == ColumnKind.Text, string.Create(CultureInfo.InvariantCulture, $"{column.MeanLength:0} characters on average"));
        string values = column.Numbers is { } numbers ? Summary(numbers) : column.Top.IsEmpty || column.Name == task.IdColumn ? "" : $"; {Values(column.Top, MostValues)}";
        return $"{Quote(column.Name)}: {string.Join(", ", facts)}{values}";
    }

    private static string Summary(NumberSummary numbers) => string.Create(CultureInfo.InvariantCulture,
        $"; {(numbers.Whole ? "whole numbers, " : "")}from {numbers.Minimum:G5} to {numbers.Maximum:G5}, quartiles {numbers.Quarter:G5}, {numbers.Median:G5}, {numbers.ThreeQuarters:G5}, mean {numbers.Mean:G5}, deviation {numbers.StandardDeviation:G4}, skewness {numbers.Skewness:0.0}{(numbers.Zeros > 0 ? $", {numbers.Zeros} zeros" : "")}{(numbers.Negatives > 0 ? $", {numbers.Negatives} negative" : "")}");

    private static string Values(ImmutableArray<ValueCount> values, int most) =>
        string.Join(", ", values.Take(most).Select(value => string.Create(CultureInfo.InvariantCulture, $"{Quote(value.Value, ValueLength)} {value.Count}")))
        + (values.Length > most ? string.Create(CultureInfo.InvariantCulture, $" and {values.Length - most} more") : "");

    private static void Add(List<string> facts, bool isSo, string fact)
    {
        if (isSo)
        {
            facts.Add(fact);
        }
    }
}
