using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Grading;

namespace AgentIde.Tasks.Folders;

/// <summary>The private answers as numbers, in the order of the sample submission.</summary>
internal static class PrivateAnswers
{
    /// <exception cref="TaskProblemException">The answers don't fit the task; the message names the line.</exception>
    public static double[] Read(CsvTable table, TaskFolder task, string[] sampleIds)
    {
        string[] ids = TaskTables.Ids(table, task.Facts.IdColumn);
        int[] columns = [.. task.Facts.Targets.Select(table.Require)];
        Dictionary<string, int> rows = new(ids.Length, StringComparer.Ordinal);
        for (int row = 0; row < ids.Length; row++)
        {
            rows.Add(ids[row], row);
        }

        double[] answers = new double[sampleIds.Length];
        for (int place = 0; place < answers.Length; place++)
        {
            if (!rows.Remove(sampleIds[place], out int row))
            {
                throw new TaskProblemException($"{table.Name}: no answer for the id '{Shown.Text(sampleIds[place])}'");
            }

            answers[place] = task.Metric.Facts.Predicts == PredictionKind.ClassProbabilities
                ? OneOf(table, row, columns)
                : Single(table, row, columns[0], task);
        }

        if (rows.Count > 0)
        {
            int row = rows.Values.Min();
            throw new TaskProblemException($"{table.Name} line {table.Line(row)}: the id '{Shown.Text(ids[row])}' is not among the rows to predict");
        }

        return task.Metric.ProblemOfAnswers(answers) is { } problem ? throw new TaskProblemException($"{table.Name}: {problem}") : answers;
    }

    /// <summary>The answers as a metric of whole tables takes them, in the order of the sample submission.</summary>
    /// <exception cref="TaskProblemException">The answers don't fit the task; the message names the line.</exception>
    public static TableAnswers ReadTable(CsvTable table, TaskFolder task, string[] sampleIds)
    {
        string[] ids = TaskTables.Ids(table, task.Facts.IdColumn);
        Dictionary<string, int> rows = ids.Select((id, row) => (id, row)).ToDictionary(pair => pair.id, pair => pair.row, StringComparer.Ordinal);
        if (sampleIds.FirstOrDefault(id => !rows.ContainsKey(id)) is { } lacking)
        {
            throw new TaskProblemException($"{table.Name}: no answer for the id '{Shown.Text(lacking)}'");
        }

        HashSet<string> wanted = [.. sampleIds];
        if (ids.FirstOrDefault(id => !wanted.Contains(id)) is { } surplus)
        {
            throw new TaskProblemException($"{table.Name} line {table.Line(rows[surplus])}: the id '{Shown.Text(surplus)}' is not among the rows to predict");
        }

        return TableAnswers.Of(table, task.AnswerColumns, sampleIds.Select(id => rows[id]));
    }

    private static double Single(CsvTable table, int row, int column, TaskFolder task) =>
        task.Encoding.ReadAnswer(table.Field(row, column), out double answer) is { } problem
            ? throw new TaskProblemException($"{table.Name} line {table.Line(row)}: {Shown.Text(table.Header[column])} {problem}")
            : answer;

    /// <summary>The class whose column holds 1; the others hold 0.</summary>
    private static double OneOf(CsvTable table, int row, int[] columns)
    {
        int answer = -1;
        for (int index = 0; index < columns.Length; index++)
        {
            if (!Numbers.TryParse(table.Field(row, columns[index]), out double value) || value is not (0 or 1) || (value == 1 && answer >= 0))
            {
                throw NotOne(table, row);
            }

            answer = value == 1 ? index : answer;
        }

        return answer >= 0 ? answer : throw NotOne(table, row);
    }

    private static TaskProblemException NotOne(CsvTable table, int row) =>
        new($"{table.Name} line {table.Line(row)}: one class must be 1 and the others 0");
}
