using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Grading;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Folders;

/// <summary>Reads and checks a task folder, the cheap things first.</summary>
internal static class TaskFolderReader
{
    private const int LongestText = 1 << 20;

    public static TaskFolder Read(string folder, CancellationToken cancellationToken)
    {
        try
        {
            return ReadChecked(folder, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TaskProblemException($"{folder} can't be read: {failure.Message}", failure);
        }
    }

    private static TaskFolder ReadChecked(string folder, CancellationToken cancellationToken)
    {
        TaskPaths paths = new(folder);
        string yamlFile = paths.Require(TaskYaml.FileName, $"{folder} holds no {TaskYaml.FileName}, so it is no task");
        TaskYaml yaml = TaskYaml.Parse(ReadText(yamlFile, TaskYaml.FileName));
        paths.Resolve(yaml.DescriptionPath, $"{TaskYaml.FileName}: 'description'");
        string descriptionFile = paths.Require(yaml.DescriptionPath, $"{Shown.Text(yaml.DescriptionPath)} is missing; {TaskYaml.FileName} names it as 'description'");
        string description = ReadText(descriptionFile, yaml.DescriptionPath);
        string solutionFile = paths.Resolve(yaml.SolutionPath ?? "solution.py", $"{TaskYaml.FileName}: 'solution'");

        TaskFiles files = TaskFiles.Find(paths, mayLackTest: !yaml.RowFiles.IsEmpty);
        Digest digest = TaskDigest.Of(paths, cancellationToken);
        CsvTable train = CsvTable.Read(files.Train.Path, files.Train.Name, cancellationToken);
        CsvTable test = files.ReadTest(yaml.IdColumn, cancellationToken);
        CsvTable sample = CsvTable.Read(files.Sample.Path, files.Sample.Name, cancellationToken);
        ImmutableArray<string> targets = TaskTables.Targets(sample, yaml);
        string[] trainIds = TaskTables.Ids(train, yaml.IdColumn);
        string[] testIds = TaskTables.Ids(test, yaml.IdColumn);
        string[] sampleIds = TaskTables.Ids(sample, yaml.IdColumn);
        string label = TaskTables.Label(yaml.Label ?? (yaml.Metric is TableMetric ? targets[0] : null), train, test, yaml.IdColumn);
        TaskTables.RequireTestWithinTrain(train, test);
        if (yaml.Metric is not TableMetric)
        {
            // Competitions count the rows of test from 1 again; candidates see fresh ids in any case.
            TaskTables.RequireDisjoint(train, trainIds, test, testIds);
        }

        TaskTables.RequireSameIds(test, testIds, sample, sampleIds);
        if (yaml.Split.Column is { } splitColumn)
        {
            train.Require(splitColumn);
        }

        if (yaml.Metric is TableMetric)
        {
            RequireAnswers(yaml, targets, train, test);
        }
        else if (!yaml.Answers.IsEmpty)
        {
            throw new TaskProblemException($"{TaskYaml.FileName}: 'answers' is for metrics of whole tables ({TableMetric.Prefix}ID); {yaml.Metric.Name} takes the label alone");
        }

        if (yaml.RowFiles.IsEmpty && !yaml.Also.IsEmpty)
        {
            throw new TaskProblemException($"{TaskYaml.FileName}: 'also' is for tasks whose rows have files ('files'); elsewhere what knows no row goes along by itself");
        }

        LabelEncoding encoding = LabelEncoding.For(yaml.Metric, targets, train, label);
        TaskTables.Answers(train, label, encoding);
        TaskFacts facts = new(yaml.Id, yaml.Title, description, yaml.Metric.Facts, label, yaml.IdColumn, targets, digest)
        {
            Files = yaml.RowFiles.IsEmpty ? null : [.. yaml.RowFiles.Select(files => new RowFileNames(files.Train, files.Test))],
        };
        TaskFolder task = new(yaml, facts, paths, files, solutionFile, encoding);
        if (files.Answers is { } answers)
        {
            CsvTable table = CsvTable.Read(answers.Path, answers.Name, cancellationToken);
            if (yaml.Metric is TableMetric)
            {
                PrivateAnswers.ReadTable(table, task, sampleIds);
            }
            else
            {
                PrivateAnswers.Read(table, task, sampleIds);
            }
        }

        return task;
    }

    /// <summary>What is to be predicted stands in train and not in test; what else the metric takes stands in train.</summary>
    private static void RequireAnswers(TaskYaml yaml, ImmutableArray<string> targets, CsvTable train, CsvTable test)
    {
        foreach (string column in targets.Concat(yaml.Answers))
        {
            train.Require(column);
        }

        if (targets.FirstOrDefault(target => test.Find(target) is not null) is { } told)
        {
            throw new TaskProblemException($"{test.Name} holds '{Shown.Text(told)}', which is to be predicted; take the column out");
        }
    }

    private static string ReadText(string path, string name)
    {
        long length = new FileInfo(path).Length;
        if (length > LongestText)
        {
            throw new TaskProblemException($"{Shown.Text(name)} is larger than 1 MiB");
        }

        try
        {
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');
            return text.Contains('\0') ? throw new TaskProblemException($"{Shown.Text(name)} holds a NUL character") : text;
        }
        catch (DecoderFallbackException broken)
        {
            throw new TaskProblemException($"{Shown.Text(name)} is not UTF-8 text", broken);
        }
    }
}
