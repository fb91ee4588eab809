using System.Globalization;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>What holds of every split of every table.</summary>
public class SplitPropertiesTests(RandomTasks tasks) : IClassFixture<RandomTasks>
{
    public static TheoryData<int> All => RandomTasks.Seeds("");

    public static TheoryData<int> Groups => RandomTasks.Seeds("group:house");

    public static TheoryData<int> Times => RandomTasks.Seeds("time:day");

    [Theory]
    [MemberData(nameof(All))]
    public async Task Each_row_is_there_once_and_no_holdout_row_is_in_the_train_that_candidates_see(int seed)
    {
        RandomTask task = await tasks.GetAsync(seed);
        string[] searchTrain = Marks(task, "search/train.csv");
        string[] searchTest = Marks(task, "search/test.csv");
        searchTrain.Concat(searchTest).Order().ShouldBe(task.Train.Concat(task.Test).Select(row => row.Mark).Order());
        searchTrain.ShouldAllBe(mark => !task.IsTest(mark));
        searchTest.Count(mark => !task.IsTest(mark)).ShouldBe(task.Prepared.Facts.HoldoutRows);
        task.Prepared.Facts.HoldoutRows.ShouldBeInRange(1, task.Train.Length - 1);
        Marks(task, "refit/train.csv").Order().ShouldBe(task.Train.Select(row => row.Mark).Order());
        Marks(task, "refit/test.csv").Order().ShouldBe(task.Test.Select(row => row.Mark).Order());
        task.Prepared.Table("search/test.csv").Find("rent").ShouldBeNull();

        Dictionary<string, int> ids = task.Read("search/train.csv").Concat(task.Read("search/test.csv")).ToDictionary(pair => pair.Row.Mark, pair => pair.Id);
        ids.Values.Order().ShouldBe(Enumerable.Range(0, ids.Count));
        task.Read("refit/train.csv").Concat(task.Read("refit/test.csv")).ShouldAllBe(pair => ids[pair.Row.Mark] == pair.Id);
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task Groups_are_never_cut(int seed)
    {
        RandomTask task = await tasks.GetAsync(seed);
        string[] held = [.. task.Holdout().Select(row => row.House).Distinct()];
        held.Intersect(task.Read("search/train.csv").Select(pair => pair.Row.House)).ShouldBeEmpty();
        (task.Prepared.Facts.Kind, task.Prepared.Facts.Column, task.Prepared.Facts.HoldoutUnits).ShouldBe((SplitKind.Group, "house", held.Length));
        held.Length.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Theory]
    [MemberData(nameof(Times))]
    public async Task Time_never_crosses_and_every_file_is_in_its_order(int seed)
    {
        RandomTask task = await tasks.GetAsync(seed);
        task.Read("search/train.csv").Max(pair => pair.Row.Day).ShouldBeLessThan(task.Holdout().Min(row => row.Day));
        foreach (string file in (string[])["search/train.csv", "search/test.csv", "refit/train.csv", "refit/test.csv"])
        {
            (int Id, RandomRow Row)[] rows = task.Read(file);
            rows.Select(pair => pair.Row.Day).ShouldBeInOrder();
            rows.Select(pair => pair.Id).ShouldBeInOrder();
        }

        (task.Prepared.Facts.Kind, task.Prepared.Facts.Column).ShouldBe((SplitKind.Time, "day"));
        task.Prepared.Facts.Distinguishable.ShouldNotBeNull().Text.ShouldStartWith("it is the last part of train by day and claims no blindness");
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_fresh_split_holds_out_other_rows_whole_groups_of_them_and_grades_them(int seed)
    {
        RandomTask task = await tasks.GetAsync(seed);
        if (await task.Prepared.Holdout.PrepareFreshAsync(task.Prepared.Folder, CancellationToken.None) is not { } fresh)
        {
            int groups = task.Read("search/train.csv").Select(pair => pair.Row.House).Distinct().Count();
            (task.Prepared.Facts.Kind == SplitKind.Time || (task.Prepared.Facts.Kind == SplitKind.Group && groups < 3)).ShouldBeTrue();
            return;
        }

        task.Prepared.Facts.Kind.ShouldNotBe(SplitKind.Time);
        (int Id, RandomRow Row)[] mixed = task.Read("fresh/test.csv");
        RandomRow[] held = [.. mixed.Select(pair => pair.Row).Where(row => !task.IsTest(row.Mark))];
        (held.Length, held.Length > 0).ShouldBe((fresh.Rows, true));
        held.Select(row => row.Mark).Intersect(task.Holdout().Select(row => row.Mark)).ShouldBeEmpty("neither what the search was scored by nor what is opened after the choice");
        string[] train = Marks(task, "fresh/train.csv");
        train.Concat(mixed.Select(pair => pair.Row.Mark)).Order().ShouldBe(task.Train.Concat(task.Test).Select(row => row.Mark).Order());
        task.Prepared.Table("fresh/test.csv").Find("rent").ShouldBeNull();
        if (task.Prepared.Facts.Kind == SplitKind.Group)
        {
            held.Select(row => row.House).Intersect(task.Read("fresh/train.csv").Select(pair => pair.Row.House)).ShouldBeEmpty();
        }

        Grade grade = await fresh.Grader.GradeAsync(RandomTask.Submission(mixed, task.Predict), CancellationToken.None);
        RandomRow[] ordered = [.. held.OrderBy(row => row.Mark, StringComparer.Ordinal)];
        grade.Score!.Value.ShouldBe(((Metric)task.Prepared.Task.Metric).Evaluate([.. ordered.Select(row => row.Rent)], [.. ordered.Select(task.Predict)]).Score, 1e-9);
        FreshHoldout again = (await task.Prepared.Holdout.PrepareFreshAsync(task.Prepared.Folder, CancellationToken.None)).ShouldNotBeNull();
        (again.Files, again.Rows).ShouldBe((fresh.Files, fresh.Rows));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_score_is_that_of_the_holdouts_rows_whatever_their_order(int seed)
    {
        RandomTask task = await tasks.GetAsync(seed);
        (int Id, RandomRow Row)[] rows = task.Read("search/test.csv");
        Grade grade = await task.Prepared.Holdout.Grader.GradeAsync(RandomTask.Submission(rows, task.Predict), CancellationToken.None);
        grade.Problem.ShouldBeNull();
        RandomRow[] holdout = [.. task.Holdout().OrderBy(row => row.Mark, StringComparer.Ordinal)];
        MetricValue direct = ((Metric)task.Prepared.Task.Metric).Evaluate([.. holdout.Select(row => row.Rent)], [.. holdout.Select(task.Predict)]);
        grade.Score!.Value.ShouldBe(direct.Score, 1e-9);

        new Random(seed).Shuffle(rows);
        Grade again = await task.Prepared.Holdout.Grader.GradeAsync(RandomTask.Submission(rows, task.Predict), CancellationToken.None);
        again.ShouldBe(grade);
    }

    [Theory]
    [MemberData(nameof(Times))]
    public async Task Other_ids_and_another_order_of_the_files_leave_a_holdout_of_time_and_its_score_as_they_are(int seed)
    {
        RandomTask task = await tasks.GetAsync(seed);
        using RandomTask other = await RandomTask.MakeAsync(seed, permutation: 7);
        other.Prepared.Task.Facts.Digest.ShouldNotBe(task.Prepared.Task.Facts.Digest);
        other.Holdout().Select(row => row.Mark).Order().ShouldBe(task.Holdout().Select(row => row.Mark).Order());
        Grade before = await GradeAsync(task);
        Grade after = await GradeAsync(other);
        after.Score!.Value.ShouldBe(before.Score!.Value, 1e-9);
        after.StandardError!.Value.ShouldBe(before.StandardError!.Value, 1e-9);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_restored_submission_says_of_each_test_row_what_was_said_of_it(int seed)
    {
        RandomTask task = await tasks.GetAsync(seed);
        CsvTable test = task.Prepared.Task.ReadTest();
        Dictionary<string, string> markOf = Enumerable.Range(0, test.Rows).ToDictionary(row => test.Field(row, 0).ToString(), row => test.Field(row, 1).ToString());
        string[] sampleIds = [.. Enumerable.Range(0, test.Rows).Select(row => task.Prepared.Task.ReadSample().Field(row, 0).ToString())];
        foreach (string folder in (string[])["search", "refit"])
        {
            byte[] submission = RandomTask.Submission(task.Read($"{folder}/test.csv"), row => MarkNumber(row.Mark) / 1e4);
            string[] lines = System.Text.Encoding.UTF8.GetString((await task.Prepared.Holdout.RestoreAsync(submission, CancellationToken.None)).Span).TrimEnd('\n').Split('\n');
            lines[1..].Select(line => line.Split(',')[0]).ShouldBe(sampleIds);
            lines[1..].ShouldAllBe(line => double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture) == MarkNumber(markOf[line.Split(',', StringSplitOptions.None)[0]]) / 1e4);
        }
    }

    private static double MarkNumber(string mark) => int.Parse(mark[1..], CultureInfo.InvariantCulture);

    private static string[] Marks(RandomTask task, string file) => [.. task.Read(file).Select(pair => pair.Row.Mark)];

    private static Task<Grade> GradeAsync(RandomTask task) =>
        task.Prepared.Holdout.Grader.GradeAsync(RandomTask.Submission(task.Read("search/test.csv"), task.Predict), CancellationToken.None);
}
