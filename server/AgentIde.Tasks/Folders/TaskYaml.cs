using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Folders;

/// <summary>What task.yaml says, each word checked for itself; files and columns it names are not looked at yet.</summary>
internal sealed record TaskYaml(
    string Id,
    string Title,
    string DescriptionPath,
    TaskMetric Metric,
    string? Label,
    string IdColumn,
    ImmutableArray<string> Targets,
    ImmutableArray<string> Answers,
    ImmutableArray<RowFilePattern> RowFiles,
    ImmutableArray<string> Also,
    SplitChoice Split,
    string? SolutionPath,
    string? License,
    string? Source,
    ImmutableArray<Reference> References)
{
    public const string FileName = "task.yaml";

    private static readonly ImmutableArray<string> Keys =
        ["id", "title", "description", "metric", "label", "submission", "answers", "files", "also", "split", "solution", "license", "source", "reference"];

    private static readonly ImmutableArray<string> SubmissionKeys = ["id", "target"];

    private static readonly ImmutableArray<string> FileKeys = ["train", "test"];

    /// <exception cref="TaskProblemException">A key is unknown, missing or of the wrong kind; the message names the line.</exception>
    public static TaskYaml Parse(string text)
    {
        YamlMapping root = YamlReader.Read(FileName, text);
        RefuseUnknown(root, Keys, "");
        YamlMapping submission = Find(root, "submission") switch
        {
            null => throw new TaskProblemException($"{FileName}: 'submission' is missing; it names the columns: submission: {{id: …, target: […]}}"),
            { Value: YamlMapping mapping } => mapping,
            { } other => throw Problem(other.Line, $"'submission' must be a mapping with id and target, it is {other.Value.Kind}"),
        };
        RefuseUnknown(submission, SubmissionKeys, "submission.");
        return new TaskYaml(
            ReadId(root),
            Text(root, "title"),
            Text(root, "description"),
            ReadMetric(root),
            OptionalText(root, "label", ""),
            Text(submission, "id", "submission."),
            ReadColumns(submission, "target", "submission.target") ?? throw new TaskProblemException($"{FileName}: 'submission.target' is missing; it lists the columns to predict"),
            ReadColumns(root, "answers", "answers") ?? [],
            ReadFiles(root),
            ReadColumns(root, "also", "also", "a file or folder") ?? [],
            ReadSplit(root),
            OptionalText(root, "solution", ""),
            OptionalText(root, "license", ""),
            OptionalText(root, "source", ""),
            ReadReferences(root));
    }

    private static TaskProblemException Problem(int line, string problem) => new($"{FileName} line {line}: {problem}");

    private static YamlEntry? Find(YamlMapping mapping, string key) => mapping.Entries.FirstOrDefault(entry => entry.Key == key);

    private static void RefuseUnknown(YamlMapping mapping, ImmutableArray<string> known, string prefix)
    {
        if (mapping.Entries.FirstOrDefault(entry => !known.Contains(entry.Key)) is { } unknown)
        {
            string hint = Nearest.Hint(unknown.Key, known);
            throw Problem(
                unknown.Line,
                $"unknown key '{prefix}{Shown.Text(unknown.Key)}'{(hint.Length > 0 ? hint : $"; the keys are {string.Join(", ", known)}")}");
        }
    }

    private static string Text(YamlMapping mapping, string key, string prefix = "") =>
        OptionalText(mapping, key, prefix) ?? throw new TaskProblemException($"{FileName}: '{prefix}{key}' is missing");

    private static string? OptionalText(YamlMapping mapping, string key, string prefix) => Find(mapping, key) switch
    {
        null => null,
        { Value: YamlText { IsNull: false } text } when !string.IsNullOrWhiteSpace(text.Value) => text.Value,
        { Value: YamlText } entry => throw Problem(entry.Line, $"'{prefix}{key}' is empty"),
        { } entry => throw Problem(entry.Line, $"'{prefix}{key}' must be text, it is {entry.Value.Kind}"),
    };

    private static string ReadId(YamlMapping root)
    {
        string id = Text(root, "id");
        bool sound = id.Length <= 64 && char.IsAsciiLetterOrDigit(id[0]) && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
        return sound ? id : throw Problem(Find(root, "id")!.Line, $"the id '{Shown.Text(id)}' must be at most 64 letters, digits, '-', '_' and '.', and begin with a letter or digit");
    }

    private static TaskMetric ReadMetric(YamlMapping root)
    {
        string name = Text(root, "metric");
        return MetricCatalogue.Named(name)
            ?? throw Problem(Find(root, "metric")!.Line, $"{TableMetric.WhyNot(name) ?? $"unknown metric '{Shown.Text(name)}'"}; the metrics are {string.Join(", ", MetricCatalogue.Nearest(name))}");
    }

    /// <summary>A column or a list of columns, or of what else there is; null where the key is missing.</summary>
    private static ImmutableArray<string>? ReadColumns(YamlMapping mapping, string key, string name, string what = "a column")
    {
        if (Find(mapping, key) is not { } entry)
        {
            return null;
        }

        ImmutableArray<YamlNode> items = entry.Value is YamlList list ? list.Items : [entry.Value];
        ImmutableArray<string>.Builder targets = ImmutableArray.CreateBuilder<string>();
        foreach (YamlNode item in items)
        {
            if (item is not YamlText { IsNull: false, Value.Length: > 0 } text)
            {
                throw Problem(item.Line, $"'{name}' must be {what} or a list of {what[2..]}s; one of them is {item.Kind}");
            }

            if (targets.Contains(text.Value))
            {
                throw Problem(item.Line, $"'{name}' names '{Shown.Text(text.Value)}' twice");
            }

            targets.Add(text.Value);
        }

        return targets.Count > 0 ? targets.ToImmutable() : throw Problem(entry.Line, $"'{name}' is empty");
    }

    /// <summary>A list of patterns: a text where train and test have the same, a mapping of train and test where they differ or test has none.</summary>
    private static ImmutableArray<RowFilePattern> ReadFiles(YamlMapping root)
    {
        if (Find(root, "files") is not { } entry)
        {
            return [];
        }

        ImmutableArray<YamlNode> items = entry.Value is YamlList list ? list.Items : [entry.Value];
        ImmutableArray<RowFilePattern> patterns = [.. items.Select(Pattern)];
        for (int place = 0; place < patterns.Length; place++)
        {
            RowFilePattern one = patterns[place];
            if (patterns.Take(place).Any(before => before.Train == one.Train || (one.Test is not null && before.Test == one.Test)))
            {
                throw Problem(one.Line, $"'files' has '{Shown.Text(one.Train)}' or what it is called in test twice; rows have one file of each name");
            }

            if (one.Test is { } test && !RowFilePattern.EndAlike(one.Train, test))
            {
                throw Problem(one.Line, $"'{Shown.Text(one.Train)}' and '{Shown.Text(test)}' under 'files' end otherwise, so a file of train would be told among those of test");
            }
        }

        return patterns;

        static RowFilePattern Pattern(YamlNode item)
        {
            switch (item)
            {
                case YamlText { IsNull: false } text:
                    return new RowFilePattern(Checked(text), text.Value, text.Line);
                case YamlMapping mapping:
                    RefuseUnknown(mapping, FileKeys, "files.");
                    YamlText train = Find(mapping, "train")?.Value as YamlText ?? throw Problem(mapping.Line, "'files.train' is missing; it is a path such as train_images/{id}.png");
                    string? test = Find(mapping, "test") switch
                    {
                        null or { Value: YamlText { IsNull: true } } => null,
                        { Value: YamlText of } => Checked(of),
                        { } other => throw Problem(other.Line, $"'files.test' must be text, it is {other.Value.Kind}"),
                    };
                    return new RowFilePattern(Checked(train), test, mapping.Line);
                default:
                    throw Problem(item.Line, $"'files' lists paths such as images/{{id}}.png, or train: and test: of them; one of them is {item.Kind}");
            }
        }

        static string Checked(YamlText text) => RowFilePattern.Problem(text.Value) is { } problem ? throw Problem(text.Line, $"'{Shown.Text(text.Value)}' under 'files' {problem}") : text.Value;
    }

    private static SplitChoice ReadSplit(YamlMapping root)
    {
        string? text = OptionalText(root, "split", "");
        return SplitChoice.Parse(text ?? "auto")
            ?? throw Problem(Find(root, "split")!.Line, $"unknown split '{Shown.Text(text)}'; it is auto, random, stratified, group:COLUMN, time:COLUMN or folds");
    }

    private static ImmutableArray<Reference> ReadReferences(YamlMapping root)
    {
        YamlEntry? entry = Find(root, "reference");
        if (entry is null)
        {
            return [];
        }

        if (entry.Value is not YamlMapping mapping)
        {
            throw Problem(entry.Line, $"'reference' must be a mapping of names to scores, it is {entry.Value.Kind}");
        }

        return
        [
            .. mapping.Entries.Select(item =>
                item.Value is YamlText text && double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double score) && double.IsFinite(score)
                    ? new Reference(item.Key, score)
                    : throw Problem(item.Line, $"'reference.{Shown.Text(item.Key)}' must be a number")),
        ];
    }
}
