using System.Globalization;
using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;

namespace AgentIde.Tasks.Tests.Holdouts;

public class BlindHoldoutTests(PreparedTasks tasks)
{
    private static string Letters => Path.Combine(Repository.Root, "tasks", "letters");

    [Fact]
    public async Task The_same_task_secret_and_seed_give_the_same_bytes_in_every_process()
    {
        PreparedTask prepared = await tasks.GetAsync("letters");
        using PreparedTask again = await PreparedTask.MakeAsync(Letters);
        again.Facts.ShouldBe(prepared.Facts);

        // Written down once: another process, machine or version of the runtime comes to the same.
        prepared.Facts.ShouldBe(prepared.Facts with
        {
            Kind = SplitKind.Stratified,
            TrainRows = 11_429,
            HoldoutRows = 2_571,
            TestRows = 6_000,
            Files = Digest.Parse("97e561ddef2f7023dfbc4d6d20f8f71b07e7ad1767f4a7ac2175fd498dac60f7"),
        });
    }

    [Fact]
    public async Task Another_secret_seed_or_task_gives_another_split()
    {
        PreparedTask prepared = await tasks.GetAsync("letters");
        using PreparedTask seed = await PreparedTask.MakeAsync(Letters, seed: 2);
        using PreparedTask secret = await PreparedTask.MakeAsync(Letters, secret: new byte[BlindHoldout.SecretLength]);
        foreach (PreparedTask other in (PreparedTask[])[seed, secret])
        {
            other.Facts.Files.ShouldNotBe(prepared.Facts.Files);
            double shared = other.Holdout.Plan.Holdout.Intersect(prepared.Holdout.Plan.Holdout).Count();
            (shared / prepared.Facts.HoldoutRows).ShouldBe((double)prepared.Facts.HoldoutRows / 14_000, 0.05);
        }
    }

    [Fact]
    public async Task Preparing_again_leaves_what_is_sound_and_mends_what_is_not()
    {
        using PreparedTask prepared = await PreparedTask.MakeAsync(Letters);
        string train = Path.Combine(prepared.Folder, "search", "train.csv");
        string sound = await File.ReadAllTextAsync(train);
        await File.AppendAllTextAsync(train, "more\n");
        Directory.Delete(Path.Combine(prepared.Folder, "refit"), recursive: true);
        Directory.CreateDirectory(Path.Combine(prepared.Folder, "refit.partial"));
        await File.WriteAllTextAsync(Path.Combine(prepared.Folder, "refit.partial", "train.csv"), "half a f");

        (await prepared.Holdout.PrepareAsync(prepared.Folder, CancellationToken.None)).ShouldBe(prepared.Facts);
        (await File.ReadAllTextAsync(train)).ShouldBe(sound);
        Directory.EnumerateFileSystemEntries(prepared.Folder).Select(Path.GetFileName).Order().ShouldBe(["refit", "search"]);

        string marker = Path.Combine(prepared.Folder, "search");
        DateTime created = Directory.GetCreationTimeUtc(marker);
        (await prepared.Holdout.PrepareAsync(prepared.Folder, CancellationToken.None)).ShouldBe(prepared.Facts);
        Directory.GetCreationTimeUtc(marker).ShouldBe(created);
    }

    [Fact]
    public async Task The_grader_scores_the_holdouts_rows_alone_but_wants_all_of_them_sound()
    {
        PreparedTask prepared = await tasks.GetAsync("diamonds");
        CsvTable train = prepared.Task.ReadTrain();
        int price = train.Require("price");
        BlindPlan plan = prepared.Holdout.Plan;
        string Submission(string onTest) => "id,price\n" + string.Concat(plan.Mixed.Select(row =>
            $"{plan.FreshIds[row]},{(row < plan.TrainRows ? train.Field(row, price).ToString() : onTest)}\n"));

        (await prepared.Holdout.Grader.GradeAsync(Encoding.UTF8.GetBytes(Submission("1")), CancellationToken.None)).ShouldBe(new Grade(0, 0, prepared.Facts.ScoredRows, null));
        (await prepared.Holdout.Grader.GradeAsync(Encoding.UTF8.GetBytes(Submission("123456")), CancellationToken.None)).Score.ShouldBe(0);
        Grade broken = await prepared.Holdout.Grader.GradeAsync(Encoding.UTF8.GetBytes(Submission("nan")), CancellationToken.None);
        broken.Problem!.ShouldContain("price is 'nan', a missing value");

        byte[] sample = await File.ReadAllBytesAsync(Path.Combine(prepared.Folder, "search", "sample_submission.csv"));
        Grade trivial = await prepared.Holdout.Grader.GradeAsync(sample, CancellationToken.None);
        trivial.Score!.Value.ShouldBe(1.01, 0.05);
        trivial.StandardError!.Value.ShouldBeInRange(0.001, 0.05);
    }

