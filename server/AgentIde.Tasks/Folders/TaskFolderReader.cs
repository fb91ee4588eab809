using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Grading;

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

        TaskFiles files = TaskFiles.Find(paths);
        Digest digest = TaskDigest.Of(paths, cancellationToken);
        CsvTable train = CsvTable.Read(files.Train.Path, files.Train.Name, cancellationToken);
        CsvTable test = CsvTable.Read(files.Test.Path, files.Test.Name, cancellationToken);
        CsvTable sample = CsvTable.Read(files.Sample.Path, files.Sample.Name, cancellationToken);
        ImmutableArray<string> targets = TaskTables.Targets(sample, yaml);
        string[] trainIds = TaskTables.Ids(train, yaml.IdColumn);
        string[] testIds = TaskTables.Ids(test, yaml.IdColumn);
        string[] sampleIds = TaskTables.Ids(sample, yaml.IdColumn);
        string label = TaskTables.Label(yaml.Label, train, test, yaml.IdColumn);
        TaskTables.RequireTestWithinTrain(train, test);
        TaskTables.RequireDisjoint(train, trainIds, test, testIds);
        TaskTables.RequireSameIds(test, testIds, sample, sampleIds);
        if (yaml.Split.Column is { } splitColumn)
        {
            train.Require(splitColumn);
        }

        LabelEncoding encoding = LabelEncoding.For(yaml.Metric, targets, train, label);
        TaskTables.Answers(train, label, encoding);
        TaskFacts facts = new(yaml.Id, yaml.Title, description, yaml.Metric.Facts, label, yaml.IdColumn, targets, digest);
        TaskFolder task = new(yaml, facts, paths, files, solutionFile, encoding);
        if (files.Answers is { } answers)
        {
            PrivateAnswers.Read(CsvTable.Read(answers.Path, answers.Name, cancellationToken), task, sampleIds);
        }

        return task;
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
