using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Drafting;

/// <summary>The texts of a new task, in the form of those that the project ships.</summary>
internal sealed record DraftText(string Id, string Title, string Label, string IdColumn, Metric Metric, ImmutableArray<string> Targets)
{
    public const string DescriptionFile = "description.md";

    private const int MostColumns = 40;

    private static readonly ImmutableArray<string> PlainNothings = ["null", "true", "false", "yes", "no", "on", "off"];

    public string Yaml() => string.Create(CultureInfo.InvariantCulture, $"""
        id: {Id}
        title: {Quoted(Title)}
        description: {DescriptionFile}
        metric: {Metric.Name}   # or {string.Join(", ", MetricCatalogue.All.Where(other => other != Metric).Select(other => other.Name))}
        label: {Scalar(Label)}
        submission:
          id: {Scalar(IdColumn)}
          target: [{string.Join(", ", Targets.Select(Scalar))}]

        """);

    public string Description(CsvTable train, CsvTable test)
    {
        string rows = train.IsWhole && test.IsWhole ? string.Create(CultureInfo.InvariantCulture, $": {train.Rows:N0} rows with the answer, {test.Rows:N0} to predict") : "";
        StringBuilder text = new();
        text.Append("# ").Append(Title.ReplaceLineEndings(" ")).Append("\n\n");
        text.Append("<!-- To be written by you. Whoever solves the task, a language model too, knows of the data what stands here. Replace what is in [brackets]. -->\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Predict {Code(Label)} for each row of `test.csv`. [What a row is, where the data come from, what {Code(Label)} means and in which unit.]\n\n");
        text.Append("## Evaluation\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Metric.Facts.DisplayName} of {Code(Label)}; {(Metric.Facts.Direction == MetricDirection.LowerIsBetter ? "lower" : "higher")} is better.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"## Files\n\n`train.csv` and `test.csv`{rows}. `sample_submission.csv` is the form of a submission: one row for each {Code(IdColumn)} of `test.csv`.\n\n");
        text.Append("## Columns\n\n");
        string[] features = [.. test.Header.Where(column => column != IdColumn)];
        foreach (string column in features.Take(MostColumns))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {Code(column)}: [what it is, its unit, what a gap in it means]\n");
        }

        return text.Append(features.Length > MostColumns ? string.Create(CultureInfo.InvariantCulture, $"- [what the other {features.Length - MostColumns:N0} columns are]\n") : "").ToString();
    }

    private static string Code(string name) => $"`{Shown.Text(name).Replace('`', '\'')}`";

    /// <summary>As it is where YAML takes it for the same text, else in quotes.</summary>
    private static string Scalar(string text) =>
        text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] == '_') && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.')
        && !PlainNothings.Contains(text, StringComparer.OrdinalIgnoreCase)
            ? text
            : Quoted(text);

    private static string Quoted(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char character in text)
        {
            quoted.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(character) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => character.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
