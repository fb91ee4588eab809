using System.Collections.Immutable;
using AgentIde.Bench.Prepared;
using AgentIde.MleBench.Registry;
using AgentIde.Bench.Reports;
using AgentIde.Testing;

namespace AgentIde.MleBench.Tests;

/// <summary>A run group that MLE-bench itself has graded, and what it wrote: see <c>RunGroup/record.py</c>.</summary>
public sealed class GradingReportTests : IDisposable
{
    private static readonly string Tests = Repository.PathOf("tests", "AgentIde.MleBench.Tests");
    private static readonly string Group = Path.Combine(Tests, "RunGroup");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_report_of_a_run_group_is_MLE_benchs_own_but_for_the_time()
    {
        ImmutableArray<SubmissionLine> submissions = SubmissionLine.Read(Path.Combine(Group, "submissions.jsonl"));
        LayOutAnswers(submissions);
        GroupGrader grader = new(new DataFolder(_folder["data"], Path.Combine(Group, "leaderboards")), Tests, TimeProvider.System);

        ImmutableArray<GradedSubmission> graded = await grader.GradeAsync(submissions, null, CancellationToken.None);
        string path = GradingReport.Of([.. graded.Select(one => one.Report)]).Write(_folder["reports"], new DateTimeOffset(2026, 11, 29, 7, 5, 3, TimeSpan.FromHours(2)));

        Path.GetFileName(path).ShouldBe("2026-11-29T05-05-03-GMT_grading_report.json");
        WithoutTimes(await File.ReadAllLinesAsync(path)).ShouldBe(WithoutTimes(await File.ReadAllLinesAsync(Path.Combine(Group, "expected_report.json"))));
        graded.Where(one => one.Problem is not null).Select(one => one.Problem).ShouldBe(
        [
            "the column 'pressure' is missing in the submission",
            "the run made no submission",
            "there is no file Vectors/leaf-classification/nowhere/submission.csv",
            "RunGroup/submissions.jsonl does not end in .csv",
        ]);
    }

    [Fact]
    public void What_MLE_bench_writes_is_read_and_written_again_as_it_was()
    {
        byte[] written = File.ReadAllBytes(Path.Combine(Group, "expected_report.json"));
        System.Text.Encoding.UTF8.GetString(PythonJson.Write(PythonJson.Read(written))).ShouldBe(System.Text.Encoding.UTF8.GetString(written));
    }

    /// <summary>What Python 3.11 writes for these.</summary>
    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1, "1.0")]
    [InlineData(2425133, "2425133.0")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(1e-05, "1e-05")]
    [InlineData(-1.25e-07, "-1.25e-07")]
    [InlineData(6.050000000000001, "6.050000000000001")]
    [InlineData(1234567890123456.0, "1234567890123456.0")]
    [InlineData(9007199254740993.0, "9007199254740992.0")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(1.5e300, "1.5e+300")]
    public void Numbers_are_written_as_Python_writes_them(double value, string text) => PythonNumber.Text(value).ShouldBe(text);

    [Theory]
    [InlineData("{\"competition_id\": \"spaceship-titanic\"}")]
    [InlineData("{\"competition_id\": 3, \"submission_path\": null}")]
    [InlineData("not JSON")]
    public void A_line_that_is_no_submission_is_named(string line)
    {
        string file = _folder.Write("list.jsonl", $"# first\n{line}\n");
        Should.Throw<BenchException>(() => SubmissionLine.Read(file)).Message.ShouldContain("line 2 is no submission");
    }

    [Fact]
    public async Task A_competition_whose_answers_are_not_here_is_named_with_the_command_that_gets_them()
    {
        GroupGrader grader = new(new DataFolder(_folder["nothing"]), _folder.Path, TimeProvider.System);
        BenchException missing = await Should.ThrowAsync<BenchException>(grader.GradeAsync([new SubmissionLine("spaceship-titanic", null, 1)], null, CancellationToken.None));
        missing.IsMissing.ShouldBeTrue();
        missing.Message.ShouldContain("mlebench prepare -c spaceship-titanic --data-dir ");
    }

    /// <summary>The answers of the vectors, where <c>mlebench prepare</c> puts them.</summary>
    private void LayOutAnswers(ImmutableArray<SubmissionLine> submissions)
    {
        foreach (IGrouping<string, SubmissionLine> of in submissions.GroupBy(submission => submission.CompetitionId))
        {
            string own = Path.Combine(Vectors.Own, of.Key);
            string wanted = Path.GetFullPath(of.First().Path is { } path ? Path.GetDirectoryName(path)! : own, Tests);
            string source = Directory.Exists(wanted) && wanted != own ? wanted : Vectors.Cases(Vectors.Own, of.Key).First();
            string target = Path.Combine(_folder["data"], of.Key, "prepared", CompetitionFiles.Of(CompetitionRegistry.Find(of.Key)!).Answers);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Directory.GetFiles(source, "answers.*").Single(), target);
        }
    }

    private static IEnumerable<string> WithoutTimes(IEnumerable<string> lines) => lines.Where(line => !line.Contains("\"created_at\"", StringComparison.Ordinal));
}
