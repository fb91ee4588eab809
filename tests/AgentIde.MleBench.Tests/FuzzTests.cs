using System.Text;
using AgentIde.MleBench.Registry;
using AgentIde.MleBench.Tables;
using CsCheck;

namespace AgentIde.MleBench.Tests;

/// <summary>Whatever a submission holds, it gets a score or is told why not.</summary>
public sealed class FuzzTests
{
    private static readonly int Times = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1" ? 10_000 : 400;

    private static readonly string[] Shards =
    [
        "", "\"", ",", "\n", "\r\n", "\0", "nan", "NaN", "inf", "-inf", "1e999", "-1", "0", "1e-320", "99999999999999999999", "-9223372036854775808", "True", "false", " ", "\t",
        "\u00a0", "💥", "ü", "1:2", "YES", "-", "1 1 1 1", "9223372036854775807 9223372036854775807", "1 9223372036854775807", "0.5", ";", "'", "a\"b", ",,,,,,,,", "None", "\ufeff", "14 1 0 0 1 1",
    ];

    [Fact]
    public void A_damaged_submission_gets_a_score_or_a_problem()
    {
        (Competition Competition, byte[] Answers, byte[] Submission)[] cases =
        [
            .. CompetitionRegistry.All.SelectMany(competition => Vectors.Cases(Vectors.Own, competition.Id).Select(folder => (
                competition,
                File.ReadAllBytes(Directory.EnumerateFiles(folder, "answers.*").Single()),
                File.ReadAllBytes(Path.Combine(folder, "submission.csv"))))),
        ];
        int scored = 0;
        int refused = 0;
        int turn = 0;
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 1_000_000], Gen.Int[0, 1_000_000], Gen.Int[0, Shards.Length - 1]).Sample(
            (how, where, length, shard) =>
            {
                (Competition competition, byte[] answers, byte[] submission) = cases[Interlocked.Increment(ref turn) % cases.Length];
                byte[] damaged = Damage(submission, how, where % submission.Length, length, Encoding.UTF8.GetBytes(Shards[shard]));
                Grade grade = CompetitionGrader.Grade(competition, (byte[])answers.Clone(), damaged, TableLimits.Usual);
                (grade.Score is null).ShouldBe(grade.Problem is not null);
                grade.Problem?.ShouldNotBeEmpty();
                Interlocked.Increment(ref grade.IsValid ? ref scored : ref refused);
            },
            iter: Times);
        scored.ShouldBeGreaterThan(0);
        refused.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("id,target\n\"1,0.5\n", "a quote is never closed")]
    [InlineData("id,target\n1,0.5\n2,0.5,0.5\n", "line 3: 3 fields where 2 are expected")]
    [InlineData("id\ttarget\n1\t0.5\n", "the column 'target' is missing in the submission")]
    [InlineData("", "the file is empty")]
    [InlineData("id,target\n", "0 rows where the answers have 2")]
    [InlineData("id,target\n1,0.5\n3,0.5\n", "ids do not match: '2' is missing")]
    [InlineData("id,target\n1,0.5\n2,high\n", "'high' is not a number")]
    [InlineData("id,target\n1,0.5\n2,1.5\n", "row 2: 1.5 is not within 0 and 1")]
    [InlineData("id,target\n1,0.5\n2,\n", "row 2: a missing value")]
    public void What_is_wrong_is_said(string submission, string problem) => Refused(Encoding.UTF8.GetBytes(submission)).ShouldContain(problem);

    [Fact]
    public void Bytes_that_are_no_text_are_refused() => Refused([(byte)'i', (byte)'d', 0xFF, (byte)'\n']).ShouldBe("not UTF-8 text");

    [Fact]
    public void Limits_hold()
    {
        byte[] wide = Encoding.UTF8.GetBytes(new string(',', 30));
        Refused(wide, TableLimits.Usual with { Columns = 10 }).ShouldContain("more than 10 fields");
        Refused(wide, TableLimits.Usual with { Bytes = 10 }).ShouldContain("larger than 10 bytes");
        Refused(Encoding.UTF8.GetBytes($"id,target\n{string.Concat(Enumerable.Repeat("1,0\n", 20))}"), TableLimits.Usual with { Cells = 30 }).ShouldContain("more than 30 cells");
    }

    [Fact]
    public void Texts_that_would_take_hours_to_compare_are_refused()
    {
        byte[] answers = Encoding.UTF8.GetBytes($"id,sentence\n1,{new string('a', 400_000)}b\n");
        byte[] submission = Encoding.UTF8.GetBytes($"id,sentence\n1,{new string('c', 400_000)}\n");
        CompetitionGrader.Grade(CompetitionRegistry.Find("billion-word-imputation")!, answers, submission, TableLimits.Usual).Problem.ShouldBe("texts too long to be compared");
    }

    private static string Refused(byte[] submission, TableLimits? limits = null)
    {
        byte[] answers = Encoding.UTF8.GetBytes("id,target\n1,0\n2,1\n");
        return CompetitionGrader.Grade(CompetitionRegistry.Find("tabular-playground-series-may-2022")!, answers, submission, limits ?? TableLimits.Usual).Problem.ShouldNotBeNull();
    }

    private static byte[] Damage(byte[] bytes, int how, int where, int length, byte[] shard)
    {
        int end = Math.Min(bytes.Length, where + (length % 40));
        int cell = bytes.AsSpan(where).IndexOfAny((byte)',', (byte)'\n');
        int from = cell < 0 ? where : where + cell + 1;
        int to = bytes.AsSpan(from).IndexOfAny((byte)',', (byte)'\n') is >= 0 and int next ? from + next : bytes.Length;
        return how switch
        {
            0 => [.. bytes[..where], .. shard, .. bytes[where..]],
            1 => [.. bytes[..where], .. bytes[end..]],
            2 => [.. bytes[..where], (byte)length, .. bytes[end..]],
            3 => [.. bytes[..end], .. bytes[where..]],
            4 => bytes[..where],
            _ => [.. bytes[..from], .. shard, .. bytes[to..]],
        };
    }
}
