using System.Text.Json;
using AgentIde.MleBench.Registry;
using AgentIde.MleBench.Tables;
using AgentIde.Testing;

namespace AgentIde.MleBench.Tests;

/// <summary>Cases that MLE-bench's own graders were given, with what they said: a folder each, with answers, submission and expected.json.</summary>
internal static class Vectors
{
    /// <summary>A few of them, kept in the repository; see the README beside them.</summary>
    public static string Own { get; } = Repository.PathOf("tests", "AgentIde.MleBench.Tests", "Vectors");

    /// <summary>All of them, where they are at hand: beside the repository, or where AGENTIDE_MLEBENCH_VECTORS says.</summary>
    public static string? Whole { get; } = new[]
    {
        Environment.GetEnvironmentVariable("AGENTIDE_MLEBENCH_VECTORS"),
        Repository.PathOf("..", "shared", "mlebench", "vectors"),
        Repository.PathOf("..", "..", "shared", "mlebench", "vectors"),
    }.FirstOrDefault(Directory.Exists);

    public static IEnumerable<string> Cases(string root, string competition) => Directory.EnumerateDirectories(Path.Combine(root, competition)).Order();

    /// <summary>Null if the case came out as it should, else how it differs.</summary>
    public static string? Difference(string folder)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        JsonElement expected = document.RootElement;
        Competition competition = CompetitionRegistry.Find(expected.GetProperty("competition_id").GetString()!)!;
        string answers = expected.GetProperty("answers_file").GetString()!;
        string name = $"{competition.Id}/{Path.GetFileName(folder)}";
        Grade grade = CompetitionGrader.Grade(competition, Path.Combine(folder, answers), Path.Combine(folder, "submission.csv"), TableLimits.Usual);
        if (!expected.GetProperty("valid").GetBoolean())
        {
            return grade.IsValid ? $"{name}: {grade.RawScore} where there is no score ({expected.GetProperty("error").GetString()})" : null;
        }

        if (!grade.IsValid)
        {
            return $"{name}: {grade.Problem}; expected {expected.GetProperty("raw_score").GetString() ?? expected.GetProperty("score_special").GetString()}";
        }

        bool equal = expected.GetProperty("score_special").GetString() switch
        {
            "NaN" => double.IsNaN(grade.Score!.Value),
            "-Infinity" => double.IsNegativeInfinity(grade.Score!.Value),
            "Infinity" => double.IsPositiveInfinity(grade.Score!.Value),
            _ => expected.GetProperty("score").ValueKind == JsonValueKind.Number && Math.Abs(grade.Score!.Value - expected.GetProperty("score").GetDouble()) < 1e-9,
        };
        return equal ? null : $"{name}: {grade.RawScore} where {expected.GetProperty("raw_score")} is right";
    }
}
