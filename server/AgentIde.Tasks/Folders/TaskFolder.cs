using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Grading;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Folders;

/// <summary>
/// A task as it lies on disk, read and checked as a whole: whoever has one knows that its files fit each other.
/// Immutable; the tables themselves are read again where they are needed.
/// </summary>
public sealed class TaskFolder
{
    private readonly TaskFiles _files;

    internal TaskFolder(TaskYaml yaml, TaskFacts facts, TaskPaths paths, TaskFiles files, string solutionFile, LabelEncoding encoding)
    {
        _files = files;
        Facts = facts;
        Path = paths.Folder;
        Metric = yaml.Metric;
        AnswerColumns = [facts.IdColumn, .. facts.Targets, .. yaml.Answers.Except([facts.IdColumn, .. facts.Targets])];
        RowFiles = yaml.RowFiles;
        Also = yaml.Also;
        Split = yaml.Split;
        License = yaml.License;
        Source = yaml.Source;
        SolutionFile = solutionFile;
        References = new References(yaml.References, facts.Metric);
        Encoding = encoding;
    }

    public TaskFacts Facts { get; }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    public TaskMetric Metric { get; }

    /// <summary>Columns of train, and of the private answers, that a metric of whole tables takes as its answers; the id first.</summary>
    internal ImmutableArray<string> AnswerColumns { get; }

    public SplitChoice Split { get; }

    public References References { get; }

    public string? License { get; }

    public string? Source { get; }

    /// <summary>Absolute path of the file that apply and pull requests write; it need not be there.</summary>
    public string SolutionFile { get; }

    public string TrainFile => _files.Train.Path;

    /// <summary>Null where the rows to predict are files, which the ids of the sample submission name.</summary>
    public string? TestFile => _files.Test?.Path;

    public string SampleSubmissionFile => _files.Sample.Path;

    /// <summary>Null where the task has no private answers.</summary>
    public string? AnswersFile => _files.Answers?.Path;

    /// <summary>The other files of <c>public/</c>, by their paths within it.</summary>
    public ImmutableArray<string> SideFiles => _files.Side;

    /// <summary>How files of rows are called; empty where rows have none.</summary>
    internal ImmutableArray<RowFilePattern> RowFiles { get; }

    /// <summary>Files and folders that know no row, where rows have files.</summary>
    internal ImmutableArray<string> Also { get; }

    internal string PublicFolder => System.IO.Path.Combine(Path, TaskFiles.PublicFolder);

    /// <summary>How labels and predictions become numbers.</summary>
    internal LabelEncoding Encoding { get; }

    /// <exception cref="TaskProblemException">Something in the folder is broken; the message says what, where, and the way out.</exception>
    public static TaskFolder Read(string path, CancellationToken cancellationToken = default) => TaskFolderReader.Read(path, cancellationToken);

    /// <summary>Grades against the private answers: for the report after the choice, never before. Null where there are none.</summary>
    /// <exception cref="TaskProblemException">The answers are broken.</exception>
    public IGrader? PrivateGrader()
    {
        if (_files.Answers is not { } answers)
        {
            return null;
        }

        CsvTable sample = ReadSample(), table = CsvTable.Read(answers.Path, answers.Name);
        string[] ids = TaskTables.Ids(sample, Facts.IdColumn);
        SubmissionForm form = new(Facts.IdColumn, Facts.Targets, ids);
        int[] places = [.. Enumerable.Range(0, ids.Length)];
        return Metric switch
        {
            TableMetric metric => new TableGrader(metric, Encoding, form, PrivateAnswers.ReadTable(table, this, ids), places, places, null),
            Metric metric => new SubmissionGrader(metric, Encoding, form, PrivateAnswers.Read(table, this, ids), places),
            _ => throw new InvalidOperationException($"{Metric.Name} has no grader."),
        };
    }

    /// <summary>Its files that were written since, by their paths within the task: a copy is written when it is made.</summary>
    public IEnumerable<string> WrittenSince(DateTimeOffset time)
    {
        TaskPaths paths = new(Path);
        return TaskDigest.Files(paths).Where(file => File.GetLastWriteTimeUtc(paths.Resolve(file, file)) > time.UtcDateTime);
    }

    /// <exception cref="TaskProblemException">The files are no longer what they were when the folder was read.</exception>
    internal void RequireUnchanged(CancellationToken cancellationToken)
    {
        if (TaskDigest.Of(new TaskPaths(Path), cancellationToken) != Facts.Digest)
        {
            throw new TaskProblemException($"the files of {Facts.Id} have changed since the task was read; start again");
        }
    }

    internal CsvTable ReadTrain(CancellationToken cancellationToken = default) => CsvTable.Read(_files.Train.Path, _files.Train.Name, cancellationToken);

    internal CsvTable ReadTest(CancellationToken cancellationToken = default) => _files.ReadTest(Facts.IdColumn, cancellationToken);

    internal CsvTable ReadSample(CancellationToken cancellationToken = default) => CsvTable.Read(_files.Sample.Path, _files.Sample.Name, cancellationToken);
}
