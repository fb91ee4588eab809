using System.Text;
using System.Text.Json;
using AgentIde.MleBench.Registry;
using AgentIde.MleBench.Tables;
using CsCheck;

namespace AgentIde.MleBench.Tests;

/// <summary>Where a grader goes by ids, the order of rows doesn't matter, on either side.</summary>
public sealed class PermutationTests
{
    private static readonly int Times = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1" ? 300 : 6;

    /// <summary>These go by places in the file, as the original does; of the last, the first box of all is special.</summary>
    private static readonly string[] ByPlace =
    [
        "nomad2018-predict-transparent-conductors", "smartphone-decimeter-2022", "stanford-covid-vaccine", "uw-madison-gi-tract-image-segmentation",
        "vesuvius-challenge-ink-detection", "vinbigdata-chest-xray-abnormalities-detection",
    ];

    public static TheoryData<string> Aligned => [.. CompetitionRegistry.All.Select(competition => competition.Id).Except(ByPlace)];

    [Theory]
    [MemberData(nameof(Aligned))]
    public void Any_order_of_rows_gets_the_same_score(string id)
    {
        Competition competition = CompetitionRegistry.Find(id)!;
        string folder = Vectors.Cases(Vectors.Own, id).First(IsScored);
        bool isJson = File.Exists(Path.Combine(folder, "answers.jsonl"));
        List<string> answers = CsvText.Records(File.ReadAllText(Path.Combine(folder, isJson ? "answers.jsonl" : "answers.csv")));
        List<string> submission = CsvText.Records(File.ReadAllText(Path.Combine(folder, "submission.csv")));
        double expected = Grade(competition, answers, submission);
        string[] answerRows = [.. answers.Skip(isJson ? 0 : 1)];
        string[] rows = [.. submission.Skip(1)];
        Gen.Select(Gen.Shuffle(answerRows), Gen.Shuffle(rows)).Sample(
            (a, s) => Grade(competition, [.. isJson ? [] : answers.Take(1), .. a], [submission[0], .. s]).ShouldBe(expected, 1e-9),
            iter: Times,
            threads: 1);
    }

    private static double Grade(Competition competition, IEnumerable<string> answers, IEnumerable<string> submission)
    {
        Grade grade = CompetitionGrader.Grade(competition, Encoding.UTF8.GetBytes(string.Join('\n', answers)), Encoding.UTF8.GetBytes(string.Join('\n', submission)), TableLimits.Usual);
        grade.Problem.ShouldBeNull();
        return grade.RawScore!.Value;
    }

    private static bool IsScored(string folder)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        return expected.RootElement.GetProperty("score").ValueKind == JsonValueKind.Number;
    }
}
