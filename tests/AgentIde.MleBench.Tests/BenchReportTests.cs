using System.Text.Json;
using AgentIde.Core.Scaling;
using AgentIde.MleBench.Registry;
using AgentIde.Bench.Reports;
using AgentIde.Testing;

namespace AgentIde.MleBench.Tests;

public sealed class BenchReportTests : IDisposable
{
    private static readonly string Group = Path.Combine(Repository.PathOf("tests", "AgentIde.MleBench.Tests"), "RunGroup");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Percentages_and_errors_of_each_split_are_those_of_MLE_benchs_aggregation_script()
    {
        AgentResult result = AgentResult.Of(AgentRuns.Read([Path.Combine(Group, "expected_report.json")], "recorded").ShouldHaveSingleItem());
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Group, "expected_aggregation.json")));
        foreach (JsonProperty split in expected.RootElement.EnumerateObject())
        {
            SplitResult ours = result.Splits.Single(its => its.Split == (split.Name == "split75" ? "all" : split.Name));
            ours.Seeds.ShouldBe(split.Value.GetProperty("num_seeds_averaged").GetInt32(), split.Name);
            ours.Competitions.ShouldBe(split.Value.GetProperty("num_competitions_per_seed").GetInt32(), split.Name);
            JsonElement metrics = split.Value.GetProperty("metrics");
            foreach ((string name, Mean mean) in ((string, Mean)[])
                [
                    ("any_medal_percentage", ours.AnyMedal), ("gold_medal_percentage", ours.Gold), ("silver_medal_percentage", ours.Silver), ("bronze_medal_percentage", ours.Bronze),
                    ("above_median_percentage", ours.AboveMedian), ("valid_submissions_percentage", ours.ValidSubmission), ("submission_exists_percentage", ours.SubmissionExists),
                ])
            {
                mean.Value.ShouldBe(metrics.GetProperty(name).GetProperty("mean").GetDouble(), 1e-9, $"{split.Name} {name}");
                (mean.StandardError ?? 0).ShouldBe(metrics.GetProperty(name).GetProperty("standard_error").GetDouble(), 1e-9, $"{split.Name} {name}");
            }
        }

        result.Splits.Select(split => split.Split).ShouldBe(["low", "medium", "high", "all", "dev"]);
    }

    [Fact]
    public void Seeds_are_counted_across_files_and_a_complete_split_leaves_surplus_runs_out()
    {
        string[] ids = [.. CompetitionRegistry.Of(CompetitionSplit.Dev).Select(competition => competition.Id)];
        GradingReport.Of([.. ids.Select((id, at) => Report(id, at < 2 ? 1 : 0))]).Write(_folder["group"], DateTimeOffset.UnixEpoch);
        GradingReport.Of([.. ids.Select((id, at) => Report(id, at < 4 ? 1 : 0)), Report(ids[0], 1)]).Write(_folder["group"], DateTimeOffset.UnixEpoch);
        AgentResult result = AgentResult.Of(AgentRuns.Read([_folder["group"]], null).ShouldHaveSingleItem());

        result.Agent.ShouldBe("group");
        SplitResult dev = result.Splits.ShouldHaveSingleItem();
        (dev.Seeds, dev.Reported, dev.IsPadded).ShouldBe((2, 7, false));
        dev.AnyMedal.Value.ShouldBe(300.0 / 7, 1e-9);
        dev.AnyMedal.StandardError!.Value.ShouldBe(100.0 / 7, 1e-9);
        dev.PassAt.ShouldBe([300.0 / 7, 400.0 / 7], 1e-9);
        result.Competitions.Single(competition => competition.Id == ids[0]).Runs.Length.ShouldBe(3);
    }

    [Fact]
    public void A_page_needs_nothing_else_and_lets_no_name_become_markup()
    {
        const string name = "<script>alert(1)</script> | `x`";
        AgentResult agent = AgentResult.Of(AgentRuns.Read([Path.Combine(Group, "expected_report.json")], name).Single());
        BenchReport report = new(DateTimeOffset.UnixEpoch, [agent], [agent], PublishedAgent.Known);
        string page = HtmlReport.Of(report), markdown = MarkdownReport.Of(report);

        page.ShouldNotContain("<script");
        page.ShouldNotContain("http");
        page.ShouldContain("prefers-color-scheme: dark");
        page.ShouldContain("AIDE <small>o1-preview</small></span><div><i style=\"width:16.9%\">");
        markdown.ShouldNotContain("<script");
        markdown.ShouldContain("| AIDE | o1-preview | 34.3 | 8.8 | 10.0 | 16.9 ± 1.1 | 24 | MLE-bench paper (arXiv 2410.07095), 2024-10-09 |");
        markdown.ShouldContain("- low: 1 seed; MLE-bench asks for 3 at least.");
        using JsonDocument json = JsonDocument.Parse(report.ToJson());
        json.RootElement.GetProperty("agents")[0].GetProperty("competitions").GetArrayLength().ShouldBe(12);
    }

    [Fact]
    public void A_report_that_is_only_a_pointer_is_said_to_be_one()
    {
        string file = _folder.Write("a_grading_report.json", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n");
        Should.Throw<BenchException>(() => AgentRuns.Read([file], null)).Message.ShouldContain("git lfs pull");
    }

    private static CompetitionReport Report(string id, double score) =>
        CompetitionReport.Of(id, score, new Medals.MedalThresholds(2, 1.5, 1, 0.5, false), true, $"{id}.csv", DateTimeOffset.UnixEpoch);
}
