using System.Globalization;
using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>
/// A task with private answers for any metric and any kind of split, drawn by a seed. A row's number is in its
/// <c>mark</c>; everything else of it is a function of that, so that two tasks of one seed have the same rows, whatever their ids and order.
/// </summary>
internal sealed class MeasuredTask : IDisposable
{
    private static readonly string[] Classes = ["ash", "beech", "cedar"];

    private readonly MeasuredRow[] _rows;
    private readonly int _trainRows;

    private MeasuredTask(TaskBuilder builder, Metric metric, MeasuredRow[] rows, int trainRows)
    {
        (Builder, Metric, _rows, _trainRows) = (builder, metric, rows, trainRows);
        Folder = TaskFolder.Read(builder.Path);
    }

    public TaskBuilder Builder { get; }

    public TaskFolder Folder { get; }

    public Metric Metric { get; }

    /// <summary>Every metric with every kind of split that it can have.</summary>
    public static IEnumerable<(string Metric, string Split)> All =>
        from metric in MetricCatalogue.All
        from split in (string[])["auto", "random", "stratified", "group:house", "time:day"]
        where split != "stratified" || metric.Facts.Predicts != PredictionKind.Values
        select (metric.Name, split);

    public IEnumerable<int> Train => Enumerable.Range(0, _trainRows);

    public IEnumerable<int> Test => Enumerable.Range(_trainRows, _rows.Length - _trainRows);

    /// <param name="large">With rows enough for a second holdout.</param>
    /// <param name="permutation">Another order of the rows in each file, and other ids; 0 for the usual.</param>
    public static MeasuredTask Make(string metricName, string split, int seed, bool large = false, int permutation = 0)
    {
        Metric metric = MetricCatalogue.Find(metricName)!;
        Random draws = new(seed);
        int trainRows = large ? draws.Next(4_000, 4_400) : draws.Next(150, 400), testRows = large ? 2_000 : draws.Next(100, 200);
        MeasuredRow[] rows = [.. Enumerable.Range(0, trainRows + testRows).Select(row => new MeasuredRow(
            $"h{draws.Next(60) + (row < trainRows ? 0 : 30)}", (row >= trainRows && seed % 2 == 0 ? 100 : 0) + draws.Next(100), draws.NextDouble(), draws.Next(3), draws.NextDouble()))];
        Random order = new(seed + (1_000_003 * permutation));
        int[] ids = [.. Enumerable.Range(0, rows.Length)];
        order.Shuffle(ids);
        string[] targets = metric.Facts.Predicts == PredictionKind.ClassProbabilities ? Classes : ["rent"];
        TaskBuilder builder = new();
        builder
            .Replace("task.yaml", "metric: rmse", $"metric: {metricName}")
            .Replace("task.yaml", "label: rent", $"label: rent\nsplit: {split}")
            .Replace("task.yaml", "[rent]", $"[{string.Join(", ", targets)}]");
        Write("public/train.csv", "id,mark,house,day,x,rent", 0, trainRows, row => $"{Id(row)},{Features(row)},{Answer(metric, rows[row])}");
        Write("public/test.csv", "id,mark,house,day,x", trainRows, testRows, row => $"{Id(row)},{Features(row)}");
        Write("public/sample_submission.csv", "id," + string.Join(',', targets), trainRows, testRows, row => $"{Id(row)},{string.Join(',', targets.Select(_ => metric.Facts.Predicts == PredictionKind.Labels ? Classes[0] : "0.3"))}");
        Write("private/answers.csv", "id," + string.Join(',', targets), trainRows, testRows, row => $"{Id(row)},{(targets.Length > 1 ? string.Join(',', Classes.Select((_, at) => at == rows[row].Class ? 1 : 0)) : Answer(metric, rows[row]))}");
        return new MeasuredTask(builder, metric, rows, trainRows);

        string Id(int row) => $"{(permutation == 0 ? "i" : "j")}{ids[row]}";
        string Features(int row) => $"m{row},{rows[row].House},{new DateTime(2020, 1, 1).AddDays(rows[row].Day):yyyy-MM-dd},{Text(rows[row].X)}";
        void Write(string file, string header, int first, int count, Func<int, string> line)
        {
            int[] shuffled = [.. Enumerable.Range(first, count)];
            order.Shuffle(shuffled);
            builder.Text(file, header + "\n" + string.Concat(shuffled.Select(row => line(row) + "\n")));
        }
    }

    /// <summary>The label as it stands in the files: of numbers there is one for each row.</summary>
    public string Label(int row) => Answer(Metric, _rows[row]);

    /// <summary>The rows of a blind file in its order, each with its id there.</summary>
    public static (string Id, int Row)[] Read(string path)
    {
        CsvTable table = CsvTable.Read(path, path);
        int id = table.Require("id"), mark = table.Require("mark");
        return [.. Enumerable.Range(0, table.Rows).Select(row => (table.Field(row, id).ToString(), int.Parse(table.Field(row, mark)[1..], CultureInfo.InvariantCulture)))];
    }

    /// <summary>Predictions that hang on a row's own values alone, better or worse by draws of its own.</summary>
    public byte[] Submission(IEnumerable<(string Id, int Row)> rows) => Encoding.UTF8.GetBytes(
        "id," + string.Join(',', Folder.Facts.Targets) + "\n" + string.Concat(rows.Select(pair => $"{pair.Id},{(Metric.Facts.Predicts == PredictionKind.Labels ? Classes[(int)Predicted(pair.Row)[0]] : string.Join(',', Predicted(pair.Row).Select(Text)))}\n")));

    /// <summary>The same rows graded by the metric alone, without any file.</summary>
    public MetricValue Evaluate(IReadOnlyList<int> rows) => Metric.Evaluate([.. rows.Select(row => Number(_rows[row]))], [.. rows.SelectMany(Predicted)]);

    public void Dispose() => Builder.Dispose();

    private double Number(MeasuredRow row) => Metric.Facts.Predicts switch
    {
        PredictionKind.Values => double.Parse(Answer(Metric, row), CultureInfo.InvariantCulture),
        PredictionKind.Probability => row.Class % 2,
        _ => row.Class,
    };

    private double[] Predicted(int row) => Metric.Facts.Predicts switch
    {
        PredictionKind.Values => [Math.Exp(_rows[row].X * 3) * (0.5 + _rows[row].Luck)],
        PredictionKind.Probability => [0.05 + (0.6 * _rows[row].Luck) + (0.3 * (_rows[row].Class % 2))],
        PredictionKind.Labels => [_rows[row].Luck < 0.6 ? _rows[row].Class : (_rows[row].Class + 1) % 3],
        _ => [.. Classes.Select((_, at) => ((at == _rows[row].Class ? 1 : 0) + _rows[row].Luck) / (1 + (3 * _rows[row].Luck)))],
    };

    private static string Answer(Metric metric, MeasuredRow row) => metric.Facts.Predicts switch
    {
        PredictionKind.Values => Text(Math.Exp(row.X * 3) * (0.9 + (0.2 * row.Luck))),
        PredictionKind.Probability => Text(row.Class % 2),
        _ => Classes[row.Class],
    };

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <param name="Luck">How well the row is predicted, 0 to 1.</param>
internal sealed record MeasuredRow(string House, int Day, double X, int Class, double Luck);
