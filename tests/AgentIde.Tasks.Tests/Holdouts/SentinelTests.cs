using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Holdouts;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>The files of a search with some of test's rows taken away.</summary>
public class SentinelTests(PreparedTasks tasks)
{
    [Fact]
    public async Task It_has_every_second_row_and_the_same_train_and_what_needs_no_other_row_is_graded_the_same()
    {
        PreparedTask prepared = await tasks.GetAsync("diamonds");
        using TemporaryFolder folder = new();
        Sentinel sentinel = prepared.Holdout.PrepareSentinel(folder.Path, CancellationToken.None);
        sentinel.With.ShouldBe("with every second row of test alone, in the opposite order");
        prepared.Facts.SecondRows.ShouldNotBeNull();
        sentinel.HoldoutRows.ShouldBe((prepared.Facts.ScoredRows + 1) / 2, "the second holdout is not opened here");
        string[] whole = await File.ReadAllLinesAsync(Path.Combine(prepared.Folder, "search", "test.csv")), left = await File.ReadAllLinesAsync(Path.Combine(folder.Path, "search", "test.csv"));
        left[1..].ShouldBeSubsetOf(whole[1..]);
        (left.Length - 1).ShouldBe(whole.Length / 2);
        left[^1].ShouldBe(whole[1], "the opposite order");
        (await File.ReadAllBytesAsync(Path.Combine(folder.Path, "search", "train.csv"))).ShouldBe(await File.ReadAllBytesAsync(Path.Combine(prepared.Folder, "search", "train.csv")));

        byte[] then = Submission(Path.Combine(prepared.Folder, "search"), id => id), same = Submission(Path.Combine(folder.Path, "search"), id => id), moved = Submission(Path.Combine(folder.Path, "search"), id => id * 3);
        SentinelGrades grades = await sentinel.CompareAsync(same, then, CancellationToken.None);
        (grades.Problem, grades.Now, grades.Gain?.Gain).ShouldBe((null, grades.Then, 0));
        (await sentinel.CompareAsync(moved, then, CancellationToken.None)).Gain!.Gain.ShouldBeGreaterThan(0, "predictions that are thrice as large are worse here");
        (await sentinel.CompareAsync(then, same, CancellationToken.None)).Problem.ShouldNotBeNull("each is graded on its own rows alone");
    }

    [Fact]
    public async Task Of_a_time_split_what_comes_after_the_holdout_is_taken_away_and_the_order_stays()
    {
        using TaskBuilder task = new();
        task.Replace("task.yaml", "label: rent", "label: rent\nsplit: time:day").Delete("private/answers.csv");
        task.Text("public/train.csv", "id,day,rooms,rent\n" + string.Concat(Enumerable.Range(0, 200).Select(row => $"{row},{row},{row * 13 % 5},{row * 31 % 97}\n")));
        task.Text("public/test.csv", "id,day,rooms\n" + string.Concat(Enumerable.Range(200, 50).Select(row => $"{row},{row},{row * 13 % 5}\n")));
        task.Text("public/sample_submission.csv", "id,rent\n" + string.Concat(Enumerable.Range(200, 50).Select(row => $"{row},1\n")));
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        using TemporaryFolder folder = new();
        Sentinel sentinel = prepared.Holdout.PrepareSentinel(folder.Path, CancellationToken.None);
        string[] whole = await File.ReadAllLinesAsync(Path.Combine(prepared.Folder, "search", "test.csv")), left = await File.ReadAllLinesAsync(Path.Combine(folder.Path, "search", "test.csv"));
        left.ShouldBe(whole[..(prepared.Facts.HoldoutRows + 1)]);
        sentinel.HoldoutRows.ShouldBe(prepared.Facts.HoldoutRows);
        sentinel.With.ShouldBe("with the holdout's rows of test alone, and nothing that comes later");
    }

    /// <summary>Of what is held out: two positives, or two groups, of which one or both would be left out half the time.</summary>
    [Theory]
    [InlineData("stratified")]
    [InlineData("group:house")]
    public async Task What_is_left_of_the_holdout_has_each_class_and_each_group(string split)
    {
        using TaskBuilder task = new();
        task.Replace("task.yaml", "metric: rmse", "metric: roc-auc").Replace("task.yaml", "label: rent", $"label: rent\nsplit: {split}").Delete("private/answers.csv");
        task.Text("public/train.csv", "id,house,rooms,rent\n" + string.Concat(Enumerable.Range(0, 200).Select(row => $"{row},h{row % 7},{row * 13 % 5},{(row < 7 ? 1 : 0)}\n")));
        task.Text("public/test.csv", "id,house,rooms\n" + string.Concat(Enumerable.Range(200, 150).Select(row => $"{row},g{row % 7},{row * 13 % 5}\n")));
        task.Text("public/sample_submission.csv", "id,rent\n" + string.Concat(Enumerable.Range(200, 150).Select(row => $"{row},0.5\n")));
        foreach (long seed in (long[])[1, 2, 3, 4, 5, 6, 7, 8])
        {
            using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path, seed);
            using TemporaryFolder folder = new();
            Sentinel sentinel = prepared.Holdout.PrepareSentinel(folder.Path, CancellationToken.None);
            byte[] then = Submission(Path.Combine(prepared.Folder, "search"), id => id), now = Submission(Path.Combine(folder.Path, "search"), id => -id);
            SentinelGrades grades = await sentinel.CompareAsync(now, then, CancellationToken.None);
            (grades.Problem, grades.Now is not null).ShouldBe((null, true));
            sentinel.HoldoutRows.ShouldBeInRange(prepared.Facts.HoldoutRows / 2, (prepared.Facts.HoldoutRows / 2) + 3);
        }
    }

    /// <summary>Predicts from the id, as a number, for every row of the sample.</summary>
    private static byte[] Submission(string folder, Func<double, double> predict)
    {
        string[] sample = File.ReadAllLines(Path.Combine(folder, "sample_submission.csv"));
        IEnumerable<string> rows = sample[1..].Select(line => line.Split(',')[0]).Select(id => FormattableString.Invariant($"{id},{predict(1_000 + double.Parse(id, System.Globalization.CultureInfo.InvariantCulture)):R}"));
        return Encoding.UTF8.GetBytes(string.Join('\n', [sample[0], .. rows]));
    }
}
