using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AgentIde.Cli.Terminal;
using AgentIde.MleBench;
using AgentIde.MleBench.Medals;
using AgentIde.MleBench.Registry;
using AgentIde.Bench.Reports;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide grade</c>: the score and the medal of one submission to a competition of MLE-bench.</summary>
internal static class GradeCommand
{
    private static readonly Argument<string> Id = new("COMPETITION") { Description = "The competition's id, as MLE-bench spells it." };
    private static readonly Option<string> Submission = new("--submission") { Description = "The file to grade.", Required = true };
    private static readonly Option<string> Answers = new("--answers") { Description = "The answers, from the competition's prepared/private folder.", Required = true };
    private static readonly Option<string?> Board = new("--leaderboard") { Description = "The competition's leaderboard.csv; without it, thresholds are those that AgentIde knows." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("grade", "Grade a submission to a competition of MLE-bench as its own grader does: score, and medal.\n\nExample: agentide grade spaceship-titanic --submission submission.csv --answers prepared/private/test.csv")
        {
            Id, Submission, Answers, Board, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string id = parsed.GetRequiredValue(Id);
        Competition competition = CompetitionRegistry.Find(id) ?? throw new CommandException(ExitCode.BadUsage, $"There is no competition '{id}' in MLE-bench{Near(id)}.");
        string path = Path.GetFullPath(parsed.GetRequiredValue(Submission));
        try
        {
            string? board = parsed.GetValue(Board);
            MedalThresholds thresholds = board is null ? competition.Thresholds : Leaderboard.Read(board).Thresholds;
            string source = board is null ? competition.ThresholdsSource : Path.GetFullPath(board);
            Grade grade = CompetitionGrader.Grade(competition, parsed.GetRequiredValue(Answers), path);
            if (parsed.GetValue(Json))
            {
                Console.Out.WriteLine(Document(competition, grade, thresholds, source, path).ToJsonString(GradeJson.Default.Options));
            }
            else
            {
                Write(competition, grade, thresholds, source);
            }

            return grade.IsValid ? ExitCode.Done : ExitCode.Failed;
        }
        catch (InvalidDataException problem)
        {
            throw new CommandException(ExitCode.BadUsage, problem.Message, problem);
        }
    }

    internal static string Near(string id)
    {
        string[] near = [.. CompetitionRegistry.All.Select(competition => competition.Id).Where(known => id.Length > 2 && known.Contains(id, StringComparison.OrdinalIgnoreCase)).Take(5)];
        return near.Length == 0 ? "; docs/MLE-BENCH.md lists all 82" : $"; there is {string.Join(", ", near)}";
    }

    private static void Write(Competition competition, Grade grade, MedalThresholds thresholds, string source)
    {
        if (grade.Score is not double score)
        {
            Console.Error.WriteLine($"agentide: no score: {SafeText.Lines(grade.Problem!)}");
            return;
        }

        string medal = thresholds.MedalOf(score).ToString().ToLowerInvariant();
        Console.Out.WriteLine($"score     {Text(score)}   ({competition.Metric}, {(thresholds.IsLowerBetter ? "lower" : "higher")} is better)");
        Console.Out.WriteLine($"medal     {medal}{(thresholds.IsAboveMedian(score) ? ", better than the median" : "")}");
        Console.Out.WriteLine($"needed    gold {Text(thresholds.Gold)}, silver {Text(thresholds.Silver)}, bronze {Text(thresholds.Bronze)}, median {Text(thresholds.Median)}");
        Console.Out.WriteLine($"          from {SafeText.OneLine(source, 200)}");
        if (competition.Leaks is not null)
        {
            Console.Out.WriteLine($"leak      {competition.Leaks}");
        }

        if (competition.Faults is not null)
        {
            Console.Out.WriteLine($"known     {competition.Faults}");
        }
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>MLE-bench's report of a competition, with where the thresholds come from and why there is no score. A score that JSON has no number for is null.</summary>
    private static JsonObject Document(Competition competition, Grade grade, MedalThresholds thresholds, string source, string path)
    {
        CompetitionReport report = CompetitionReport.Of(competition.Id, grade.Score, thresholds, File.Exists(path) && PythonPath.IsCsv(path), path, TimeProvider.System.GetLocalNow());
        JsonObject document = JsonSerializer.SerializeToNode(report, GradeJson.Default.CompetitionReport)!.AsObject();
        if (grade.Score is double score && !double.IsFinite(score))
        {
            document["score"] = null;
        }

        document["thresholds_source"] = source;
        document["problem"] = grade.Problem;
        return document;
    }
}

[JsonSerializable(typeof(CompetitionReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed partial class GradeJson : JsonSerializerContext;
