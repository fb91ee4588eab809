using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Grading;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Folders;

/// <summary>Whether the tables of a task fit each other and what task.yaml says of them.</summary>
internal static class TaskTables
{
    /// <summary>The ids of a table in its order.</summary>
    /// <exception cref="TaskProblemException">The column is missing, or an id is empty or stands twice.</exception>
    public static string[] Ids(CsvTable table, string idColumn)
    {
        int column = table.Require(idColumn);
        string[] ids = new string[table.Rows];
        Dictionary<string, int> seen = new(table.Rows, StringComparer.Ordinal);
        for (int row = 0; row < ids.Length; row++)
        {
            ids[row] = table.Field(row, column).ToString();
            if (ids[row].Length == 0)
            {
                throw new TaskProblemException($"{table.Name} line {table.Line(row)}: {Shown.Text(idColumn)} is empty");
            }

            if (!seen.TryAdd(ids[row], row))
            {
                throw new TaskProblemException(
                    $"{table.Name} line {table.Line(row)}: the {Shown.Text(idColumn)} '{Shown.Text(ids[row])}' stands in line {table.Line(seen[ids[row]])} already");
            }
        }

        return ids;
    }

    /// <summary>The label: the one that is named, else the only column of train that test lacks.</summary>
    public static string Label(string? named, CsvTable train, CsvTable test, string idColumn)
    {
        string[] lacking = [.. train.Header.Where(column => column != idColumn && test.Find(column) is null)];
        if (named is null)
        {
            return lacking.Length == 1
                ? lacking[0]
                : throw new TaskProblemException(lacking.Length == 0
                    ? $"{TaskYaml.FileName}: no 'label', and {train.Name} has no column that {test.Name} lacks"
                    : $"{TaskYaml.FileName}: no 'label', and {train.Name} has {lacking.Length} columns that {test.Name} lacks ({Shown.Text(string.Join(", ", lacking))}); name one");
        }

        train.Require(named);
        return named == idColumn
            ? throw new TaskProblemException($"{TaskYaml.FileName}: 'label' and 'submission.id' are both '{Shown.Text(named)}'")
            : test.Find(named) is not null
            ? throw new TaskProblemException($"{test.Name} holds the label '{Shown.Text(named)}'; take the column out")
            : named;
    }

    /// <summary>Each column of test must stand in train, for holdout rows are cut from train and look like test rows.</summary>
    public static void RequireTestWithinTrain(CsvTable train, CsvTable test)
    {
        if (test.Header.FirstOrDefault(column => train.Find(column) is null) is { } extra)
        {
            throw new TaskProblemException($"{test.Name} has a column '{Shown.Text(extra)}' that {train.Name} lacks; take it out, or add it there");
        }
    }

    public static void RequireDisjoint(CsvTable train, string[] trainIds, CsvTable test, string[] testIds)
    {
        HashSet<string> known = new(trainIds, StringComparer.Ordinal);
        int row = Array.FindIndex(testIds, known.Contains);
        if (row >= 0)
        {
            throw new TaskProblemException($"{test.Name} line {test.Line(row)}: the id '{Shown.Text(testIds[row])}' stands in {train.Name} too");
        }
    }

    public static void RequireSameIds(CsvTable test, string[] testIds, CsvTable other, string[] otherIds)
    {
        RequireWithin(test, testIds, other, otherIds);
        RequireWithin(other, otherIds, test, testIds);
    }

    /// <summary>The target columns in the order of the sample submission, which must have these and the id alone.</summary>
    public static ImmutableArray<string> Targets(CsvTable sample, TaskYaml yaml)
    {
        sample.Require(yaml.IdColumn);
        foreach (string target in yaml.Targets)
        {
            sample.Require(target);
        }

        if (sample.Header.FirstOrDefault(column => column != yaml.IdColumn && !yaml.Targets.Contains(column)) is { } extra)
        {
            throw new TaskProblemException($"{sample.Name} has a column '{Shown.Text(extra)}' that {TaskYaml.FileName} does not name under 'submission.target'");
        }

        if (yaml.Targets.Contains(yaml.IdColumn))
        {
            throw new TaskProblemException($"{TaskYaml.FileName}: 'submission.target' names the id column '{Shown.Text(yaml.IdColumn)}'");
        }

        bool classes = yaml.Metric.Facts.Predicts == PredictionKind.ClassProbabilities;
        if (yaml.Metric is Metric && classes != yaml.Targets.Length > 1)
        {
            throw new TaskProblemException(classes
                ? $"{TaskYaml.FileName}: {yaml.Metric.Name} needs one column for each class under 'submission.target'; there is one column"
                : $"{TaskYaml.FileName}: {yaml.Metric.Name} needs one column under 'submission.target'; there are {yaml.Targets.Length}");
        }

        return [.. sample.Header.Where(column => column != yaml.IdColumn)];
    }

    /// <summary>The labels of train as the metric's answers.</summary>
    public static double[] Answers(CsvTable train, string label, LabelEncoding encoding)
    {
        int column = train.Require(label);
        double[] answers = new double[train.Rows];
        for (int row = 0; row < answers.Length; row++)
        {
            if (encoding.ReadAnswer(train.Field(row, column), out answers[row]) is { } problem)
            {
                throw new TaskProblemException($"{train.Name} line {train.Line(row)}: {Shown.Text(label)} {problem}{(train.Field(row, column).IsWhiteSpace() || MissingValues.Is(train.Field(row, column).Trim()) ? "; fill it in, or take the row out" : "")}");
            }
        }

        return answers;
    }

    private static void RequireWithin(CsvTable test, string[] testIds, CsvTable other, string[] otherIds)
    {
        HashSet<string> known = new(otherIds, StringComparer.Ordinal);
        int row = Array.FindIndex(testIds, id => !known.Contains(id));
        if (row >= 0)
        {
            throw new TaskProblemException($"{test.Name} line {test.Line(row)}: the id '{Shown.Text(testIds[row])}' is not in {other.Name}; both need the same ids");
        }
    }
}
