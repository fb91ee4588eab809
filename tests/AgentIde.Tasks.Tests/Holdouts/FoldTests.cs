using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>Train in folds: which tasks get them, and what holds of each metric's.</summary>
public class FoldTests
{
    private static readonly string[] Folders = ["search", "fold-2", "fold-3", "fold-4", "fold-5"];

    /// <summary>Odd seeds: of even ones all of test comes after train.</summary>
    public static TheoryData<string, int> Metrics =>
        [.. from metric in MetricCatalogue.All from seed in Enumerable.Range(0, Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1" ? 40 : 1) select new TheoryDataRow<string, int>(metric.Name, (2 * seed) + 1)];

    [Theory]
    [MemberData(nameof(Metrics))]
    public async Task Each_train_row_is_held_out_by_one_fold_and_is_in_no_file_that_a_sandbox_sees_there_but_test(string metric, int seed)
    {
        using MeasuredTask task = MeasuredTask.Make(metric, "folds", seed);
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Builder.Path, seed);
        (prepared.Facts.Folds, prepared.Facts.SecondRows, prepared.Holdout.Second).ShouldBe((5, null, null));
        List<int> held = [];
        Dictionary<int, HashSet<string>> idsOf = [];
        foreach (string folder in Folders)
        {
            (string Id, int Row)[] train = Rows(prepared, folder, "train"), test = Rows(prepared, folder, "test");
            int[] holdout = [.. test.Select(pair => pair.Row).Intersect(task.Train)];
            train.Select(pair => pair.Row).Intersect(holdout).ShouldBeEmpty();
            train.Select(pair => pair.Row).Concat(holdout).Order().ShouldBe(task.Train, "each row of train is on one side");
            test.Select(pair => pair.Row).Except(holdout).Order().ShouldBe(task.Test);
            prepared.Table($"{folder}/test.csv").Find("rent").ShouldBeNull();
            holdout.Length.ShouldBeInRange(task.Train.Count() / 5, (task.Train.Count() / 5) + 1);
            if (folder == "search")
            {
                (holdout.Length, train.Length).ShouldBe((prepared.Facts.HoldoutRows, prepared.Facts.TrainRows));
            }

            if (task.Metric.Facts.Predicts == PredictionKind.Values)
            {
                // Each row has a label of its own, so its text alone would tell.
                HashSet<string> fields = [.. Directory.EnumerateFiles(Path.Combine(prepared.Folder, folder), "*", SearchOption.AllDirectories).SelectMany(file => File.ReadAllText(file).Split(',', '\n'))];
                holdout.Select(task.Label).ShouldAllBe(label => !fields.Contains(label));
            }
            else
            {
                train.Select(pair => task.Label(pair.Row)).Distinct().Count().ShouldBe(task.Train.Select(task.Label).Distinct().Count(), "no class is missing");
            }

            held.AddRange(holdout);
            foreach ((string id, int row) in train.Concat(test))
            {
                (idsOf.TryGetValue(row, out HashSet<string>? known) ? known : idsOf[row] = []).Add(id);
            }
        }

        held.Order().ShouldBe(task.Train, "all five cover every row once");
        idsOf.Values.Average(ids => ids.Count).ShouldBeGreaterThan(4.5, "a row's id on one fold tells nothing on another");
        Rows(prepared, "refit", "train").Select(pair => pair.Row).Order().ShouldBe(task.Train);
        Rows(prepared, "refit", "test").Select(pair => pair.Row).Order().ShouldBe(task.Test);
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public async Task A_score_over_all_folds_is_that_of_their_rows_whatever_their_order_and_ids(string metric, int seed)
    {
        using MeasuredTask task = MeasuredTask.Make(metric, "folds", seed), other = MeasuredTask.Make(metric, "folds", seed, permutation: 1);
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Builder.Path, seed), permuted = await PreparedTask.MakeAsync(other.Builder.Path, seed);
        (IFoldGrader grader, ImmutableArray<ReadOnlyMemory<byte>> submissions) = Submissions(task, prepared, null);
        Grade grade = await grader.GradeAsync(submissions, CancellationToken.None);
        (grade.Problem, grade.Rows).ShouldBe((null, task.Train.Count()));
        MetricValue direct = task.Evaluate([.. task.Train]);
        MetricValue[] folds = [.. Folders.Select(folder => task.Evaluate([.. Rows(prepared, folder, "test").Select(pair => pair.Row).Intersect(task.Train)]))];
        if (metric == "roc-auc")
        {
            // Of each fold for itself, by its rows; so is its error.
            double rows = folds.Sum(fold => fold.Influences.Length);
            grade.Score!.Value.ShouldBe(folds.Sum(fold => fold.Score * fold.Influences.Length) / rows, 1e-9);
            grade.StandardError!.Value.ShouldBe(Math.Sqrt(folds.Sum(fold => Math.Pow(fold.StandardError * fold.Influences.Length / rows, 2))), 1e-9);
        }
        else
        {
            grade.Score!.Value.ShouldBe(direct.Score, 1e-9);
            grade.StandardError!.Value.ShouldBe(direct.StandardError, 1e-9);
            (IFoldGrader otherGrader, ImmutableArray<ReadOnlyMemory<byte>> others) = Submissions(other, permuted, null);
            Grade again = await otherGrader.GradeAsync(others, CancellationToken.None);
            again.Score!.Value.ShouldBe(grade.Score.Value, 1e-9);
            again.StandardError!.Value.ShouldBe(grade.StandardError.Value, 1e-9);
        }

        grade.StandardError!.Value.ShouldBeLessThan(folds[0].StandardError, "that is what folds are for");
        (_, ImmutableArray<ReadOnlyMemory<byte>> shuffled) = Submissions(task, prepared, new Random(seed));
        (await grader.GradeAsync(shuffled, CancellationToken.None)).ShouldBe(grade);
        (await grader.CompareAsync(submissions, shuffled, CancellationToken.None)).ShouldBe(new PairedDifference(0, 0));
        (await prepared.Holdout.Grader.GradeAsync(submissions[0], CancellationToken.None)).Score!.Value.ShouldBe(folds[0].Score, 1e-9);
        (await grader.ProblemAsync(3, submissions[1], CancellationToken.None)).ShouldNotBeNull("the rows of another fold");
        (await grader.ProblemAsync(3, submissions[2], CancellationToken.None)).ShouldBeNull();
        (await grader.GradeAsync(submissions.SetItem(4, "id\n"u8.ToArray()), CancellationToken.None)).Score.ShouldBeNull();
    }

    [Theory]
    [InlineData(1_499, 0, "rmse", null, "5 folds, for train has only 1,499 rows: ")]
    [InlineData(1_500, 0, "rmse", null, null)]
    [InlineData(1_600, 99, "roc-auc", null, "5 folds, for only 99 rows of train are of another class than the commonest: ")]
    [InlineData(1_600, 100, "roc-auc", null, null)]
    [InlineData(1_600, 100, "accuracy", "folds", "5 folds, for task.yaml asks for them: ")]
    [InlineData(300, 60, "roc-auc", "stratified", null)]
    [InlineData(300, 60, "roc-auc", "random", null)]
    [InlineData(300, 60, "accuracy", null, "5 folds, for train has only 300 rows: ")]
    [InlineData(300, 4, "roc-auc", null, "no folds, though train has only 300 rows, for one of them could not be scored: all answers are 0: roc-auc needs both 0 and 1")]
    [InlineData(300, 1, "accuracy", null, "no folds, though train has only 300 rows, for a class would be missing from the train rows of one of them")]
    [InlineData(9, 0, "rmse", null, "no folds, though train has only 9 rows, for 9 rows are too few")]
    public async Task Small_tasks_are_cut_into_folds_unless_a_person_named_another_split(int rows, int minority, string metric, string? split, string? says)
    {
        using TaskBuilder task = Task(rows, metric, split, "noise", row => $"n{row % 3}", row => metric == "rmse" ? row * 31 % 97 : row < minority ? 1 : 0);
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        (prepared.Facts.Folds, prepared.Holdout.Folds is not null).ShouldBe(says?[0] == '5' ? (5, true) : (null, false));
        (prepared.Facts.Kind == SplitKind.Stratified).ShouldBe(metric != "rmse" && split != "random");
        if (says is null)
        {
            prepared.Facts.Why.ShouldNotContain("folds");
        }
        else
        {
            prepared.Facts.Why.ShouldContain(says);
        }

        // A run of before goes on with the holdout that it began with.
        BlindHoldout old = new(prepared.Task, PreparedTask.Secret, 1, mayFold: false);
        (old.Folds, old.Plan.Holdout.Length).ShouldBe((null, BlindPlan.Size(rows, rows)));
    }

    /// <summary>What is hidden among test's rows is at most 30 % of both.</summary>
    [Theory]
    [InlineData(5_000, 50, "rmse", null, 21, "5 folds, for test has only 50 rows, and one holdout would have 21: ")]
    [InlineData(5_000, 3, "rmse", null, 1, "5 folds, for test has only 3 rows, and one holdout would have 1: ")]
    [InlineData(2_000, 466, "roc-auc", null, 199, "5 folds, for test has only 466 rows, and one holdout would have 199: ")]
    [InlineData(2_000, 467, "roc-auc", null, 200, null)]
    [InlineData(5_000, 50, "rmse", "random", 21, null)]
    public async Task Where_test_hides_few_rows_train_is_cut_into_folds(int rows, int testRows, string metric, string? split, int size, string? says)
    {
        using TaskBuilder task = Task(rows, metric, split, "noise", row => $"n{row % 3}", row => metric == "rmse" ? row * 31 % 97 : row % 2, testRows);
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        (prepared.Facts.Folds, prepared.Facts.SecondRows, prepared.Facts.HoldoutRows).ShouldBe(says is null ? (null, null, size) : (5, null, rows / 5));
        prepared.Facts.Why.Contains(says ?? "folds", StringComparison.Ordinal).ShouldBe(says is not null);
        BlindHoldout old = new(prepared.Task, PreparedTask.Secret, 1, mayFold: false);
        (old.Folds, old.Plan.Holdout.Length).ShouldBe((null, size));
    }

    [Fact]
    public async Task Of_a_split_by_time_the_holdout_is_as_large_as_train_makes_it()
    {
        using TaskBuilder later = Task(2_000, "rmse", null, "year", row => $"{1800 + (row / 10)}", row => row * 31 % 97, 20);
        using PreparedTask time = await PreparedTask.MakeAsync(later.Path);
        (time.Facts.Kind, time.Facts.Folds, time.Facts.HoldoutRows).ShouldBe((SplitKind.Time, null, 200));
        time.Facts.Why.ShouldNotContain("folds");
    }

    [Theory]
    [InlineData(900, "rmse", 385, null, 96)]
    [InlineData(934, "rmse", 400, 100, 100)]
    [InlineData(4_000, "roc-auc", 1_000, null, 250)]
    public async Task A_second_holdout_is_kept_back_where_it_says_something(int testRows, string metric, int size, int? second, int before)
    {
        using TaskBuilder task = Task(4_000, metric, metric == "rmse" ? "random" : "stratified", "noise", row => $"n{row % 3}", row => metric == "rmse" ? row * 31 % 97 : row < 16 ? 1 : 0, testRows);
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        (prepared.Facts.HoldoutRows, prepared.Facts.SecondRows).ShouldBe((size, second));

        // A run of before goes on with the one that it began with, though one positive in it says nothing.
        BlindHoldout old = new(prepared.Task, PreparedTask.Secret, 1, hasSecond: true);
        (old.Plan.Second.Length, old.Plan.Holdout.Length).ShouldBe((before, size));
        new BlindHoldout(prepared.Task, PreparedTask.Secret, 1, hasSecond: false).Plan.Second.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_holdout_with_one_row_of_a_class_says_that_its_errors_are_rough()
    {
        using TaskBuilder task = Task(300, "roc-auc", "stratified", "noise", row => $"n{row % 3}", row => row < 5 ? 1 : 0);
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        prepared.Facts.Why.ShouldContain("the holdout has one row of a class, which tells nothing of how much such rows differ, so its standard errors are rough");
    }

    [Fact]
    public async Task Groups_stay_whole_and_time_has_no_folds()
    {
        using TaskBuilder groups = Task(200, "rmse", null, "patient", row => row < 200 ? $"p{row % 23}" : $"q{row % 9}", row => row * 31 % 97);
        using PreparedTask prepared = await PreparedTask.MakeAsync(groups.Path);
        (prepared.Facts.Kind, prepared.Facts.Folds, prepared.Facts.HoldoutUnits).ShouldBe((SplitKind.Group, 5, prepared.Holdout.Plan.Units!.Distinct().Count()));
        string[][] held = [.. prepared.Holdout.FoldPlans.Select(fold => fold.Holdout.Select(row => $"p{row % 23}").Distinct().ToArray())];
        held.SelectMany(names => names).Order().ShouldBe(Enumerable.Range(0, 23).Select(number => $"p{number}").Order(), "each group is on one fold");
        prepared.Holdout.FoldPlans.ShouldAllBe(fold => fold.Holdout.Length >= 32 && fold.Holdout.Length <= 48 && fold.Units!.Distinct().Count() >= 4);

        using TaskBuilder few = Task(200, "rmse", null, "patient", row => row < 200 ? row < 150 ? "p0" : $"p{row % 11}" : $"q{row % 9}", row => row * 31 % 97);
        using PreparedTask unequal = await PreparedTask.MakeAsync(few.Path);
        (unequal.Facts.Kind, unequal.Facts.Folds).ShouldBe((SplitKind.Group, null));
        unequal.Facts.Why.ShouldContain("; no folds, though train has only 200 rows, for groups of patient are too unequal: one of them would have one group alone");

        using TaskBuilder later = Task(200, "rmse", null, "year", row => $"{1990 + (row / 10)}", row => row * 31 % 97);
        using PreparedTask time = await PreparedTask.MakeAsync(later.Path);
        (time.Facts.Kind, time.Facts.Folds).ShouldBe((SplitKind.Time, null));
        time.Facts.Why.ShouldContain("; no folds, though train has only 200 rows, for test comes after train by year, and all folds but the last would be trained on what comes later");

        using TaskBuilder asked = Task(200, "rmse", "folds", "year", row => $"{1990 + (row / 10)}", row => row * 31 % 97);
        (await Should.ThrowAsync<TaskProblemException>(() => PreparedTask.MakeAsync(asked.Path))).Message
            .ShouldBe("task.yaml: 'split: folds' can't be, for test comes after train by year, and all folds but the last would be trained on what comes later; use 'split: auto', which holds out one part of train");
    }

    /// <summary>An area is taken of each fold, and of two groups each tells how far the other is off; a mean is of all rows, and of all ten groups.</summary>
    [Theory]
    [InlineData("roc-auc")]
    [InlineData("log-loss")]
    public async Task Errors_by_groups_are_of_what_each_fold_is_held_against(string metricName)
    {
        using TaskBuilder task = Task(200, metricName, null, "patient", row => row < 200 ? $"p{row % 10}" : $"q{row % 9}", Label);
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        BlindPlan[] plans = prepared.Holdout.FoldPlans;
        plans.ShouldAllBe(plan => plan.Units!.Distinct().Count() == 2);
        Metric metric = MetricCatalogue.Find(metricName)!;
        MetricValue[] rowwise = [.. plans.Select(plan => metric.Evaluate([.. plan.Holdout.Select(row => (double)Label(row))], [.. plan.Holdout.Select(row => Predicted(row, 1))]))];
        double[] errors = [.. rowwise.Zip(plans).Select(pair => pair.First.ByUnits(pair.Second.Units!).StandardError)];
        double expected = metricName == "roc-auc"
            ? Math.Sqrt(errors.Zip(plans).Sum(pair => Math.Pow(pair.First * pair.Second.Holdout.Length / 200, 2)))
            : metric.EvaluateFolds([.. plans.Select(plan => (plan.Holdout.Select(row => (double)Label(row)).ToArray(), plan.Holdout.Select(row => Predicted(row, 1)).ToArray()))]).ByUnits([.. plans.SelectMany(plan => plan.Units!)]).StandardError;
        ImmutableArray<ReadOnlyMemory<byte>> one = Left(1), other = Left(2);
        IFoldGrader grader = prepared.Holdout.Folds!;
        (await grader.GradeAsync(one, CancellationToken.None)).StandardError!.Value.ShouldBe(expected, 1e-9);
        PairedDifference paired = await grader.CompareAsync(one, other, CancellationToken.None), turned = await grader.CompareAsync(other, one, CancellationToken.None);
        (turned.Gain, turned.StandardError).ShouldBe((-paired.Gain, paired.StandardError));
        paired.StandardError.ShouldBeGreaterThan(0);
        (await grader.CompareAsync(one, one, CancellationToken.None)).ShouldBe(new PairedDifference(0, 0));

        static int Label(int row) => row * 7 % 11 % 2;
        static double Predicted(int row, int seed) => 0.05 + (new Random((1_000 * seed) + row).NextDouble() * 0.8) + (0.1 * (row * 7 % 11 % 2));
        ImmutableArray<ReadOnlyMemory<byte>> Left(int seed) =>
            [.. plans.Select(plan => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes("id,rent\n" + string.Concat(plan.Mixed.Select(row => string.Create(CultureInfo.InvariantCulture, $"{plan.FreshIds[row]},{Predicted(row, seed):R}\n")))))];
    }

    private static (IFoldGrader Grader, ImmutableArray<ReadOnlyMemory<byte>> Submissions) Submissions(MeasuredTask task, PreparedTask prepared, Random? order)
    {
        ImmutableArray<ReadOnlyMemory<byte>>.Builder submissions = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        foreach (string folder in Folders)
        {
            (string Id, int Row)[] rows = Rows(prepared, folder, "test");
            order?.Shuffle(rows);
            submissions.Add(task.Submission(rows));
        }

        return (prepared.Holdout.Folds.ShouldNotBeNull(), submissions.ToImmutable());
    }

    private static (string Id, int Row)[] Rows(PreparedTask prepared, string folder, string file) => MeasuredTask.Read(Path.Combine(prepared.Folder, folder, $"{file}.csv"));

    /// <summary>So many rows of train, and as many of test where it does not say.</summary>
    private static TaskBuilder Task(int rows, string metric, string? split, string column, Func<int, string> value, Func<int, int> label, int? testRows = null)
    {
        TaskBuilder task = new();
        task.Replace("task.yaml", "metric: rmse", $"metric: {metric}").Replace("task.yaml", "label: rent", $"label: rent{(split is null ? "" : $"\nsplit: {split}")}").Delete("private/answers.csv");
        task.Text("public/train.csv", $"id,{column},rooms,rent\n" + string.Concat(Enumerable.Range(0, rows).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row},{value(row)},{row * 13 % 5},{label(row)}\n"))));
        task.Text("public/test.csv", $"id,{column},rooms\n" + string.Concat(Enumerable.Range(rows, testRows ?? rows).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row},{value(row)},{row * 13 % 5}\n"))));
        task.Text("public/sample_submission.csv", "id,rent\n" + string.Concat(Enumerable.Range(rows, testRows ?? rows).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row},1\n"))));
        return task;
    }
}
