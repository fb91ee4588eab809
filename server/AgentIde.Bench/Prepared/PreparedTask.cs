using System.Collections.Frozen;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentIde.Core.Holdouts;
using AgentIde.MleBench.Registry;
using AgentIde.MleBench.Tables;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Drafting;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Bench.Prepared;

/// <summary>
/// What <c>mlebench prepare</c> made, as a task: its public files and nothing else, with a <c>task.yaml</c> of the registry's layout, or
/// drafted from the tables, the sample submission and the registry's metric. The answers stay where they are.
/// </summary>
public static class PreparedTask
{
    private const string SampleFile = "sample_submission.csv";

    private static readonly string[] TrainFiles = ["train.csv", "labels.csv"];

    /// <summary>Metrics of MLE-bench by which a holdout can be graded, by what a task calls them.</summary>
    private static readonly FrozenDictionary<string, string> Metrics = new Dictionary<string, string>
    {
        ["accuracy"] = "accuracy",
        ["multi-class-classification-accuracy"] = "accuracy",
        ["auc-roc"] = "roc-auc",
        ["log-loss"] = "log-loss",
        ["multi-class-log-loss"] = "multi-class-log-loss",
        ["root-mean-squared-error"] = "rmse",
        ["root_mean_squared_error"] = "rmse",
        ["mean-absolute-error"] = "mae",
    }.ToFrozenDictionary();

    /// <summary>Why no run can be made on a competition here; null where one can be, as far as the files' names tell.</summary>
    public static string? Obstacle(DataFolder data, string id) => CompetitionRegistry.Find(id) is { } competition ? Obstacle(competition, Public(data, id)) : null;

    /// <summary>The same of a competition whose public files lie in a folder.</summary>
    public static string? Obstacle(Competition competition, string folder)
    {
        if (CompetitionLayout.Of(competition) is { } layout)
        {
            string sample = Path.GetFileName(CompetitionFiles.Of(competition).Sample);
            return !File.Exists(Path.Combine(folder, layout.Train)) ? $"its data lack {layout.Train}, the table of train"
                : layout.Packed.FirstOrDefault(packed => !File.Exists(Path.Combine(folder, packed))) is { } archive ? $"its data lack {archive}, which holds files of rows"
                : layout.Packed.IsEmpty && layout.Files.FirstOrDefault(files => !Directory.Exists(Path.Combine(folder, files.Folder))) is { } lacking ? $"its data lack the folder {lacking.Folder}, which holds files of rows"
                : !File.Exists(Path.Combine(folder, sample)) ? $"its data lack {sample}"
                : null;
        }

        if (!Metrics.ContainsKey(competition.Metric))
        {
            return $"no holdout can be graded by {competition.Metric}";
        }

        return Train(folder) is null || !File.Exists(Path.Combine(folder, "test.csv"))
            ? "its data are not a table of train and one of test, so no blind holdout can be cut"
            : null;
    }

    /// <summary>Makes the task where it is not there yet.</summary>
    /// <param name="folder">For the task of one of MLE-bench's competitions; one's own is a task as it lies.</param>
    /// <returns>The task's folder.</returns>
    /// <exception cref="BenchException">No run can be made on the competition; the message says why.</exception>
    public static string Make(DataFolder data, string id, string folder, CancellationToken cancellationToken) =>
        CompetitionRegistry.Find(id) is { } competition ? Make(competition, Public(data, id), folder, cancellationToken) : data.PreparedFolder(id);

    /// <summary>The same of a competition whose public files lie in a folder, as <c>/home/data</c> in a container of MLE-bench.</summary>
    /// <param name="source">The public files; nothing is written there.</param>
    /// <exception cref="BenchException">No run can be made on the competition; the message says why.</exception>
    public static string Make(Competition competition, string source, string folder, CancellationToken cancellationToken)
    {
        if (Obstacle(competition, source) is { } obstacle)
        {
            throw new BenchException($"{competition.Id}: {obstacle}");
        }

        if (File.Exists(Path.Combine(folder, "task.yaml")))
        {
            return folder;
        }

        if (Directory.Exists(folder))
        {
            // Left by a death in the midst of making it.
            Directory.Delete(folder, recursive: true);
        }

        try
        {
            if (CompetitionLayout.Of(competition) is { } layout)
            {
                Lay(source, competition, layout, folder, cancellationToken);
                return folder;
            }

            Copy(source, competition, folder);
            TaskDraft.Of(new TaskWish(folder, Metric: Metrics[competition.Metric], Title: competition.Title), cancellationToken).Write(cancellationToken);
            return folder;
        }
        catch (Exception problem) when (problem is TaskProblemException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // One folder that is broken is one competition without a run.
            throw new BenchException($"{competition.Id}: {problem.Message}", inner: problem);
        }
    }

    private static string Public(DataFolder data, string id) => Path.Combine(data.PreparedFolder(id), "public");

