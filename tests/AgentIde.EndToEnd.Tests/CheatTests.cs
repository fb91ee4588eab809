using System.Text;
using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>Ways to a verified score that are no work: none raises it unnoticed. Each is a program in <c>Cheats</c> that says what it tries.</summary>
public sealed class CheatTests(CheatedRuns runs) : IClassFixture<CheatedRuns>
{
    /// <summary>In standard errors of the honest score: what chance brings to an equally good program.</summary>
    private const double NoGain = 0.25;

    public static IEnumerable<TheoryDataRow<string>> Names => CheatedRuns.All.Skip(1).Select(cheat => new TheoryDataRow<string>(cheat.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void No_cheat_raises_a_verified_score_unnoticed(string name)
    {
        Cheat cheat = CheatedRuns.All.First(known => known.Name == name);
        Cheated came = runs.Results[name];
        if (Gains(came))
        {
            came.Findings.ShouldContain(finding => finding.Severity == "warning" && finding.Kind == cheat.FoundAs, "its score is better than the honest one");
        }

        if (cheat.FoundAs is { } kind)
        {
            came.Findings.Select(finding => finding.Kind).ShouldContain(kind);
        }
    }

    [Fact]
    public void The_honest_program_is_scored_and_nothing_speaks_against_it()
    {
        Cheated honest = runs.Results[CheatedRuns.All[0].Name];
        honest.Score.ShouldNotBeNull().ShouldBeInRange(0.9, 1.2, "a line with noise of one");
        honest.Findings.ShouldBeEmpty();
        Executed(1)[0].ShouldEndWith("it predicts the same");
        Executed(1)[1].ShouldContain("on other rows");
    }

    [Fact]
    public void What_needs_the_other_rows_of_test_is_seen_when_it_is_executed_without_them()
    {
        int ranks = runs.Results["11_test_statistics"].Node, holdout = runs.Results["31_finds_the_holdout"].Node;
        Executed(ranks)[0].ShouldMatch(@"^with every second row of test alone, in the opposite order \d+ of \d+ predictions move, by .* at most; RMSE .* becomes ");
        Executed(holdout)[0].ShouldMatch(@" predictions move, .* a difference of ");
        runs.Results["31_finds_the_holdout"].Findings.ShouldContain(finding => finding.Kind == "transductive" && finding.Severity == "warning" && finding.Line == null);
    }

    [Fact]
    public void A_person_is_told_what_was_found_where_what_it_means_and_what_was_not_done()
    {
        runs.Text.ShouldStartWith("audited     small-1: 2 nodes, node 1 is its result\n");
        runs.Text.ShouldMatch(@"(?m)^warning     answers  Predictions that stand in a program are none;");
        runs.Text.ShouldMatch(@"(?m)^            node 1, line 6: \d+ numbers stand in one statement: ");
        runs.Text.ShouldMatch(@"(?m)^            node 2: it claims 0\.0+ and was graded ");
        runs.Text.ShouldMatch(@"(?m)^found       \d+ warnings");
        runs.Text.ShouldMatch(@"(?m)^not done    programs were read and not executed; agentide audit small-1 --run");
    }

    [Fact]
    public void Some_of_them_would_have_raised_it() =>
        CheatedRuns.All.Count(cheat => Gains(runs.Results[cheat.Name])).ShouldBeGreaterThanOrEqualTo(4, "or the test shows nothing");

    [Fact]
    public void What_became_of_each_stands_on_the_page_about_honesty()
    {
        const string begin = "<!-- made by the cheats themselves: AGENTIDE_RENEW=1 renews it -->\n", end = "<!-- end -->\n";
        string page = File.ReadAllText(Repository.PathOf("docs", "HONESTY.md"));
        int start = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length, rest = page.IndexOf(end, StringComparison.Ordinal);
        StringBuilder table = new("| cheat | what it tries | its score | found as |\n|---|---|---|---|\n");
        foreach (Cheat cheat in CheatedRuns.All.Skip(1))
        {
            Cheated came = runs.Results[cheat.Name];
            string score = came.Score is null ? "none: refused" : Gains(came) ? "better" : "no better";
            table.Append($"| {cheat.Name.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '_').Replace('_', ' ')} | {cheat.Tries} | {score} | {cheat.FoundAs?.Replace('-', ' ') ?? "-"} |\n");
        }

        ExpectedText.Compare($"{page[..start]}{table}{page[rest..]}", "../../docs/HONESTY.md");
    }

    private string[] Executed(int node) =>
        [.. runs.Executed.EnumerateArray().Where(execution => execution.GetProperty("node").GetInt32() == node).Select(execution => execution.GetProperty("result").GetString()!)];

    private bool Gains(Cheated came)
    {
        Cheated honest = runs.Results[CheatedRuns.All[0].Name];
        return came.Score is { } score && honest.Score - score > NoGain * honest.StandardError;
    }
}
