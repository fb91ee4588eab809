using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Holdouts;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>The files of a search with some of test's rows taken away.</summary>
public class SentinelTests(PreparedTasks tasks)
{
    [Theory]
    [InlineData("diamonds", "with every second row of test alone, in the opposite order")]
    public async Task It_has_fewer_rows_and_the_same_train_and_what_needs_no_other_row_is_graded_the_same(string name, string with)
    {
        PreparedTask prepared = await tasks.GetAsync(name);
        using TemporaryFolder folder = new();
        Sentinel sentinel = prepared.Holdout.PrepareSentinel(folder.Path, CancellationToken.None);
        sentinel.With.ShouldBe(with);
        string[] whole = await File.ReadAllLinesAsync(Path.Combine(prepared.Folder, "search", "test.csv")), left = await File.ReadAllLinesAsync(Path.Combine(folder.Path, "search", "test.csv"));
        left[1..].ShouldBeSubsetOf(whole[1..]);
        bool isTime = prepared.Facts.Kind == SplitKind.Time;
        (left.Length - 1).ShouldBe(isTime ? prepared.Facts.HoldoutRows : whole.Length / 2);
        left[1].ShouldBe(isTime ? whole[1] : whole[(whole.Length - 2) / 2 * 2 + 1], "the opposite order, but for a time split");
        (await File.ReadAllBytesAsync(Path.Combine(folder.Path, "search", "train.csv"))).ShouldBe(await File.ReadAllBytesAsync(Path.Combine(prepared.Folder, "search", "train.csv")));

        byte[] then = Submission(Path.Combine(prepared.Folder, "search"), id => id), same = Submission(Path.Combine(folder.Path, "search"), id => id), moved = Submission(Path.Combine(folder.Path, "search"), id => id * 3);
        SentinelGrades grades = await sentinel.CompareAsync(same, then, CancellationToken.None);
        (grades.Problem, grades.Now, grades.Gain?.Gain).ShouldBe((null, grades.Then, 0));
        (await sentinel.CompareAsync(moved, then, CancellationToken.None)).Gain!.Gain.ShouldBeGreaterThan(0, "predictions that are thrice as large are worse here");
        (await sentinel.CompareAsync(then, same, CancellationToken.None)).Problem.ShouldNotBeNull("each is graded on its own rows alone");
    }

    /// <summary>Predicts from the id, as a number, for every row of the sample.</summary>
    private static byte[] Submission(string folder, Func<double, double> predict)
    {
        string[] sample = File.ReadAllLines(Path.Combine(folder, "sample_submission.csv"));
        IEnumerable<string> rows = sample[1..].Select(line => line.Split(',')[0]).Select(id => FormattableString.Invariant($"{id},{predict(1_000 + double.Parse(id, System.Globalization.CultureInfo.InvariantCulture)):R}"));
        return Encoding.UTF8.GetBytes(string.Join('\n', [sample[0], .. rows]));
    }
}