    /// <summary>The task of a competition whose layout is known. Its task.yaml comes last: a folder without one is made anew.</summary>
    private static void Lay(string source, Competition competition, CompetitionLayout layout, string folder, CancellationToken cancellationToken)
    {
        string target = Path.Combine(folder, "public"), sample = Path.GetFileName(CompetitionFiles.Of(competition).Sample);
        Directory.CreateDirectory(folder);
        DiskSpace.Require(
            folder,
            Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Where(file => layout.Packed.Contains(Path.GetRelativePath(source, file)) || layout.Files.Any(files => files.Has(Path.GetRelativePath(source, file)))).Sum(file => new FileInfo(file).Length),
            copies: 3,
            "the task, the search and the refit");
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string name = Path.GetRelativePath(source, file);
            if (layout.Packed.Contains(name))
            {
                Unpack(file, layout, Path.GetFileNameWithoutExtension(name), target, cancellationToken);
            }
            else if (name == layout.Train || name == sample || name is "test.csv" or "description.md" || layout.Also.Contains(name) || layout.Files.Any(files => files.Has(name)))
            {
                string to = name == "description.md" ? Path.Combine(folder, name) : Path.Combine(target, name == layout.Train ? "train.csv" : name == sample ? SampleFile : name);
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                if (name == layout.Train && !layout.Full.IsEmpty)
                {
                    CopyFull(file, to, layout.Full, cancellationToken);
                }
                else
                {
                    File.Copy(file, to);
                }
            }
        }

        if (!File.Exists(Path.Combine(folder, "description.md")))
        {
            File.WriteAllText(Path.Combine(folder, "description.md"), $"# {competition.Title}\n");
        }

        ImmutableArray<string> targets = [.. SampleColumns(Path.Combine(target, SampleFile)).Where(column => column != layout.IdColumn)];
        string? own = layout.IsWhole || layout.Labels.Length != 1 ? null : Metrics.GetValueOrDefault(competition.Metric);
        string yaml = $"""
            id: {Quoted(competition.Id)}
            title: {Quoted(competition.Title)}
            description: description.md
            metric: {Quoted(own ?? TableMetric.Prefix + competition.Id)}
            label: {Quoted(layout.Labels is [var label, ..] ? label : targets[0])}
            submission:
              id: {Quoted(layout.IdColumn)}
              target: [{string.Join(", ", targets.Select(Quoted))}]

            """;
        yaml += layout.Answers.IsEmpty ? "" : $"answers: [{string.Join(", ", layout.Answers.Select(Quoted))}]\n";
        yaml += string.Concat(layout.Files.Select((files, place) => $"{(place == 0 ? "files:\n" : "")}  - {{train: {Quoted(files.Train)}{(files.Test is { } test ? $", test: {Quoted(test)}" : "")}}}\n"));
        yaml += layout.Also.IsEmpty || layout.Files.IsEmpty ? "" : $"also: [{string.Join(", ", layout.Also.Select(Quoted))}]\n";
        yaml += layout.Group is null ? "" : $"split: {Quoted($"group:{layout.Group}")}\n";
        string made = Path.Combine(folder, "task.yaml"), aside = made + ".new";
        File.WriteAllText(aside, yaml);
        File.Move(aside, made);
        try
        {
            TaskFolder.Read(folder, cancellationToken);
        }
        catch
        {
            // No task: the next time it is made anew, and says the same.
            File.Delete(made);
            throw;
        }
    }

    /// <summary>The rows of train that have something in these columns: the others have no answer, and whoever predicted none would be refused.</summary>
    private static void CopyFull(string file, string to, ImmutableArray<string> columns, CancellationToken cancellationToken)
    {
        CsvTable table = CsvTable.Read(file, Path.GetFileName(file), cancellationToken);
        int[] places = [.. columns.Select(table.Require)];
        using FileStream output = new(to, FileMode.CreateNew);
        using CsvWriter writer = new(output);
        writer.Row(table.Header);
        for (int row = 0; row < table.Rows; row++)
        {
            if (places.All(place => !table.Field(row, place).IsWhiteSpace()))
            {
                for (int column = 0; column < table.Header.Length; column++)
                {
                    writer.Field(table.Field(row, column));
                }

                writer.EndRow();
            }
        }
    }

    /// <summary>The files of rows in an archive, into a folder; what else it has stays out.</summary>
    private static void Unpack(string file, CompetitionLayout layout, string folder, string target, CancellationToken cancellationToken)
    {
        string root = Path.GetFullPath(target);
        using ZipArchive archive = ZipFile.OpenRead(file);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string name = entry.FullName.StartsWith(folder + "/", StringComparison.Ordinal) ? entry.FullName : $"{folder}/{entry.FullName}", to = Path.GetFullPath(name, root);
            if (entry.Name.Length > 0 && layout.Files.Any(files => files.Has(name)) && to.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                entry.ExtractToFile(to);
            }
        }
    }

    private static IEnumerable<string> SampleColumns(string file)
    {
        try
        {
            return [.. TableReader.Read(File.ReadAllBytes(file), TableLimits.Usual, "sample submission").Columns.Select(column => column.Name)];
        }
        catch (NoScoreException problem)
        {
            throw new TaskProblemException($"the sample submission is broken: {problem.Message}", problem);
        }
    }

    /// <summary>Text in double quotes, as YAML has them from JSON.</summary>
    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static void Copy(string source, Competition competition, string folder)
    {
        string target = Path.Combine(folder, "public");
        string train = Train(source)!, sample = Path.GetFileName(CompetitionFiles.Of(competition).Sample);
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(source, file);
            string to = name == "description.md" ? Path.Combine(folder, name) : Path.Combine(target, name == train ? "train.csv" : name == sample ? SampleFile : name);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }

    /// <summary>The table with the labels, which some preparations call <c>labels.csv</c>; null where there is none.</summary>
    private static string? Train(string folder) => TrainFiles.FirstOrDefault(name => File.Exists(Path.Combine(folder, name)));
}