    [Theory]
    [InlineData("diamonds", 6_935)]
    [InlineData("letters", 2_571)]
    public async Task A_quarter_of_the_holdout_is_kept_back_and_no_score_of_a_search_is_of_it(string task, int cut)
    {
        PreparedTask prepared = await tasks.GetAsync(task);
        BlindPlan plan = prepared.Holdout.Plan;
        (prepared.Facts.HoldoutRows, prepared.Facts.SecondRows, prepared.Facts.ScoredRows).ShouldBe((cut, (int)Math.Round(0.25 * cut), cut - (int)Math.Round(0.25 * cut)));
        plan.Second.Concat(plan.Scored).Order().ShouldBe(plan.Holdout);

        // Who knows the one part alone is right there alone.
        double known = await ScoreAsync(prepared.Holdout.Grader, plan.Scored), kept = await ScoreAsync(prepared.Holdout.Second.ShouldNotBeNull(), plan.Scored);
        double opened = await ScoreAsync(prepared.Holdout.Second!, plan.Second), blind = await ScoreAsync(prepared.Holdout.Grader, plan.Second);
        (known + opened).ShouldBe(0, 1e-12);
        (kept > 0.1, blind > 0.1).ShouldBe((true, true));
        (await prepared.Holdout.Second!.GradeAsync(Right(prepared, plan.Second), CancellationToken.None)).Rows.ShouldBe(plan.Second.Length);

        // A run of old is scored by all of it.
        BlindHoldout old = new(prepared.Task, PreparedTask.Secret, 1, hasSecond: false);
        (old.Second, (await old.Grader.GradeAsync(Right(prepared, plan.Holdout), CancellationToken.None)).Rows).ShouldBe((null, cut));

        async Task<double> ScoreAsync(IGrader grader, int[] right) => (await grader.GradeAsync(Right(prepared, right), CancellationToken.None)).Score!.Value;
    }

    [Theory]
    [InlineData("diamonds")]
    [InlineData("letters")]
    public async Task The_fresh_split_is_the_same_for_all_runs_of_a_split_seed_and_has_no_row_of_the_second_holdout(string task)
    {
        PreparedTask prepared = await tasks.GetAsync(task);
        BlindPlan plan = prepared.Holdout.Plan, fresh = prepared.Holdout.FreshPlan.ShouldNotBeNull();
        (fresh.Holdout.Length, fresh.Holdout.Intersect(plan.Holdout).Any(), plan.Second.Except(fresh.SearchTrain).Any()).ShouldBe((plan.Holdout.Length, false, false));
        fresh.FreshIds.Zip(plan.FreshIds).Count(pair => pair.First == pair.Second).ShouldBeLessThan(20);
        new BlindHoldout(prepared.Task, PreparedTask.Secret, 1).FreshPlan.ShouldNotBeNull().Mixed.ShouldBe(fresh.Mixed);
        new BlindHoldout(prepared.Task, PreparedTask.Secret, 2).FreshPlan.ShouldNotBeNull().Mixed.ShouldNotBe(fresh.Mixed);
    }

