using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Drafting;

/// <summary>Tells from two tables what the task is, and which files the folder lacks to be one.</summary>
internal static class TaskDrafter
{
    private const int LongestId = 64;

    public static TaskDraft Draft(TaskWish wish, CancellationToken cancellationToken)
    {
        TaskPaths paths = new(wish.Folder);
        if (Path.Exists(Path.Combine(paths.Folder, TaskYaml.FileName)))
        {
            throw new TaskProblemException($"{wish.Folder} is a task already: it holds {TaskYaml.FileName}. Change that, or move it away to have it made anew");
        }

        DataFiles files = DataFiles.Find(paths);
        CsvTable train = DataFiles.Read(files.Train, cancellationToken);
        CsvTable test = DataFiles.Read(files.Test, cancellationToken);
        CsvTable? sample = files.Sample is { } found ? DataFiles.Read(found, cancellationToken) : null;
        IdGuess id = IdGuess.Of(wish.IdColumn, train, test, sample);
        ImmutableArray<string> asked = sample is null ? [] : [.. sample.Header.Where(column => column != id.Column)];
        LabelGuess label = LabelGuess.Of(wish.Label, train, test, id.IsMade ? null : id.Column, asked);
        if (label.Column == id.Column)
        {
            throw new TaskProblemException($"'{Shown.Text(id.Column)}' can't both name the rows and be predicted; name another column with --label or --id-column");
        }

        if (id.IsMade && (files.Train.IsInPlace || files.Test.IsInPlace))
        {
            throw new TaskProblemException(
                $"no column of {test.Name} names its rows (all different, and none of them in {train.Name}): add one, or move both files from public/ up into {wish.Folder}, so that numbered copies of them can be made");
        }

        MetricGuess metric = MetricGuess.Of(wish.Metric, train, label.Column, sample, asked, id.Column);
        bool eachClass = metric.Metric.Facts.Predicts == PredictionKind.ClassProbabilities;
        ImmutableArray<string> targets = sample is not null ? asked : eachClass ? Classes(files.Train, label.Column, cancellationToken) : [label.Column];
        string name = Path.GetFileName(paths.Folder);
        string title = string.IsNullOrWhiteSpace(wish.Title) ? Titled(name) : wish.Title.Trim();
        DraftText text = new(IdOf(name), title, label.Column, id.Column, metric.Metric, targets);
        return new TaskDraft
        {
            Folder = paths.Folder,
            Id = text.Id,
            Title = title,
            Label = label.Column,
            IdColumn = id.Column,
            Kind = metric.Kind,
            Metric = metric.Metric,
            Targets = targets,
            Candidates = label.Candidates,
            WhyLabel = label.Why,
            WhyIdColumn = id.Why,
            WhyMetric = metric.Why,
            Yaml = text.Yaml(),
            Names = new[] { files.Train, files.Test, files.Sample }.OfType<DataFile>().Where(file => !file.IsInPlace).ToDictionary(file => Plain(file, id), file => file.Name),
            Files =
            [
                .. Tables(files, id),
                .. files.Sample is null ? [Sample(files.Test, id, targets, metric)] : (IEnumerable<DraftFile>)[],
                .. Path.Exists(Path.Combine(paths.Folder, DraftText.DescriptionFile)) ? [] : (IEnumerable<DraftFile>)[Text(DraftText.DescriptionFile, "a page to be filled in: what a row is, what the columns mean", text.Description(train, test))],
                Text(TaskYaml.FileName, "what the task is", text.Yaml()),
            ],
        };
    }

    private static IEnumerable<DraftFile> Tables(DataFiles files, IdGuess id)
    {
        foreach ((DataFile? file, bool isTest) in ((DataFile?, bool)[])[(files.Train, false), (files.Test, true), (files.Sample, false)])
        {
            if (file is null or { IsInPlace: true })
            {
                continue;
            }

            if (!id.IsMade)
            {
                yield return new DraftFile(file.Target, $"a copy of {file.Name}, which stays where it is: a run reads public/ alone", (output, _) =>
                {
                    using FileStream input = File.OpenRead(file.Path);
                    input.CopyTo(output);
                });
                continue;
            }

            string prefix = isTest ? "test-" : "train-";
            yield return new DraftFile(Plain(file, id), $"a copy of {file.Name}, which stays as it is, with a column {id.Column} that numbers its rows",
                (output, cancellationToken) => Number(file, id.Column, prefix, output, cancellationToken));
        }
    }

