using System.Collections.Frozen;
using AgentIde.Core.Holdouts;
using AgentIde.MleBench.Registry;
using AgentIde.Tasks.Drafting;

namespace AgentIde.MleBench.Prepared;

/// <summary>
/// What <c>mlebench prepare</c> made, as a task: its public files and nothing else, with a <c>task.yaml</c> drafted from
/// the tables, the sample submission and the registry's metric. The answers stay where they are.
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
    public static string? Obstacle(DataFolder data, string id)
    {
        if (CompetitionRegistry.Find(id) is not { } competition)
        {
            return null;
        }

        if (!Metrics.ContainsKey(competition.Metric))
        {
            return $"no holdout can be graded by {competition.Metric}";
        }

        string folder = Path.Combine(data.PreparedFolder(id), "public");
        return Train(folder) is null || !File.Exists(Path.Combine(folder, "test.csv"))
            ? "its data are not a table of train and one of test, so no blind holdout can be cut"
            : null;
    }

    /// <summary>Makes the task where it is not there yet.</summary>
    /// <param name="folder">For the task of one of MLE-bench's competitions; one's own is a task as it lies.</param>
    /// <returns>The task's folder.</returns>
    /// <exception cref="BenchException">No run can be made on the competition; the message says why.</exception>
    public static string Make(DataFolder data, string id, string folder, CancellationToken cancellationToken)
    {
        if (CompetitionRegistry.Find(id) is not { } competition)
        {
            return data.PreparedFolder(id);
        }

        if (Obstacle(data, id) is { } obstacle)
        {
            throw new BenchException($"{id}: {obstacle}");
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
            Copy(data, competition, folder);
            TaskDraft.Of(new TaskWish(folder, Metric: Metrics[competition.Metric], Title: competition.Title), cancellationToken).Write(cancellationToken);
            return folder;
        }
        catch (TaskProblemException problem)
        {
            throw new BenchException($"{id}: {problem.Message}", inner: problem);
        }
    }

    private static void Copy(DataFolder data, Competition competition, string folder)
    {
        string source = Path.Combine(data.PreparedFolder(competition.Id), "public"), target = Path.Combine(folder, "public");
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
