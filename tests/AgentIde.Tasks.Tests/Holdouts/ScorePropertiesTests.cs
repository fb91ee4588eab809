using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Tests.Holdouts;

/// <summary>
/// What holds of every metric with every kind of split: no row that a score is of is in a train that candidates see while
/// it is looked for, and a score is of the rows and of nothing else, neither of their ids nor of their order.
/// </summary>
public class ScorePropertiesTests(MeasuredTasks tasks) : IClassFixture<MeasuredTasks>
{
    private static readonly bool IsTorture = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1";

    private static readonly (string Metric, string Split)[] Large =
        [("rmsle", "group:house"), ("mae", "time:day"), ("accuracy", "stratified"), ("roc-auc", "random"), ("multi-class-log-loss", "auto")];

    /// <summary>Metric, split, seed, and whether train has rows enough for a second holdout: of these few metrics have one, each with another split.</summary>
    public static TheoryData<string, string, int, bool> Cases
    {
        get
        {
            (string Metric, string Split)[] all = [.. MeasuredTask.All];
            TheoryData<string, string, int, bool> cases = [];
            foreach (int seed in Enumerable.Range(1, IsTorture ? 40 : 1))
            {
                for (int at = 0; at < all.Length; at++)
                {
                    cases.Add(all[at].Metric, all[at].Split, (100 * seed) + at, false);
                    if (seed <= 4 && (IsTorture || Large.Contains(all[at])))
                    {
                        cases.Add(all[at].Metric, all[at].Split, (100 * seed) + at, true);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task No_holdout_row_is_in_the_train_that_a_sandbox_sees_nor_its_answer_in_any_file_there(string metric, string split, int seed, bool large)
    {
        (MeasuredTask task, PreparedTask prepared) = await tasks.GetAsync(metric, split, seed, large);
        using TemporaryFolder sentinel = new();
        prepared.Holdout.PrepareSentinel(sentinel.Path, CancellationToken.None);
        string search = Path.Combine(prepared.Folder, "search");
        int[] train = Rows(Path.Combine(search, "train.csv")), test = Rows(Path.Combine(search, "test.csv"));
        int[] holdout = [.. test.Intersect(task.Train)];

        holdout.Length.ShouldBe(prepared.Facts.HoldoutRows);
        holdout.ShouldNotBeEmpty();
        train.Intersect(holdout).ShouldBeEmpty();
        train.Concat(holdout).Order().ToArray().ShouldBe([.. task.Train], "each row of train is on one side");
        test.Except(holdout).Order().ToArray().ShouldBe([.. task.Test]);
        (prepared.Facts.SecondRows is not null).ShouldBe(large);
        prepared.Holdout.Plan.Scored.Concat(prepared.Holdout.Plan.Second).Order().ToArray().ShouldBe(prepared.Holdout.Plan.Holdout, "the second holdout is a part of it");
        Rows(Path.Combine(sentinel.Path, "search", "train.csv")).ShouldBe(train);

        if (task.Metric.Facts.Predicts == PredictionKind.Values)
        {
            // Each row has a label of its own, so its text alone would tell.
            string[] texts = [.. new[] { search, Path.Combine(sentinel.Path, "search") }.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)).Select(File.ReadAllText)];
            HashSet<string> fields = [.. texts.SelectMany(text => text.Split(',', '\n'))];
            train.Select(task.Label).ShouldAllBe(label => fields.Contains(label));
            holdout.Select(task.Label).ShouldAllBe(label => !fields.Contains(label));
        }

        int[] Rows(string path) => [.. MeasuredTask.Read(path).Select(pair => pair.Row)];
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_score_is_the_metrics_of_the_holdouts_rows_and_a_permutation_of_a_submission_changes_none(string metric, string split, int seed, bool large)
    {
        (MeasuredTask task, PreparedTask prepared) = await tasks.GetAsync(metric, split, seed, large);
        (string Id, int Row)[] rows = MeasuredTask.Read(Path.Combine(prepared.Folder, "search", "test.csv"));
        (string Id, int Row)[] shuffled = [.. rows];
        new Random(seed).Shuffle(shuffled);
        Dictionary<int, int> markOf = MarksOf(task);
        IGrader?[] graders = [prepared.Holdout.Grader, prepared.Holdout.Second];
        int[][] graded = [[.. prepared.Holdout.Plan.Scored.Select(row => markOf[row])], [.. prepared.Holdout.Plan.Second.Select(row => markOf[row])]];
        foreach ((IGrader grader, int[] of) in graders.Zip(graded).Where(pair => pair.First is not null).Select(pair => (pair.First!, pair.Second)))
        {
            Grade grade = await grader.GradeAsync(task.Submission(rows), CancellationToken.None);
            grade.Problem.ShouldBeNull();
            new Random(seed + 1).Shuffle(of);
            grade.Score!.Value.ShouldBe(task.Evaluate(of).Score, 1e-9);
            (await grader.GradeAsync(task.Submission(shuffled), CancellationToken.None)).ShouldBe(grade);
        }

        (prepared.Holdout.Second is not null).ShouldBe(large);
    }

    /// <summary>Private answers know of no split.</summary>
    public static TheoryData<string, int> Metrics => [.. from metric in MetricCatalogue.All from seed in Enumerable.Range(1, IsTorture ? 100 : 2) select new TheoryDataRow<string, int>(metric.Name, seed)];

    [Theory]
    [MemberData(nameof(Metrics))]
    public async Task Other_ids_and_another_order_of_every_file_change_no_private_score(string metric, int seed)
    {
        using MeasuredTask task = MeasuredTask.Make(metric, "random", seed), other = MeasuredTask.Make(metric, "random", seed, permutation: 1);
        (string Id, int Row)[] rows = MeasuredTask.Read(task.Folder.TestFile!), others = MeasuredTask.Read(other.Folder.TestFile!);
        rows.Select(pair => pair.Row).ShouldNotBe(others.Select(pair => pair.Row));
        rows.Select(pair => pair.Id).Intersect(others.Select(pair => pair.Id)).ShouldBeEmpty();
        Grade grade = await task.Folder.PrivateGrader()!.GradeAsync(task.Submission(rows), CancellationToken.None);
        Grade again = await other.Folder.PrivateGrader()!.GradeAsync(other.Submission(others), CancellationToken.None);
        MetricValue direct = task.Evaluate([.. task.Test]);
        foreach (Grade each in (Grade[])[grade, again])
        {
            each.Problem.ShouldBeNull();
            each.Score!.Value.ShouldBe(direct.Score, 1e-9);
            each.StandardError!.Value.ShouldBe(direct.StandardError, 1e-9);
        }
    }

    /// <summary>By a row's place in train: its mark.</summary>
    private static Dictionary<int, int> MarksOf(MeasuredTask task) =>
        MeasuredTask.Read(task.Folder.TrainFile).Select((pair, place) => (place, pair.Row)).ToDictionary(pair => pair.place, pair => pair.Row);
}
