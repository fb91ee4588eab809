using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Grading;
using AgentIde.Tasks.Folders;
using CsCheck;

namespace AgentIde.Tasks.Tests.Grading;

public class SubmissionGraderTests
{
    private static readonly (string Name, byte[] Bytes)[] Hostile =
    [
        ("nothing at all", []),
        ("a header alone", "id,rent\n"u8.ToArray()),
        ("a row missing", "id,rent\n5,1\n"u8.ToArray()),
        ("a row too many", "id,rent\n5,1\n6,2\n7,3\n"u8.ToArray()),
        ("far too many rows", Encoding.UTF8.GetBytes("id,rent\n" + string.Concat(Enumerable.Repeat("5,1\n", 1000)))),
        ("an id twice", "id,rent\n5,1\n5,2\n"u8.ToArray()),
        ("an unknown id", "id,rent\n5,1\n9,2\n"u8.ToArray()),
        ("an id with a space", "id,rent\n5,1\n 6,2\n"u8.ToArray()),
        ("a missing column", "id\n5\n6\n"u8.ToArray()),
        ("a misspelt column", "id,rents\n5,1\n6,2\n"u8.ToArray()),
        ("letter case of a column", "ID,rent\n5,1\n6,2\n"u8.ToArray()),
        ("a column too many", "id,rent,more\n5,1,1\n6,2,2\n"u8.ToArray()),
        ("pandas' index", ",id,rent\n0,5,1\n1,6,2\n"u8.ToArray()),
        ("no header", "5,1\n6,2\n"u8.ToArray()),
        ("a header twice", "id,rent,rent\n5,1,1\n6,2,2\n"u8.ToArray()),
        ("semicolons", "id;rent\n5;1\n6;2\n"u8.ToArray()),
        ("a ragged row", "id,rent\n5,1\n6\n"u8.ToArray()),
        ("a word", "id,rent\n5,1\n6,abc\n"u8.ToArray()),
        ("a decimal comma", "id,rent\n5,1\n6,\"2,5\"\n"u8.ToArray()),
        ("a thousands separator", "id,rent\n5,1\n6,\"2,500\"\n"u8.ToArray()),
        ("an empty field", "id,rent\n5,1\n6,\n"u8.ToArray()),
        ("NaN", "id,rent\n5,nan\n6,1\n"u8.ToArray()),
        ("infinity", "id,rent\n5,1\n6,-inf\n"u8.ToArray()),
        ("too large a number", "id,rent\n5,1\n6,1e400\n"u8.ToArray()),
        ("too large a square", "id,rent\n5,1\n6,1e300\n"u8.ToArray()),
        ("a NUL", "id,rent\n5,1\n6,\0\n"u8.ToArray()),
        ("a quote that is never closed", "id,rent\n5,\"1\n6,2\n"u8.ToArray()),
        ("UTF-16 with its mark", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("id,rent\n5,1\n6,2\n")]),
        ("UTF-16 without", Encoding.Unicode.GetBytes("id,rent\n5,1\n6,2\n")),
        ("not UTF-8", [.. "id,rent\n5,1\n6,"u8, 0xC3, 0x28, (byte)'\n']),
        ("UTF-8 cut off", [.. "id,rent\n5,1\n6,"u8, 0xE2, 0x82]),
        ("control characters", "id,rent\n5,1\n6,\u001b[31m\u202e\n"u8.ToArray()),
        ("a field of a megabyte", Encoding.UTF8.GetBytes("id,rent\n5,1\n6,\"" + new string('9', (1 << 20) - 100) + "\n\"\n")),
        ("a field that is longer still", Encoding.UTF8.GetBytes("id,rent\n5,1\n6," + new string('9', 3 << 20) + "\n")),
        ("very many columns", Encoding.UTF8.GetBytes("id,rent" + string.Concat(Enumerable.Range(0, 100_000).Select(index => $",c{index}")) + "\n")),
        ("a gzip bomb", TaskBuilder.Gzip(new byte[64 << 20])),
        ("a gzip bomb of digits", TaskBuilder.Gzip([.. Enumerable.Repeat((byte)'9', 64 << 20)])),
        ("a gzip bomb of empty lines", TaskBuilder.Gzip([.. Enumerable.Repeat((byte)'\n', 64 << 20)])),
        ("a gzip cut off", TaskBuilder.Gzip("id,rent\n5,1\n6,2\n"u8.ToArray())[..^8]),
        ("gzip's first bytes", [0x1F, 0x8B, 1, 2, 3]),
        ("a single byte", [0x1F]),
    ];

    [Fact]
    public async Task Each_hostile_submission_has_its_problem()
    {
        using TaskBuilder task = new();
        IGrader grader = task.Read().PrivateGrader()!;
        StringBuilder table = new();
        foreach ((string name, byte[] bytes) in Hostile)
        {
            Grade grade = await grader.GradeAsync(bytes, CancellationToken.None);
            grade.Score.ShouldBeNull(name);
            grade.StandardError.ShouldBeNull(name);
            table.Append(name).Append("\n    ").Append(grade.Problem).Append('\n');
        }

        ExpectedText.ShouldMatch(table.ToString(), "hostile-submissions.txt");
    }

    [Theory]
    [InlineData("id,rent\n5,low\n6,high\n", 0.5)]
    [InlineData("id,rent\n5,low\n6,???\n", 0.5)]
    [InlineData("id,rent\n5,???\n6,???\n", 0)]
    public async Task A_prediction_that_is_no_class_of_train_is_not_right_where_the_answer_is_none_either(string submission, double accuracy)
    {
        using TaskBuilder task = new();
        task.Replace("task.yaml", "metric: rmse", "metric: accuracy").Text("public/train.csv", "id,rooms,rent\n1,2,low\n2,3,high\n").Text("private/answers.csv", "id,rent\n5,low\n6,vast\n");
        (await task.Read().PrivateGrader()!.GradeAsync(Encoding.UTF8.GetBytes(submission), CancellationToken.None)).Score.ShouldBe(accuracy);
    }

    [Theory]
    [InlineData("id,rent\n5,510\n6,690\n")]
    [InlineData("\uFEFFid,rent\r\n6,690\r\n5,510\r\n")]
    [InlineData("rent,id\n510,5\n690,6")]
    [InlineData("id,rent\n\n\"5\",\"510\"\n6, 6.9e2 \n\n\n")]
    public async Task Row_order_column_order_quotes_line_ends_and_a_mark_do_not_matter(string submission)
    {
        using TaskBuilder task = new();
        IGrader grader = task.Read().PrivateGrader()!;
        (await grader.GradeAsync(Encoding.UTF8.GetBytes(submission), CancellationToken.None)).ShouldBe(new Grade(0, 0, 2, null));
        (await grader.GradeAsync(TaskBuilder.Gzip(Encoding.UTF8.GetBytes(submission)), CancellationToken.None)).Score.ShouldBe(0);
    }

    [Fact]
    public async Task The_gain_is_positive_for_the_better_one_and_its_error_is_paired()
    {
        using TaskBuilder task = new();
        IGrader grader = task.Replace("task.yaml", "metric: rmse", "metric: mae").Read().PrivateGrader()!;
        byte[] better = "id,rent\n5,511\n6,691\n"u8.ToArray();
        byte[] worse = "id,rent\n5,513\n6,695\n"u8.ToArray();
        PairedDifference difference = await grader.CompareAsync(better, worse, CancellationToken.None);
        difference.Gain.ShouldBe(3);
        difference.StandardError.ShouldBe(1);
        (await grader.CompareAsync(worse, better, CancellationToken.None)).Gain.ShouldBe(-3);
        ArgumentException broken = await Should.ThrowAsync<ArgumentException>(() => grader.CompareAsync(better, "id\n"u8.ToArray(), CancellationToken.None));
        broken.Message.ShouldContain("no column 'rent'");
    }

    [Fact]
    public async Task A_blend_gains_over_the_better_of_two_where_they_err_on_different_sides()
    {
        using TaskBuilder task = new();
        IGrader grader = task.Replace("task.yaml", "metric: rmse", "metric: mae").Read().PrivateGrader()!;
        byte[] above = "id,rent\n5,520\n6,700\n"u8.ToArray(), below = "id,rent\n6,686\n5,506\n"u8.ToArray(), further = "id,rent\n5,540\n6,730\n"u8.ToArray();
        (await grader.BlendAsync(above, below, CancellationToken.None)).ShouldBe(new PairedDifference(3.5, 0), "a quarter of the worse: 0.5 instead of 4");
        (await grader.BlendAsync(below, above, CancellationToken.None)).ShouldBe(new PairedDifference(3.5, 0));
        (await grader.BlendAsync(above, further, CancellationToken.None))!.Gain.ShouldBe(-6.25);
        (await Should.ThrowAsync<ArgumentException>(() => grader.BlendAsync(above, "id\n"u8.ToArray(), CancellationToken.None))).Message.ShouldContain("no column 'rent'");
    }

    [Fact]
    public void Probabilities_are_multiplied_and_may_be_surer_together()
    {
        double[][] blends = [.. Blend.Of(PredictionKind.ClassProbabilities, [0.5, 0.3, 0.2], [0.5, 0.2, 0.3], 3).Select(blend => blend.ToArray())];
        blends.Length.ShouldBe(12);
        blends.ShouldAllBe(blend => Math.Abs(blend.Sum() - 1) < 1e-12 && blend[0] > 0.4);
        blends.Max(blend => blend[0]).ShouldBe(0.25 / (0.25 + 0.06 + 0.06), 1e-9, "half and half, with exponents of 1 each");
        Blend.Of(PredictionKind.Probability, [0.8, 0], [0.8, 1], 1).Max(blend => blend[0]).ShouldBe(0.64 / (0.64 + 0.04), 1e-9);
        Blend.Of(PredictionKind.Probability, [2.0], [4.0], 1).Select(blend => blend[0]).ShouldBe([3.5, 3, 2.5], "what is no probability is averaged");
    }

    [Fact]
    public async Task A_blend_is_not_praised_for_being_surer_alone()
    {
        // Both are too unsure, and know the same.
        using TaskBuilder task = new();
        IGrader grader = task.Replace("task.yaml", "metric: rmse", "metric: log-loss").Text("private/answers.csv", "id,rent\n5,1\n6,0\n").Text("public/train.csv", "id,rooms,rent\n1,2,0\n2,3,1\n3,1,0\n4,4,1\n").Read().PrivateGrader()!;
        byte[] unsure = "id,rent\n5,0.6\n6,0.4\n"u8.ToArray();
        (await grader.BlendAsync(unsure, unsure, CancellationToken.None))!.Gain.ShouldBe(0, 1e-9);
    }

    [Fact]
    public async Task Labels_have_no_blend()
    {
        using TaskBuilder task = new();
        IGrader grader = task.Replace("task.yaml", "metric: rmse", "metric: accuracy").Read().PrivateGrader()!;
        byte[] submission = "id,rent\n5,510\n6,690\n"u8.ToArray();
        (await grader.BlendAsync(submission, submission, CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task Whatever_the_bytes_there_is_a_grade_and_no_exception()
    {
        using TaskBuilder task = new();
        IGrader grader = task.Read().PrivateGrader()!;
        byte[] sound = "id,rent\n5,510\n6,\"690\"\n"u8.ToArray();
        await Gen.Select(Gen.Int[0, sound.Length - 1], Gen.Byte, Gen.Byte.Array[0, 12], Gen.Int[0, 3]).SampleAsync(async change =>
        {
            (int place, byte with, byte[] more, int how) = change;
            byte[] bytes = how switch
            {
                0 => [.. sound[..place], with, .. sound[(place + 1)..]],
                1 => [.. sound[..place], .. more, .. sound[place..]],
                2 => sound[..place],
                _ => [0x1F, 0x8B, .. more],
            };
            Grade grade = await grader.GradeAsync(bytes, CancellationToken.None);
            (grade.Score is null).ShouldBe(grade.Problem is not null);
        });
    }

    [Fact]
    public async Task A_large_submission_stops_when_it_is_cancelled()
    {
        using TaskBuilder task = new();
        string rows = string.Concat(Enumerable.Range(10, 70_000).Select(id => $"{id},1\n"));
        task.Text("public/test.csv", "id,rooms\n" + rows).Text("public/sample_submission.csv", "id,rent\n" + rows).Text("private/answers.csv", "id,rent\n" + rows);
        IGrader grader = TaskFolder.Read(task.Path).PrivateGrader()!;
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => grader.GradeAsync(Encoding.UTF8.GetBytes("id,rent\n" + rows), cancelled.Token));
    }
}
