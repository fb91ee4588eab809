using System.Globalization;
using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;
using AgentIde.Tasks.Leaks;

namespace AgentIde.Tasks.Tests.Leaks;

/// <summary>Planted leaks of each kind are found and named; real honest tasks have none.</summary>
public sealed class LeakProbeTests
{
    private const int TrainRows = 900;
    private const int TestRows = 150;

    public static TheoryData<string> HonestTasks => [.. Repository.ShippedTasks, .. Repository.SharedTasks];

    /// <summary>Name, metric, what a row has beside id, day and two measures, and what is to be found.</summary>
    private static Dictionary<string, (string Metric, Func<Row, string> Extra, LeakKind Kind, string? Column, int Shift)> Planted { get; } = new()
    {
        ["the target in other units"] = ("rmse", row => Text((row.Answer * 1.8) + 32), LeakKind.Column, "extra", 0),
        ["the target with a little noise"] = ("mae", row => Text(row.Answer + (0.01 * row.Noise)), LeakKind.Column, "extra", 0),
        ["the target on another scale"] = ("rmse", row => Text(Math.Exp(row.Answer / 10)), LeakKind.Column, "extra", 0),
        ["the class under other names"] = ("multi-class-log-loss", row => row.Class switch { 0 => "red", 1 => "green", _ => "blue" }, LeakKind.Column, "extra", 0),
        ["a code that tells the class"] = ("roc-auc", row => $"c{(row.Class == 0 ? 0 : 50) + (row.Number % 50)}", LeakKind.Column, "extra", 0),
        ["the answer of fourteen days ago"] = ("mae", row => Text(row.Before(14)), LeakKind.Shifted, "extra", 14),
        ["tomorrow's answer, in other units"] = ("rmse", row => Text(-3 * row.After(1)), LeakKind.Shifted, "extra", -1),
        ["a class of 400 days ago"] = ("roc-auc", row => Text(row.Before(400) < 12 ? 0 : 1), LeakKind.Shifted, "extra", 400),
    };

    public static TheoryData<string> PlantedNames => [.. Planted.Keys];

    [Theory]
    [MemberData(nameof(PlantedNames))]
    public void A_column_that_gives_the_target_away_is_named(string name)
    {
        (string metric, Func<Row, string> extra, LeakKind kind, string? column, int shift) = Planted[name];
        using TaskBuilder task = Make(metric, extra);
        Leak leak = LeakProbe.Probe(task.Read(), TestContext.Current.CancellationToken).ShouldHaveSingleItem();
        (leak.Kind, leak.Column, leak.Shift).ShouldBe((kind, column, shift));
        leak.Strength.ShouldBeInRange(0.999, 1);
        leak.Text.ShouldContain("extra");
    }

    [Fact]
    public async Task A_run_is_told_of_it_with_its_holdout()
    {
        using TaskBuilder task = Make("rmse", row => Text(row.Answer));
        using TemporaryFolder folder = new();
        SplitFacts split = await new BlindHoldout(task.Read(), new byte[BlindHoldout.SecretLength], 1).PrepareAsync(folder.Path, TestContext.Current.CancellationToken);
        split.Leaks!.Value.ShouldHaveSingleItem().Column.ShouldBe("extra");
    }

    [Theory]
    [InlineData("rmse")]
    [InlineData("roc-auc")]
    [InlineData("multi-class-log-loss")]
    public void What_helps_and_does_not_say_it_is_no_leak(string metric)
    {
        // A strong feature, and yesterday's measure of something that goes with the target.
        using TaskBuilder task = Make(metric, row => Text(row.Answer + (2 * row.Noise)));
        LeakProbe.Probe(task.Read(), TestContext.Current.CancellationToken).ShouldBeEmpty();
    }

    [Fact]
    public void The_order_of_the_rows_and_their_ids_are_looked_at_by_place_and_by_remainder()
    {
        using TaskBuilder sorted = Make("rmse", row => "0", order: rows => rows.OrderBy(row => row.Answer), days: false);
        Leak[] found = [.. LeakProbe.Probe(sorted.Read(), TestContext.Current.CancellationToken)];
        found.Select(leak => leak.Kind).ShouldBe([LeakKind.Position]);
        found[0].Text.ShouldBe("the order of the rows of train tells the target: how far down it stands explains 99.3 % of it");

        using TaskBuilder turns = Make("multi-class-log-loss", row => "0", id: row => $"flat-{(row.Number * 3) + row.Class}", days: false);
        Leak turn = LeakProbe.Probe(turns.Read(), TestContext.Current.CancellationToken).ShouldHaveSingleItem();
        (turn.Kind, turn.Column).ShouldBe((LeakKind.Id, "id"));
        turn.Text.ShouldContain("its remainder by 3 explains 100.0 % of it");
    }

    [Fact]
    public void In_a_small_table_what_one_of_many_remainders_explains_by_chance_is_no_leak()
    {
        for (int start = 0; start < 30; start++)
        {
            StringBuilder train = new("id,size,rent\n"), test = new("id,size\n"), sample = new("id,rent\n");
            foreach (Row row in Enumerable.Range(start * 1_000, 350).Select(number => new Row(number)))
            {
                train.Append(CultureInfo.InvariantCulture, $"a{row.Shuffled},{Text(row.Size)},{Text(row.Answer)}\n");
                test.Append(CultureInfo.InvariantCulture, $"b{row.Shuffled},{Text(row.Age)}\n");
                sample.Append(CultureInfo.InvariantCulture, $"b{row.Shuffled},1\n");
            }

            using TaskBuilder task = new();
            task.Text("task.yaml", TaskBuilder.Yaml).Text("public/train.csv", train.ToString()).Text("public/test.csv", test.ToString()).Text("public/sample_submission.csv", sample.ToString()).Delete("private/answers.csv");
            LeakProbe.Probe(task.Read(), TestContext.Current.CancellationToken).ShouldBeEmpty($"rows from {start * 1_000} on");
        }
    }

