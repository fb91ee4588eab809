using System.Globalization;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>What <c>split: auto</c> chooses, and what it says of it.</summary>
public class AutoSplitTests(PreparedTasks tasks)
{
    private static readonly Dictionary<string, SplitKind> RealSplits = new()
    {
        ["austen-novels"] = SplitKind.Stratified,
        ["caravan-insurance"] = SplitKind.Stratified,
        ["diamonds"] = SplitKind.Random,
        ["fashion-images"] = SplitKind.Stratified,
        ["flight-delays"] = SplitKind.Stratified,
        ["letters"] = SplitKind.Stratified,
        ["spam-mail"] = SplitKind.Stratified,
        ["train-ridership"] = SplitKind.Time,
    };

    public static TheoryData<string> RealTasks => [.. Repository.ShippedTasks.Concat(Repository.SharedTasks).DistinctBy(Path.GetFileName)];

    [Theory]
    [MemberData(nameof(RealTasks))]
    public async Task Real_tasks_relate_as_a_random_split_does_and_only_ridership_goes_by_time(string path)
    {
        string name = Path.GetFileName(path);
        using TaskBuilder task = Copy(path);
        using PreparedTask? own = Repository.ShippedTasks.Contains(path) ? null : await PreparedTask.MakeAsync(task.Path);
        SplitFacts facts = (own ?? await tasks.GetAsync(name)).Facts;
        facts.Kind.ShouldBe(RealSplits[name], facts.Why);
        (facts.Distinguishable is null).ShouldBe(facts.Kind != SplitKind.Time, facts.Distinguishable?.Text);
        facts.Column.ShouldBe(facts.Kind == SplitKind.Time ? "date" : null);
        if (facts.Kind == SplitKind.Time)
        {
            facts.Why.ShouldStartWith("time by date, for all of test comes after train; date is 2001-01-22 to 2014-08-29 in train, 2014-08-30 to 2016-08-28 in test");
        }
    }

    [Fact]
    public async Task Time_where_test_comes_after_all_of_train()
    {
        SplitFacts facts = await SplitAsync("day", row => new DateTime(2021, 1, 1).AddDays(row < 200 ? row * 37 % 200 / 2 : row - 90).ToString("d.M.yyyy", CultureInfo.InvariantCulture));
        (facts.Kind, facts.Column).ShouldBe((SplitKind.Time, "day"));
        facts.Why.ShouldStartWith("time by day, for all of test comes after train; day is 2021-01-01 to 2021-04-10 in train, 2021-04-21 to 2021-06-09 in test; no folds, though train has only 200 rows, for test comes after train by day, and all folds but the last would be trained on what comes later; standard errors are of ");
    }

