using System.Globalization;
using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.MleBench;
using AgentIde.MleBench.Registry;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Grading;
using AgentIde.Tasks.Holdouts;
using AgentIde.Tasks.Tests.Holdouts;
using Grade = AgentIde.Core.Holdouts.Grade;

namespace AgentIde.Tasks.Tests.Grading;

/// <summary>Tasks that are judged as competitions of MLE-bench are: several columns, labels of words, kappa; on a blind holdout, with errors.</summary>
public sealed class TableGraderTests
{
    private const int TrainRows = 2_000, TestRows = 600;

    public static TheoryData<string, string, string> Kinds => new()
    {
        { "learning-agency-lab-automated-essay-scoring-2", "essay_id", "score" },
        { "playground-series-s3e18", "id", "EC1,EC2" },
        { "plant-pathology-2021-fgvc8", "image", "labels" },
        { "nomad2018-predict-transparent-conductors", "id", "formation_energy_ev_natom,bandgap_energy_ev" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_score_on_the_holdout_is_the_competitions_own_and_its_error_what_chance_makes(string competition, string id, string targets)
    {
        using TaskBuilder builder = Task(competition, id, targets.Split(','));
        using PreparedTask prepared = await PreparedTask.MakeAsync(builder.Path);
        CsvTable mixed = prepared.Table("search/test.csv");
        byte[] submission = Submission(mixed, id, targets, noise: 0.3), worse = Submission(mixed, id, targets, noise: 1.2);
        IGrader grader = prepared.Holdout.Grader;
        Grade grade = await grader.GradeAsync(submission, TestContext.Current.CancellationToken), other = await grader.GradeAsync(worse, TestContext.Current.CancellationToken);
        grade.Problem.ShouldBeNull();

        // By hand: the holdout's rows under numbers of their own.
        Competition known = CompetitionRegistry.Find(competition)!;
        string[] held = [.. Truths(prepared, mixed, id)];
        (double score, double[] resampled) = ByHand(known, id, targets, held, submission, mixed, prepared.Holdout.Plan.Scored.Length);
        grade.Score!.Value.ShouldBe(score, 1e-5);
        double mean = resampled.Average(), spread = Math.Sqrt(resampled.Average(value => (value - mean) * (value - mean)));
        (grade.StandardError!.Value / spread).ShouldBeInRange(0.7, 1.45);

        PairedDifference gain = await grader.CompareAsync(submission, worse, TestContext.Current.CancellationToken);
        gain.Gain.ShouldBeGreaterThan(2 * gain.StandardError);
        gain.StandardError.ShouldBeLessThan(grade.StandardError.Value + other.StandardError!.Value);

        // Restored, it is graded by the private answers as the competition grades it.
        ReadOnlyMemory<byte> restored = await prepared.Holdout.RestoreAsync(submission, TestContext.Current.CancellationToken);
        (await prepared.Task.PrivateGrader()!.GradeAsync(restored, TestContext.Current.CancellationToken)).Score.ShouldNotBeNull();
    }

    [Fact]
    public void Texts_agree_by_the_words_that_they_share()
    {
        using TaskBuilder task = new();
        TaskFacts facts = task.Read().Facts;
        facts = facts with { Metric = facts.Metric with { Predicts = PredictionKind.Cells } };
        SubmissionAgreement.Of("id,rent\n5,3 4 7\n6,cat\n"u8.ToArray(), "id,rent\n6,cat\n5,3 4 9\n"u8.ToArray(), facts, 2)!.Value.ShouldBe(0.75);
        SubmissionAgreement.Of("id,rent\n5,\n6,cat\n"u8.ToArray(), "id,rent\n5,\n6,dog\n"u8.ToArray(), facts, 2)!.Value.ShouldBe(0.5);
    }

    [Fact]
    public void The_jackknife_of_a_mean_is_its_standard_error()
    {
        double[] values = [.. Enumerable.Range(0, 40).Select(value => Math.Sin(value) * 10)];
        double mean = values.Average(), variance = values.Sum(value => (value - mean) * (value - mean)) / 39;
        double[] influences = TableGrader.Influences(mean, [.. values.Select(value => ((mean * 40) - value) / 39)]);
        (Math.Sqrt(influences.Sum(value => value * value)) / 40).ShouldBe(Math.Sqrt(variance / 40), 1e-9);
    }

    [Fact]
    public async Task What_is_refused_is_refused_in_any_row_so_that_it_tells_nothing_of_the_holdout()
    {
        using TaskBuilder builder = Task("playground-series-s3e18", "id", ["EC1", "EC2"]);
        using PreparedTask prepared = await PreparedTask.MakeAsync(builder.Path);
        string[] ids = TaskTables.Ids(prepared.Table("search/test.csv"), "id");
        for (int odd = 0; odd < 12; odd++)
        {
            byte[] submission = Encoding.UTF8.GetBytes("id,EC1,EC2\n" + string.Concat(ids.Select((id, row) => $"{id},{(row == odd ? "" : "0.5")},0.5\n")));
            (await prepared.Holdout.Grader.GradeAsync(submission, TestContext.Current.CancellationToken)).Problem.ShouldBe($"column 'EC1', row {odd + 1}: a missing value");
        }
    }

    [Fact]
    public void What_the_metric_takes_must_be_there()
    {
        using TaskBuilder task = Task("playground-series-s3e18", "id", ["EC1", "EC2"]);
        task.Read().Facts.Metric.ShouldBe(new MetricFacts("mle-bench/playground-series-s3e18", "auroc-multi-label", MetricDirection.HigherIsBetter, PredictionKind.Cells));
        task.Replace("task.yaml", "split: random", "answers: [weight]\nsplit: random");
        Should.Throw<TaskProblemException>(() => task.Read()).Message.ShouldStartWith("public/train.csv: no column 'weight'");
        task.Replace("task.yaml", "answers: [weight]\n", "").Replace("task.yaml", "playground-series-s3e18", "playground-series-s9e99");
        Should.Throw<TaskProblemException>(() => task.Read()).Message.ShouldStartWith("task.yaml line 4: unknown metric 'mle-bench/playground-series-s9e99'; the metrics are mle-bench/playground-series-s3e18, ");
        task.Replace("task.yaml", "playground-series-s9e99", "uw-madison-gi-tract-image-segmentation");
        Should.Throw<TaskProblemException>(() => task.Read()).Message.ShouldStartWith("task.yaml line 4: mle-bench/uw-madison-gi-tract-image-segmentation grades no blind holdout, for its answers are not known as columns of train, a row for each row of a submission; the metrics are mle-bench/");
    }

    [Fact]
    public async Task A_holdout_whose_answers_give_no_score_is_drawn_again()
    {
        // Of three rows of a class a first draw often has none.
        using TaskBuilder builder = Task("playground-series-s3e18", "id", ["EC1", "EC2"]);
        Rare(builder, rows: 3);
        TaskFolder task = builder.Read();
        CsvTable train = task.ReadTrain();
        List<int> redrawn = [];
        for (int seed = 1; seed <= 4; seed++)
        {
            BlindPlan plan = new BlindHoldout(task, PreparedTask.Secret, seed).Plan;
            plan.Scored.ShouldContain(row => train.Field(row, train.Require("EC1")).ToString() == "1");
            if (!BlindPlan.Make(Salt(task, seed), TrainRows, TestRows, new SplitBasis(SplitKind.Random, "")).Holdout.SequenceEqual(plan.Holdout))
            {
                redrawn.Add(seed);
                new BlindHoldout(task, PreparedTask.Secret, seed).Plan.Holdout.ShouldBe(plan.Holdout);
            }
        }

        redrawn.Count.ShouldBeInRange(1, 3);
        using PreparedTask prepared = await PreparedTask.MakeAsync(builder.Path, redrawn[0]);
        prepared.Facts.Why.ShouldContain(" times, for a holdout can't be scored where the answers hold one class only");
        (prepared.Facts.HoldoutRows, (await prepared.Holdout.Grader.GradeAsync(Submission(prepared.Table("search/test.csv"), "id", "EC1,EC2", noise: 0.3), TestContext.Current.CancellationToken)).Problem).ShouldBe((257, null));
    }

    [Fact]
    public void A_metric_that_has_no_score_on_any_holdout_is_refused_before_the_run()
    {
        using TaskBuilder builder = Task("playground-series-s3e18", "id", ["EC1", "EC2"]);
        Rare(builder, rows: 0);
        TaskFolder task = builder.Read();
        Should.Throw<TaskProblemException>(() => new BlindHoldout(task, PreparedTask.Secret, 1).Plan).Message.ShouldBe(
            "no holdout of 257 rows can be scored, 20 were drawn: the answers hold one class only; where a class or a value is too rare, add rows to train and test");
    }

    [Fact]
    public async Task What_is_refused_of_the_holdouts_rows_alone_names_none()
    {
        // A column of numbers alone is none of labels; with one word in it, it is, if that row counts.
        using TaskBuilder builder = Task("plant-pathology-2021-fgvc8", "image", ["labels"]);
        using PreparedTask prepared = await PreparedTask.MakeAsync(builder.Path);
        string[] ids = TaskTables.Ids(prepared.Table("search/test.csv"), "image");
        HashSet<string?> problems = [];
        for (int odd = 0; odd < 12; odd++)
        {
            byte[] submission = Encoding.UTF8.GetBytes("image,labels\n" + string.Concat(ids.Select((id, row) => $"{id},{(row == odd ? "healthy" : "1")}\n")));
            problems.Add((await prepared.Holdout.Grader.GradeAsync(submission, TestContext.Current.CancellationToken)).Problem);
        }

        problems.ShouldContain("micro-f1-score can't be told of it");
        problems.ShouldAllBe(problem => problem == null || problem == "micro-f1-score can't be told of it");
    }

    [Theory]
    [InlineData(200_000, 40)]
    [InlineData(200_001, 20)]
    [InlineData(400_001, 10)]
    [InlineData(50_000_000, 10)]
    public void Errors_of_many_rows_are_by_fewer_blocks(int cells, int blocks) => TableGrader.MostBlocksOf(cells).ShouldBe(blocks);

    /// <summary>As a holdout draws its own.</summary>
    private static byte[] Salt(TaskFolder task, long seed)
    {
        byte[] message = [.. Encoding.UTF8.GetBytes(task.Facts.Digest.Hex), .. new byte[sizeof(long)]];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(message.Length - sizeof(long)), seed);
        return System.Security.Cryptography.HMACSHA256.HashData(PreparedTask.Secret, message);
    }

    /// <summary>So many rows of train alone are of the first class.</summary>
    private static void Rare(TaskBuilder task, int rows)
    {
        string[] lines = File.ReadAllLines(task.File("public/train.csv"));
        task.Text("public/train.csv", lines[0] + "\n" + string.Concat(lines.Skip(1).Select((line, row) => line.Split(',') is var cells ? $"{cells[0]},{cells[1]},{(row < rows ? 1 : 0)},{cells[3]}\n" : "")));
    }

    /// <summary>Rows with one number that tells the answers, as far as noise lets it.</summary>
    private static TaskBuilder Task(string competition, string id, string[] targets)
    {
        TaskBuilder task = new();
        Random random = new(5);
        (string Features, string[] Answers)[] rows = [.. Enumerable.Range(0, TrainRows + TestRows).Select(row =>
        {
            double known = random.NextDouble();
            return (known.ToString("R", CultureInfo.InvariantCulture), targets.Select(target => Answer(competition, target, known, random.NextDouble())).ToArray());
        })];
        task.Text("task.yaml", $"""
            id: contest
            title: A contest
            description: description.md
            metric: mle-bench/{competition}
            submission:
              id: {id}
              target: [{string.Join(", ", targets)}]
            split: random

            """);
        task.Text("public/train.csv", $"{id},known,{string.Join(',', targets)}\n" + string.Concat(rows.Take(TrainRows).Select((row, at) => $"a{at},{row.Features},{string.Join(',', row.Answers)}\n")));
        task.Text("public/test.csv", $"{id},known\n" + string.Concat(rows.Skip(TrainRows).Select((row, at) => $"b{at},{row.Features}\n")));
        task.Text("public/sample_submission.csv", $"{id},{string.Join(',', targets)}\n" + string.Concat(rows.Skip(TrainRows).Select((row, at) => $"b{at},{string.Join(',', row.Answers.Select(_ => "1"))}\n")));
        return task.Text("private/answers.csv", $"{id},{string.Join(',', targets)}\n" + string.Concat(rows.Skip(TrainRows).Select((row, at) => $"b{at},{string.Join(',', row.Answers)}\n")));
    }

    private static string Answer(string competition, string target, double known, double chance) => competition switch
    {
        "learning-agency-lab-automated-essay-scoring-2" => $"{Math.Clamp((int)(6 * ((0.8 * known) + (0.2 * chance))) + 1, 1, 6)}",
        "playground-series-s3e18" => (0.7 * known) + (0.3 * chance) > (target == "EC1" ? 0.5 : 0.6) ? "1" : "0",
        "plant-pathology-2021-fgvc8" => known > 0.7 ? (chance > 0.5 ? "scab rust" : "scab") : known > 0.3 ? "rust" : "healthy",
        _ => Math.Abs(known + (0.2 * chance)).ToString("0.0000", CultureInfo.InvariantCulture),
    };

    /// <summary>Predicts by the number, with noise that is the same for a row each time, but for its size.</summary>
    private static byte[] Submission(CsvTable mixed, string id, string targets, double noise)
    {
        StringBuilder text = new($"{id},{targets}\n");
        int known = mixed.Require("known"), ids = mixed.Require(id);
        Random random = new(7);
        for (int row = 0; row < mixed.Rows; row++)
        {
            string name = mixed.Field(row, ids).ToString();
            double guess = Math.Clamp(double.Parse(mixed.Field(row, known), CultureInfo.InvariantCulture) + (noise * (random.NextDouble() - 0.5)), 0, 1);
            text.Append(CultureInfo.InvariantCulture, $"{name}");
            foreach (string target in targets.Split(','))
            {
                text.Append(',').Append(target switch
                {
                    "score" => $"{Math.Clamp((int)(6 * guess) + 1, 1, 6)}",
                    "labels" => guess > 0.7 ? "scab" : guess > 0.3 ? "rust" : "healthy",
                    _ => guess.ToString("0.0000", CultureInfo.InvariantCulture),
                });
            }

            text.Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>For each row of the mixed test its answers as text, by the number that tells it apart; empty for rows of test.</summary>
    private static IEnumerable<string> Truths(PreparedTask prepared, CsvTable mixed, string id)
    {
        CsvTable train = prepared.Task.ReadTrain();
        Dictionary<string, string> byKnown = [];
        HashSet<int> scored = [.. prepared.Holdout.Plan.Scored];
        int known = train.Require("known");
        for (int row = 0; row < train.Rows; row++)
        {
            if (scored.Contains(row))
            {
                byKnown[train.Field(row, known).ToString()] = string.Join(',', Enumerable.Range(0, train.Header.Length).Where(column => train.Header[column] != id && train.Header[column] != "known").Select(column => train.Field(row, column).ToString()));
            }
        }

        for (int row = 0; row < mixed.Rows; row++)
        {
            yield return byKnown.GetValueOrDefault(mixed.Field(row, mixed.Require("known")).ToString(), "");
        }
    }

    private static (double Score, double[] Resampled) ByHand(Competition competition, string id, string targets, string[] held, byte[] submission, CsvTable mixed, int rows)
    {
        string[] given = [.. Encoding.UTF8.GetString(submission).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line[(line.IndexOf(',', StringComparison.Ordinal) + 1)..])];
        int[] graded = [.. Enumerable.Range(0, mixed.Rows).Where(row => held[row].Length > 0)];
        graded.Length.ShouldBe(rows);
        Random random = new(3);
        return (Of(graded), [.. Enumerable.Range(0, 150).Select(_ => Of([.. graded.Select(_ => graded[random.Next(graded.Length)])]))]);

        double Of(int[] drawn)
        {
            string answers = $"{id},{targets}\n" + string.Concat(drawn.Select((row, at) => $"r{at},{held[row]}\n")), predictions = $"{id},{targets}\n" + string.Concat(drawn.Select((row, at) => $"r{at},{given[row]}\n"));
            using TemporaryFolder folder = new();
            File.WriteAllText(folder["answers.csv"], answers);
            File.WriteAllText(folder["submission.csv"], predictions);
            return CompetitionGrader.Grade(competition, folder["answers.csv"], folder["submission.csv"]).Score!.Value;
        }
    }
}
