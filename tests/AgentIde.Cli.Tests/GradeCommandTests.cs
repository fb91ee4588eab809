using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

public sealed class GradeCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GradeCommandTests()
    {
        _folder.Write("answers.csv", "PassengerId,Transported\n0013_01,True\n0018_01,False\n0019_01,True\n0021_01,True\n0023_01,False\n");
        _folder.Write("submission.csv", "PassengerId,Transported\n0023_01,False\n0013_01,True\n0018_01,False\n0019_01,True\n0021_01,False\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_submission_gets_its_score_and_is_measured_by_the_thresholds_that_are_known()
    {
        Ended ended = await GradeAsync("spaceship-titanic");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        ended.Output.ShouldStartWith("score     0.8   (accuracy, higher is better)\nmedal     none, better than the median\nneeded    gold 0.82066, silver 0.81388, bronze 0.80967, median 0.79565\n          from third-party table");
    }

    [Fact]
    public async Task With_a_leaderboard_its_own_thresholds_hold_and_the_report_is_that_of_MLE_bench()
    {
        _folder.Write("leaderboard.csv", "score\n0.9\n0.8\n0.7\n0.6\n0.5\n");
        Ended ended = await GradeAsync("spaceship-titanic", "--leaderboard", "leaderboard.csv", "--json");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        JsonElement report = JsonDocument.Parse(ended.Output).RootElement;
        report.GetProperty("competition_id").GetString().ShouldBe("spaceship-titanic");
        report.GetProperty("score").GetDouble().ShouldBe(0.8);
        (report.GetProperty("gold_threshold").GetDouble(), report.GetProperty("bronze_threshold").GetDouble(), report.GetProperty("median_threshold").GetDouble()).ShouldBe((0.9, 0.8, 0.7));
        (report.GetProperty("any_medal").GetBoolean(), report.GetProperty("gold_medal").GetBoolean(), report.GetProperty("bronze_medal").GetBoolean()).ShouldBe((true, false, true));
        report.GetProperty("thresholds_source").GetString().ShouldBe(_folder["leaderboard.csv"]);
    }

    [Fact]
    public async Task A_submission_without_a_score_is_told_why()
    {
        _folder.Write("submission.csv", "PassengerId,Transported\n0013_01,True\n");
        Ended ended = await GradeAsync("spaceship-titanic");
        ended.ExitCode.ShouldBe(1);
        ended.Errors.ShouldBe("agentide: no score: 1 rows where the answers have 5\n");
    }

    [Theory]
    [InlineData("titanic", "there is spaceship-titanic")]
    [InlineData("nothing", "docs/MLE-BENCH.md lists all 82")]
    public async Task A_competition_that_is_not_there_is_said_to_be_none(string competition, string said)
    {
        Ended ended = await GradeAsync(competition);
        ended.ExitCode.ShouldBe(2);
        ended.Errors.ShouldContain(said);
    }

    [Fact]
    public async Task Answers_that_are_none_are_no_fault_of_the_submission()
    {
        _folder.Write("answers.csv", "PassengerId,Transported\n");
        Ended ended = await GradeAsync("spaceship-titanic");
        ended.ExitCode.ShouldBe(2);
        ended.Errors.ShouldBe("agentide: These are no answers of spaceship-titanic: no rows.\n");
    }

    private Task<Ended> GradeAsync(string competition, params string[] more) =>
        Program.RunAsync(_folder.Path, ["grade", competition, "--submission", "submission.csv", "--answers", "answers.csv", .. more]);
}