    [Fact]
    public async Task Numbers_that_only_grow_are_time_unless_they_count_rows()
    {
        (await SplitAsync("year", row => $"{1990 + (row / 10)}")).Column.ShouldBe("year");
        (await SplitAsync("number", row => $"{row}")).Kind.ShouldBe(SplitKind.Random, "a count of rows that goes on");
        SplitFacts mixed = await SplitAsync("day", row => new DateTime(2021, 1, 1).AddDays(row * 37 % 100).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        mixed.Kind.ShouldBe(SplitKind.Random);
        mixed.Why.ShouldContain("test does not come after train: day is 2021-01-01 to 2021-04-10 in train, 2021-01-");
    }

    [Fact]
    public async Task Groups_where_test_has_its_own()
    {
        SplitFacts facts = await SplitAsync("patient", row => row < 200 ? $"p{10 + (row * 7 % 25)}" : $"q{10 + (row % 9)}");
        (facts.Kind, facts.Column).ShouldBe((SplitKind.Group, "patient"));
        facts.Why.ShouldStartWith("group by patient, for test has groups of its own; 100.0 % of test's rows are of groups that train lacks; train has 25 groups of 8 rows in the mean; 5 folds, for train has only 200 rows: each train row is held out by one of them, and nodes that lead are executed on all; standard errors are of ");
        facts.Distinguishable.ShouldBeNull("names of groups that are drawn tell nothing");

        (await SplitAsync("patient", row => row < 200 || row % 5 < 4 ? $"p{row * 7 % 25}" : $"q{row % 9}")).Kind.ShouldBe(SplitKind.Random, "test shares most groups with train");
        (await SplitAsync("note", row => $"n{row}")).Kind.ShouldBe(SplitKind.Random, "nothing repeats");
    }

    [Fact]
    public async Task A_holdout_that_would_have_no_score_is_not_chosen()
    {
        SplitFacts facts = await SplitAsync("year", row => $"{1990 + (row / 10)}", metric: "roc-auc", label: row => row < 100 && row % 3 == 0 ? 1 : 0);
        facts.Kind.ShouldBe(SplitKind.Stratified);
        facts.Why.ShouldStartWith("stratified, for the label is a class; test speaks for time by year, for all of test comes after train; year is 1990 to 2009 in train, 2010 to 2014 in test, but its holdout can't be scored: all answers are 0: roc-auc needs both 0 and 1");
    }

    [Fact]
    public async Task The_outer_of_two_kinds_of_groups()
    {
        SplitFacts facts = await SplitAsync("patient,clinic", row => row < 200 ? $"p{row % 50},c{row % 50 / 4}" : $"q{row % 9},d{row % 9 / 4}");
        (facts.Kind, facts.Column).ShouldBe((SplitKind.Group, "clinic"));
    }

    [Fact]
    public async Task Whole_groups_are_no_match_for_a_test_that_shares_them_and_that_is_said()
    {
        SplitFacts facts = await SplitAsync("patient", row => row < 200 || row % 2 == 0 ? $"p{row * 7 % 25}" : $"q{row % 9}", "group:patient");
        facts.Why.ShouldContain("50.0 % of test's rows are of groups that train lacks");
        facts.Why.ShouldContain("test has 50.0 % of its rows in groups of train, the holdout none, so the holdout is harder");
    }

    /// <summary>200 rows of train and 50 of test with one more column than the noise that they have.</summary>
    private static async Task<SplitFacts> SplitAsync(string columns, Func<int, string> values, string? split = null, string metric = "rmse", Func<int, int>? label = null)
    {
        using TaskBuilder task = new();
        task.Replace("task.yaml", "metric: rmse", $"metric: {metric}").Replace("task.yaml", "label: rent", $"label: rent{(split is null ? "" : $"\nsplit: {split}")}").Delete("private/answers.csv");
        task.Text("public/train.csv", $"id,{columns},rooms,rent\n" + string.Concat(Enumerable.Range(0, 200).Select(row => $"{row},{values(row)},{row * 13 % 5},{label?.Invoke(row) ?? row * 31 % 97}\n")));
        task.Text("public/test.csv", $"id,{columns},rooms\n" + string.Concat(Enumerable.Range(200, 50).Select(row => $"{row},{values(row)},{row * 13 % 5}\n")));
        task.Text("public/sample_submission.csv", "id,rent\n" + string.Concat(Enumerable.Range(200, 50).Select(row => $"{row},1\n")));
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        return prepared.Facts;
    }

    /// <summary>Without what task.yaml says of the split.</summary>
    private static TaskBuilder Copy(string path)
    {
        TaskBuilder task = new();
        task.Delete("public/train.csv").Delete("public/test.csv").Delete("public/sample_submission.csv").Delete("private/answers.csv");
        foreach (string file in Directory.EnumerateFiles(Path.Combine(path, "public")))
        {
            task.Bytes($"public/{Path.GetFileName(file)}", File.ReadAllBytes(file));
        }

        return task.Text("task.yaml", string.Join('\n', File.ReadLines(Path.Combine(path, "task.yaml")).Where(line => !line.StartsWith("split:", StringComparison.Ordinal))));
    }
}
