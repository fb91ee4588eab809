using System.Globalization;
using System.Text;
using AgentIde.Tasks.Csv;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>Tasks with tables drawn by a seed, each prepared once. Every row of either file has a <c>mark</c> of its own.</summary>
public sealed class RandomTasks : IDisposable
{
    private readonly Dictionary<int, RandomTask> _tasks = [];

    public static TheoryData<int> Seeds(string split) =>
        [.. Enumerable.Range(0, Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1" ? 400 : 16).Where(seed => split.Length == 0 || RandomTask.SplitOf(seed) == split)];

    public void Dispose()
    {
        foreach (RandomTask task in _tasks.Values)
        {
            task.Dispose();
        }
    }

    /// <summary>The tests of a class run one by one.</summary>
    internal async Task<RandomTask> GetAsync(int seed)
    {
        if (!_tasks.TryGetValue(seed, out RandomTask? task))
        {
            _tasks.Add(seed, task = await RandomTask.MakeAsync(seed, permutation: null));
        }

        return task;
    }
}

/// <param name="Train">Its rows in an order of their own, whatever that of the file.</param>
internal sealed record RandomTask(TaskBuilder Builder, PreparedTask Prepared, RandomRow[] Train, RandomRow[] Test) : IDisposable
{
    private static readonly string[] Splits = ["random", "stratified", "group:house", "time:day"];

    public bool IsBinary => SplitOf(Seed) == "stratified" || Seed % 3 == 0;

    public int Seed { get; private init; }

    public static string SplitOf(int seed) => Splits[seed % Splits.Length];

    /// <param name="permutation">Another order of the rows in the files, and other ids; null for the usual.</param>
    public static async Task<RandomTask> MakeAsync(int seed, int? permutation)
    {
        Random draws = new(seed);
        int trainRows = draws.Next(12, 300);
        int testRows = draws.Next(4, 150);
        int days = draws.Next(2, 90);
        int houses = draws.Next(3, 40);
        bool binary = SplitOf(seed) == "stratified" || seed % 3 == 0;
        bool after = draws.Next(3) > 0;
        string form = draws.Next(2) == 0 ? "yyyy-MM-dd" : "yyyy/MM/dd HH:mm";
        RandomRow[] rows =
        [
            .. Enumerable.Range(0, trainRows + testRows).Select(row => new RandomRow(
                $"m{row}",
                row < trainRows && row < 3 ? $"h{row}" : $"h{draws.Next(houses) + (row < trainRows ? 0 : draws.Next(2) * houses)}",
                new DateTime(2020, 1, 1).AddDays((row < 2 ? row * days : draws.Next(days)) + (row >= trainRows && after ? days + 1 : 0)),
                draws.NextDouble() * 10,
                binary ? (row < 8 ? row % 2 : draws.Next(2)) : Math.Round(draws.NextDouble() * 100, 3))),
        ];
        RandomRow[] train = rows[..trainRows];
        RandomRow[] test = rows[trainRows..];
        Random order = new(seed + (1_000 * (permutation ?? 0)));
        string[] ids = [.. Enumerable.Range(0, rows.Length).Select(row => $"{(permutation is null ? "i" : "j")}{row}")];
        order.Shuffle(ids);
        Dictionary<string, string> idOf = rows.Zip(ids).ToDictionary(pair => pair.First.Mark, pair => pair.Second);
        TaskBuilder builder = new();
        builder.Replace("task.yaml", "metric: rmse", $"metric: {(binary ? "log-loss" : "mae")}").Replace("task.yaml", "label: rent", $"label: rent\nsplit: {SplitOf(seed)}").Delete("private/answers.csv");
        builder.Text("public/train.csv", Table("id,mark,house,day,x,rent", Shuffled(train, order), row => $"{idOf[row.Mark]},{row.Mark},{row.House},{row.Day.ToString(form, CultureInfo.InvariantCulture)},{Text(row.X)},{Text(row.Rent)}"));
        builder.Text("public/test.csv", Table("id,mark,house,day,x", Shuffled(test, order), row => $"{idOf[row.Mark]},{row.Mark},{row.House},{row.Day.ToString(form, CultureInfo.InvariantCulture)},{Text(row.X)}"));
        builder.Text("public/sample_submission.csv", Table("id,rent", Shuffled(test, order), row => $"{idOf[row.Mark]},0"));
        return new RandomTask(builder, await PreparedTask.MakeAsync(builder.Path, seed), train, test) { Seed = seed };
    }

    public RandomRow RowOf(string mark) => int.Parse(mark[1..], CultureInfo.InvariantCulture) is var row && row < Train.Length ? Train[row] : Test[row - Train.Length];

    public bool IsTest(string mark) => int.Parse(mark[1..], CultureInfo.InvariantCulture) >= Train.Length;

    /// <summary>Fresh ids and rows of a blind file in its order.</summary>
    public (int Id, RandomRow Row)[] Read(string file)
    {
        CsvTable table = Prepared.Table(file);
        int id = table.Require("id");
        int mark = table.Require("mark");
        return [.. Enumerable.Range(0, table.Rows).Select(row => (int.Parse(table.Field(row, id), CultureInfo.InvariantCulture), RowOf(table.Field(row, mark).ToString())))];
    }

    public RandomRow[] Holdout() => [.. Read("search/test.csv").Select(pair => pair.Row).Where(row => !IsTest(row.Mark))];

    /// <summary>A prediction that a row's own values say, so that it is the same whatever the row's id and place.</summary>
    public double Predict(RandomRow row) => IsBinary ? 0.05 + (0.09 * row.X) : row.X * 10;

    public static byte[] Submission(IEnumerable<(int Id, RandomRow Row)> rows, Func<RandomRow, double> predict) =>
        Encoding.UTF8.GetBytes("id,rent\n" + string.Concat(rows.Select(pair => $"{pair.Id},{Text(predict(pair.Row))}\n")));

    public void Dispose()
    {
        Prepared.Dispose();
        Builder.Dispose();
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Table(string header, IEnumerable<RandomRow> rows, Func<RandomRow, string> line) => header + "\n" + string.Concat(rows.Select(row => line(row) + "\n"));

    private static RandomRow[] Shuffled(RandomRow[] rows, Random order)
    {
        RandomRow[] shuffled = [.. rows];
        order.Shuffle(shuffled);
        return shuffled;
    }
}

internal sealed record RandomRow(string Mark, string House, DateTime Day, double X, double Rent);