    /// <summary>What the sample says, and the answer of these rows.</summary>
    private static byte[] Right(PreparedTask prepared, int[] rows)
    {
        CsvTable train = prepared.Task.ReadTrain(), sample = prepared.Table("search/sample_submission.csv");
        int label = train.Require(prepared.Task.Facts.Label), id = sample.Require(prepared.Task.Facts.IdColumn);
        BlindPlan plan = prepared.Holdout.Plan;
        Dictionary<string, int> right = rows.ToDictionary(row => $"{plan.FreshIds[row]}");
        bool isNumber = prepared.Task.Facts.Targets is [var only] && only == prepared.Task.Facts.Label;
        StringBuilder text = new(string.Join(',', sample.Header) + "\n");
        for (int line = 0; line < sample.Rows; line++)
        {
            bool isRight = right.TryGetValue(sample.Field(line, id).ToString(), out int row);
            text.AppendJoin(',', sample.Header.Select((column, place) => !isRight || place == id ? sample.Field(line, place).ToString()
                : isNumber ? train.Field(row, label).ToString()
                : train.Field(row, label).SequenceEqual(column) ? "1" : "0")).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    [Fact]
    public async Task A_submission_is_restored_under_the_tasks_own_ids_in_the_order_of_its_sample()
    {
        PreparedTask prepared = await tasks.GetAsync("letters");
        IGrader grader = prepared.Task.PrivateGrader()!;
        foreach (string folder in (string[])["search", "refit"])
        {
            // Each row says its own id a little, so that a row in the wrong place shows.
            byte[] blind = Marked(prepared.Table($"{folder}/sample_submission.csv"));
            ReadOnlyMemory<byte> restored = await prepared.Holdout.RestoreAsync(blind, CancellationToken.None);
            (await grader.GradeAsync(restored, CancellationToken.None)).Problem.ShouldBeNull();
            CsvTable table = ReadTable(restored);
            CsvTable sample = prepared.Task.ReadSample();
            table.Header.ShouldBe(sample.Header);
            BlindPlan plan = prepared.Holdout.Plan;
            string[] testIds = TaskTables.Ids(prepared.Task.ReadTest(), "id");
            Dictionary<string, int> testRows = testIds.Select((id, row) => (id, row)).ToDictionary(pair => pair.id, pair => pair.row);
            for (int row = 0; row < table.Rows; row++)
            {
                string id = table.Field(row, 0).ToString();
                id.ShouldBe(sample.Field(row, 0).ToString());
                table.Field(row, 1).ToString().ShouldBe(Mark(plan.FreshIds[plan.TrainRows + testRows[id]]));
            }

            prepared.Holdout.Agreement(blind, blind).ShouldBe(1.0);
            prepared.Holdout.Agreement(restored, restored).ShouldBe(1.0);
        }
    }

    [Fact]
    public async Task Perfect_blind_predictions_have_a_perfect_private_score_after_restoring()
    {
        PreparedTask prepared = await tasks.GetAsync("diamonds");
        CsvTable answers = CsvTable.Read(prepared.Task.AnswersFile!, "answers");
        Dictionary<string, string> byId = Enumerable.Range(0, answers.Rows).ToDictionary(row => answers.Field(row, 0).ToString(), row => answers.Field(row, 1).ToString());
        string[] testIds = TaskTables.Ids(prepared.Task.ReadTest(), "id");
        BlindPlan plan = prepared.Holdout.Plan;
        string blind = "price,id\n" + string.Concat(plan.Mixed.Select(row => $"{(row < plan.TrainRows ? "1" : byId[testIds[row - plan.TrainRows]])},{plan.FreshIds[row]}\n"));
        ReadOnlyMemory<byte> restored = await prepared.Holdout.RestoreAsync(Encoding.UTF8.GetBytes(blind), CancellationToken.None);
        (await prepared.Task.PrivateGrader()!.GradeAsync(restored, CancellationToken.None)).ShouldBe(new Grade(0, 0, plan.TestRows, null));
    }

    [Fact]
    public async Task A_submission_that_does_not_fit_is_not_restored()
    {
        PreparedTask prepared = await tasks.GetAsync("letters");
        TaskProblemException problem = await Should.ThrowAsync<TaskProblemException>(() => prepared.Holdout.RestoreAsync("id,A\n1,2\n"u8.ToArray(), CancellationToken.None));
        problem.Message.ShouldBe("the submission does not fit the blind files: line 1: no column 'B'; did you mean 'A'?");
        byte[] own = Inflated.Read(prepared.Task.SampleSubmissionFile);
        (await Should.ThrowAsync<TaskProblemException>(() => prepared.Holdout.RestoreAsync(own, CancellationToken.None))).Message.ShouldContain("line ");
    }

    [Theory]
    [InlineData("id,rent\n1,5\n2,6\n3,9\n", "rent,id\n1,3\n0,2\n-1,1\n", 1.0)]
    [InlineData("id,rent\n1,5\n2,6\n3,9\n", "id,rent\n1,3\n2,2\n3,1\n", -1.0)]
    [InlineData("id,rent\n1,5\n2,6\n3,9\n7,0\n", "id,rent\n8,0\n1,1\n2,2\n3,2\n", 0.8660254037844387)]
    [InlineData("id,rent\n1,5\n2,6\n3,9\n", "id,rent\n1,3\n2,3\n3,3\n", null)]
    [InlineData("id,rent\n1,5\n2,6\n3,9\n", "id,rent\n4,3\n5,2\n6,1\n", null)]
    [InlineData("id,rent\n1,5\n2,6\n3,9\n", "id,rent\n1,3\n2,x\n3,1\n", null)]
    [InlineData("id,rent\n1,5\n2,6\n3,9\n", "id\n1\n", null)]
    [InlineData("id,rent\n1,5\n2,6\n3,9\n", "", null)]
    public void Agreement_is_of_ranks_over_common_ids(string submission, string other, double? agreement)
    {
        using TaskBuilder task = new();
        double? found = new BlindHoldout(task.Read(), PreparedTask.Secret, 1).Agreement(Encoding.UTF8.GetBytes(submission), Encoding.UTF8.GetBytes(other));
        found.HasValue.ShouldBe(agreement.HasValue);
        (found ?? 0).ShouldBe(agreement ?? 0, 1e-12);
    }

    [Theory]
    [InlineData("id,rent\n1,5\n2,7\n", "id,rent\r\n2,7.0\r\n1,5.0000000001\r\n", 2, 0, 0, 1e-10, null)]
    [InlineData("id,rent\n1,5\n2,8\n", "id,rent\n1,5\n2,7\n", 2, 1, 0, 1.0, "rent of id 2 is 8, was 7")]
    [InlineData("id,rent\n1,5\n3,8\n", "id,rent\n1,5\n2,7\n", 1, 0, 2, 0.0, null)]
    [InlineData("id,rent\n1,much\n", "id,rent\n1,much\n", 1, 0, 0, null, null)]
    [InlineData("id,rent\n1,\u001b[31m\n", "id,rent\n1,5\n", 1, 1, 0, null, "rent of id 1 is \\u{1B}[31m, was 5")]
    public void Submissions_are_compared_value_by_value(string submission, string other, int values, int differing, int unshared, double? largest, string? first)
    {
        using TaskBuilder task = new();
        SubmissionDifference found = new BlindHoldout(task.Read(), PreparedTask.Secret, 1)
            .Compare(Encoding.UTF8.GetBytes(submission), Encoding.UTF8.GetBytes(other), (value, before) => Math.Abs(value - before) < 1e-6).ShouldNotBeNull();
        (found.Values, found.Differing, found.Unshared, found.First).ShouldBe((values, differing, unshared, first));
        (found.Largest ?? -1).ShouldBe(largest ?? -1, 1e-12);
    }

    [Fact]
    public void What_is_no_submission_can_not_be_compared()
    {
        using TaskBuilder task = new();
        new BlindHoldout(task.Read(), PreparedTask.Secret, 1).Compare("id,rent\n1,5\n"u8.ToArray(), "nothing"u8.ToArray(), (_, _) => true).ShouldBeNull();
    }

    [Fact]
    public async Task Agreement_of_class_probabilities_is_that_of_their_values_not_of_the_order_of_their_tails()
    {
        PreparedTask prepared = await tasks.GetAsync("letters");
        string header = "id," + string.Join(',', prepared.Task.Facts.Targets);
        string Submission(Func<int, int, double> probability) => header + "\n" + string.Concat(Enumerable.Range(1, 200)
            .Select(row => $"{row},{string.Join(',', Enumerable.Range(0, 26).Select(letter => probability(row, letter).ToString("R", System.Globalization.CultureInfo.InvariantCulture)))}\n"));
        string one = Submission((row, letter) => letter == row % 26 ? 0.95 : 0.0001 * ((row * 7) + (letter * 13) % 11));
        string tails = Submission((row, letter) => letter == row % 26 ? 0.94 : 0.0001 * ((row * 5) + (letter * 17) % 13) % 0.002);
        string others = Submission((row, letter) => letter == (row + 1) % 26 ? 0.95 : 0.002);
        double? Agreement(string other) => prepared.Holdout.Agreement(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
        Agreement(one).ShouldNotBeNull().ShouldBe(1.0, 1e-12);
        Agreement(tails).ShouldNotBeNull().ShouldBeGreaterThan(0.95);
        Agreement(others).ShouldNotBeNull().ShouldBeLessThan(0.1);
    }

    [Fact]
    public void Agreement_of_labels_is_that_of_each_class()
    {
        using TaskBuilder task = new();
        task.Replace("task.yaml", "metric: rmse", "metric: accuracy").Text("public/train.csv", "id,rooms,rent\n1,2,low\n2,3,high\n").Delete("private/answers.csv");
        BlindHoldout holdout = new(task.Read(), PreparedTask.Secret, 1);
        byte[] one = "id,rent\n1,low\n2,high\n3,low\n4,high\n"u8.ToArray();
        holdout.Agreement(one, one).ShouldBe(1.0);
        holdout.Agreement(one, "id,rent\n1,high\n2,low\n3,high\n4,low\n"u8.ToArray()).ShouldBe(-1.0);
        holdout.Agreement(one, "id,rent\n1,low\n2,low\n3,high\n4,high\n"u8.ToArray()).ShouldBe(0.0);
    }

    [Theory]
    [InlineData("group:rent", "task.yaml: 'split: group:rent' names the label; name another column")]
    [InlineData("time:rent", "task.yaml: 'split: time:rent' names the label; name another column")]
    [InlineData("group:id", "task.yaml: 'split: group:id' names the id, of which no two rows have the same; name another column")]
    [InlineData("stratified", "task.yaml: 'split: stratified' needs a label of classes, and rmse predicts numbers; use random")]
    public void A_split_that_is_not_there_is_refused(string split, string message)
    {
        using TaskBuilder task = new();
        TaskFolder read = task.Replace("task.yaml", "label: rent", $"label: rent\nsplit: {split}").Read();
        Should.Throw<TaskProblemException>(() => new BlindHoldout(read, PreparedTask.Secret, 1)).Message.ShouldBe(message);
    }

    [Theory]
    [InlineData("time:day", "1,a,2020-01-01,5\n2,b,,6\n", "3,a,2020-01-03\n", "public/train.csv line 3: day has no value, and task.yaml splits by it: fill it in, or take the row out")]
    [InlineData("time:day", "1,a,2020-01-01,5\n2,b,2020-01-02,6\n", "3,a,soon\n", "task.yaml: 'split: time:day' needs a date or a number in each row of public/train.csv and public/test.csv, written alike in both; day has other values")]
    [InlineData("time:day", "1,a,2020-01-01,5\n2,b,2020-01-01,6\n", "3,a,2020-01-03\n", "all train rows have one day, so there is no time to split by; use another column, or random")]
    [InlineData("group:street", "1,a,1,5\n2,b,1,6\n", "3,a,2\n", "task.yaml: 'split: group:street' needs 3 groups in train, and street has 2; use another column, or random")]
    [InlineData("time:late", "1,a,1,5\n2,b,1,6\n", "3,a,2\n", "public/train.csv: no column 'late'")]
    public async Task A_column_that_can_not_be_split_by_is_refused_with_its_line(string split, string train, string test, string message)
    {
        using TaskBuilder task = new();
        task.Replace("task.yaml", "label: rent", $"label: rent\nsplit: {split}").Delete("private/answers.csv");
        task.Text("public/train.csv", $"id,street,day,rent\n{train}").Text("public/test.csv", $"id,street,day\n{test}").Text("public/sample_submission.csv", "id,rent\n3,1\n");
        (await Should.ThrowAsync<TaskProblemException>(() => PreparedTask.MakeAsync(task.Path))).Message.ShouldStartWith(message);
    }

    [Fact]
    public async Task Files_that_changed_since_the_task_was_read_are_refused()
    {
        using TaskBuilder task = new();
        using TemporaryFolder folder = new();
        BlindHoldout holdout = new(task.Read(), PreparedTask.Secret, 1);
        task.Text("public/train.csv", "id,rooms,rent\n1,2,500\n2,3,700\n");
        (await Should.ThrowAsync<TaskProblemException>(() => holdout.PrepareAsync(folder.Path, CancellationToken.None))).Message
            .ShouldBe("the files of flats have changed since the task was read; start again");
    }

    [Fact]
    public async Task A_small_task_is_split_with_a_warning_and_an_unlike_test_is_named()
    {
        using TaskBuilder task = new();
        task.Replace("task.yaml", "label: rent", "label: rent\nsplit: random");
        task.Text("public/train.csv", "id,day,rooms,rent\n" + string.Concat(Enumerable.Range(0, 400).Select(row => $"{row},{row / 40},{row % 5},{row % 7}\n")));
        task.Text("public/test.csv", "id,day,rooms\n" + string.Concat(Enumerable.Range(400, 60).Select(row => $"{row},{row / 40},{row % 5}\n")));
        task.Text("public/sample_submission.csv", "id,rent\n" + string.Concat(Enumerable.Range(400, 60).Select(row => $"{row},3\n")));
        task.Delete("private/answers.csv");
        using PreparedTask prepared = await PreparedTask.MakeAsync(task.Path);
        prepared.Facts.HoldoutRows.ShouldBe(25);
        prepared.Facts.Why.ShouldStartWith("random, as task.yaml asks; values unseen in train: holdout 0.0 %, test 50.0 %");
        prepared.Facts.Why.ShouldContain("test differs most in day (100.0 % unseen against 0.0 %), so the holdout may flatter");
        prepared.Facts.Why.ShouldContain("only 400 train rows, so scores on the holdout are rough");
        prepared.Facts.Why.ShouldContain("a small holdout of 25 rows, for test has only 60");
    }

    [Theory]
    [InlineData(37_758, 16_182, 6_935)]
    [InlineData(14_000, 100_000, 2_800)]
    [InlineData(2_000, 100_000, 500)]
    [InlineData(1_000_000, 1_000_000, 100_000)]
    [InlineData(4, 2, 1)]
    [InlineData(1, 1, 1)]
    public void The_holdout_has_its_size(int trainRows, int testRows, int size) => BlindPlan.Size(trainRows, testRows).ShouldBe(size);

    [Fact]
    public async Task A_stratified_holdout_has_the_classes_of_train()
    {
        PreparedTask prepared = await tasks.GetAsync("letters");
        double[] answers = TaskTables.Answers(prepared.Task.ReadTrain(), "lettr", prepared.Task.Encoding);
        foreach (IGrouping<double, int> rows in Enumerable.Range(0, answers.Length).GroupBy(row => answers[row]))
        {
            double expected = (double)rows.Count() * prepared.Facts.HoldoutRows / answers.Length;
            rows.Count(row => prepared.Holdout.Plan.Holdout.AsSpan().BinarySearch(row) >= 0).ShouldBeInRange((int)expected, (int)expected + 1);
        }
    }

    [Fact]
    public void A_secret_of_another_length_is_a_bug_of_the_caller()
    {
        using TaskBuilder task = new();
        Should.Throw<ArgumentException>(() => new BlindHoldout(task.Read(), new byte[16], 1));
    }

    private static string Mark(int freshId) => (freshId / 1e6).ToString("0.000000", CultureInfo.InvariantCulture);

    private static byte[] Marked(CsvTable sample)
    {
        StringBuilder text = new(string.Join(',', sample.Header) + "\n");
        for (int row = 0; row < sample.Rows; row++)
        {
            string id = sample.Field(row, 0).ToString();
            text.Append(id).Append(',').Append(Mark(int.Parse(id, CultureInfo.InvariantCulture)));
            for (int column = 2; column < sample.Header.Length; column++)
            {
                text.Append(",0.01");
            }

            text.Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static CsvTable ReadTable(ReadOnlyMemory<byte> bytes)
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["table.csv"], bytes.ToArray());
        return CsvTable.Read(folder["table.csv"], "table.csv");
    }
}