    [Fact]
    public void A_trend_over_time_is_none_of_the_rows_own()
    {
        using TaskBuilder task = Make("rmse", row => "0", answer: row => row.Number);
        LeakProbe.Probe(task.Read(), TestContext.Current.CancellationToken).ShouldBeEmpty();
    }

    [Fact]
    public void The_size_of_a_file_that_tells_the_class_is_named()
    {
        using TaskBuilder task = Make("roc-auc", row => "0", days: false);
        foreach (Row row in Rows().Where(row => row.Number < TrainRows))
        {
            task.Bytes($"public/pictures/{row.Shuffled}.png", new byte[100 + row.Class + (row.Class == 0 ? 0 : 50)]);
        }

        Leak leak = LeakProbe.Probe(task.Read(), TestContext.Current.CancellationToken).ShouldHaveSingleItem();
        leak.Kind.ShouldBe(LeakKind.FileSize);
    }

    [Theory]
    [MemberData(nameof(HonestTasks))]
    public void Honest_tasks_have_no_leak(string path) =>
        LeakProbe.Probe(TaskFolder.Read(path), TestContext.Current.CancellationToken).Select(leak => leak.Text).ShouldBeEmpty();

    [Fact]
    public void The_leaky_task_is_flagged_by_the_station_of_two_weeks_on()
    {
        foreach (string path in Repository.SharedLeakyTasks)
        {
            Leak leak = LeakProbe.Probe(TaskFolder.Read(path), TestContext.Current.CancellationToken).ShouldHaveSingleItem();
            (leak.Kind, leak.Column, leak.Shift).ShouldBe((LeakKind.Shifted, "Clark_Lake", 14));
        }
    }

    private static TaskBuilder Make(
        string metric, Func<Row, string> extra, Func<IEnumerable<Row>, IEnumerable<Row>>? order = null, Func<Row, string>? id = null, Func<Row, double>? answer = null, bool days = true)
    {
        TaskBuilder task = new();
        string label = metric is "rmse" or "mae" ? "rent" : "kind";
        string target = metric == "multi-class-log-loss" ? "c0, c1, c2" : label;
        task.Text("task.yaml", TaskBuilder.Yaml.Replace("metric: rmse", $"metric: {metric}", StringComparison.Ordinal).Replace("label: rent", $"label: {label}", StringComparison.Ordinal)
            .Replace("[rent]", $"[{target}]", StringComparison.Ordinal));
        string Said(Row row) => metric switch
        {
            "roc-auc" => row.Class == 0 ? "0" : "1",
            "multi-class-log-loss" => $"c{row.Class}",
            _ => Text(answer?.Invoke(row) ?? row.Answer),
        };
        string day = days ? ",day" : "";
        StringBuilder train = new($"id{day},size,age,extra,{label}\n"), test = new($"id{day},size,age,extra\n"), sample = new($"id,{target.Replace(" ", "", StringComparison.Ordinal)}\n");
        IEnumerable<Row> ofTrain = Rows().Take(TrainRows);
        foreach (Row row in (order?.Invoke(ofTrain) ?? ofTrain).Concat(Rows().Skip(TrainRows)))
        {
            string name = id?.Invoke(row) ?? $"{row.Shuffled}";
            string features = (days ? $",{new DateTime(2020, 1, 1).AddDays(row.Number):yyyy-MM-dd}" : "") + $",{Text(row.Size)},{Text(row.Age)},{extra(row)}";
            if (row.Number < TrainRows)
            {
                train.Append(CultureInfo.InvariantCulture, $"{name}{features},{Said(row)}\n");
            }
            else
            {
                test.Append(CultureInfo.InvariantCulture, $"{name}{features}\n");
                sample.Append(CultureInfo.InvariantCulture, $"{name},{(metric == "multi-class-log-loss" ? "0.3,0.3,0.4" : "0.5")}\n");
            }
        }

        return task.Text("public/train.csv", train.ToString()).Text("public/test.csv", test.ToString()).Text("public/sample_submission.csv", sample.ToString()).Delete("private/answers.csv");
    }

    private static IEnumerable<Row> Rows() => Enumerable.Range(0, TrainRows + TestRows).Select(number => new Row(number));

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>A row as its number alone decides it, so that another row can be asked too.</summary>
    private sealed record Row(int Number)
    {
        public double Size => Draw(1);

        public double Age => Draw(2);

        public double Noise => Draw(3) - 5;

        public double Answer => (2 * Size) + Age + (0.5 * Noise);

        public int Class => Answer < 12 ? 0 : Answer < 18 ? 1 : 2;

        /// <summary>An id that goes with nothing.</summary>
        public int Shuffled => (Number * 7_919) % 10_007 * 64 + (int)(6.4 * Draw(4));

        public double Before(int days) => new Row(Number - days).Answer;

        public double After(int days) => new Row(Number + days).Answer;

        /// <summary>0 to 10, evenly.</summary>
        private double Draw(int what)
        {
            ulong mixed = unchecked(((ulong)(Number + 5_000) * 0x9E3779B97F4A7C15) + ((ulong)what * 0xBF58476D1CE4E5B9));
            mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
            mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
            return (mixed ^ (mixed >> 31)) % 1_000_000 / 100_000.0;
        }
    }
}