    /// <summary>Where its copy lies: one with numbered rows is written anew, without compression.</summary>
    private static string Plain(DataFile file, IdGuess id) =>
        id.IsMade && file.Target.EndsWith(".gz", StringComparison.Ordinal) ? file.Target[..^".gz".Length] : file.Target;

    private static void Number(DataFile file, string idColumn, string prefix, Stream output, CancellationToken cancellationToken)
    {
        using CsvWriter writer = new(output);
        writer.Row([idColumn, .. Header(file)]);
        Each(file, records =>
        {
            writer.Field(string.Create(CultureInfo.InvariantCulture, $"{prefix}{records.Rows}"));
            for (int column = 0; column < records.Header.Length; column++)
            {
                writer.Field(records[column]);
            }

            writer.EndRow();
        }, cancellationToken);
    }

    private static ImmutableArray<string> Header(DataFile file)
    {
        using CsvRecords records = CsvRecords.Open(File.OpenRead(file.Path), CsvLimits.Task);
        return records.Header;
    }

    /// <summary>Row by row, in bounded memory.</summary>
    private static void Each(DataFile file, Action<CsvRecords> take, CancellationToken cancellationToken)
    {
        try
        {
            using CsvRecords records = CsvRecords.Open(File.OpenRead(file.Path), CsvLimits.Task);
            while (records.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                take(records);
            }
        }
        catch (CsvProblemException problem)
        {
            throw problem.In(file.Name);
        }
    }

    /// <summary>Every class of train, also those that come late in a long file.</summary>
    private static ImmutableArray<string> Classes(DataFile train, string label, CancellationToken cancellationToken)
    {
        const int mostClasses = 10_000;
        SortedSet<string> classes = new(Comparer<string>.Create((left, right) =>
            Numbers.TryParseFinite(left, out double one) && Numbers.TryParseFinite(right, out double other) && one != other ? one.CompareTo(other) : string.CompareOrdinal(left, right)));
        Each(train, records =>
        {
            ReadOnlySpan<char> text = records[records.Header.IndexOf(label)];
            if (!text.IsEmpty && classes.Count < mostClasses)
            {
                classes.Add(text.ToString());
            }
        }, cancellationToken);
        return [.. classes];
    }

    private static DraftFile Sample(DataFile test, IdGuess id, ImmutableArray<string> targets, MetricGuess metric)
    {
        string[] constants = targets.Length > 1 ? [.. targets.Select(_ => Math.Round(1.0 / targets.Length, 6).ToString(CultureInfo.InvariantCulture))] : [metric.Constant ?? "0.5"];
        return new DraftFile($"{TaskFiles.PublicFolder}/sample_submission.csv", "the form of a submission: one row for each row of test", (output, cancellationToken) =>
        {
            using CsvWriter writer = new(output);
            writer.Row([id.Column, .. targets]);
            Each(test, records => writer.Row(
                [id.IsMade ? string.Create(CultureInfo.InvariantCulture, $"test-{records.Rows}") : records[records.Header.IndexOf(id.Column)].ToString(), .. constants]), cancellationToken);
        });
    }

    private static DraftFile Text(string path, string what, string text) => new(path, what, (output, _) => output.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary><c>My data (2)</c> gives <c>my-data-2</c>.</summary>
    private static string IdOf(string name)
    {
        StringBuilder id = new();
        foreach (char character in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                id.Append(character);
            }
            else if (id.Length > 0 && id[^1] != '-')
            {
                id.Append(character is '_' or '.' ? character : '-');
            }
        }

        string sound = id.ToString()[..Math.Min(id.Length, LongestId)].TrimEnd('-', '.', '_');
        return sound.Length > 0 ? sound : "task";
    }

    private static string Titled(string name)
    {
        string words = Shown.Text(name.Replace('-', ' ').Replace('_', ' ').Trim());
        return words.Length == 0 ? "Task" : char.ToUpperInvariant(words[0]) + words[1..];
    }
}
