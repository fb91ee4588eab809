using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Cli.Terminal;
using AgentIde.Bench.Prepared;
using AgentIde.Bench.Reports;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide bench grade</c>: MLE-bench's list of submissions in, its report file out.</summary>
internal static class BenchGradeCommand
{
    private static readonly Argument<string> Submissions = new("SUBMISSIONS") { Description = "MLE-bench's list: one JSON object a line, with competition_id and submission_path." };
    private static readonly Option<string> Data = BenchCommand.Data();
    private static readonly Option<string> Output = new("--output") { Description = "The folder to put the report into.", Required = true };
    private static readonly Option<string?> Boards = BenchCommand.Leaderboards();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("grade", "Grade a run group as 'mlebench grade' does, and write its report file.\n\nExample: agentide bench grade submissions.jsonl --data ~/.cache/mle-bench/data --output reports")
        {
            Submissions, Data, Output, Boards, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        TextWriter progress = parsed.GetValue(Json) ? Console.Error : Console.Out;
        ImmutableArray<SubmissionLine> submissions = SubmissionLine.Read(parsed.GetRequiredValue(Submissions));
        DataFolder data = new(parsed.GetRequiredValue(Data), parsed.GetValue(Boards));
        GroupGrader grader = new(data, Directory.GetCurrentDirectory(), TimeProvider.System);
        ImmutableArray<GradedSubmission> graded = await grader.GradeAsync(submissions, one => progress.WriteLine(Line(one)), cancellationToken);
        GradingReport report = GradingReport.Of([.. graded.Select(one => one.Report)]);
        string path = report.Write(Path.GetFullPath(parsed.GetRequiredValue(Output)), TimeProvider.System.GetUtcNow());
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(Document(report, path, graded), BenchGradeJson.Default.BenchGradeDocument));
        }
        else
        {
            Console.Out.WriteLine($"{report.TotalRuns} runs, {report.TotalRunsWithSubmissions} with a submission, {report.TotalValidSubmissions} valid, {report.TotalMedals} medals ({report.TotalGoldMedals} gold, {report.TotalSilverMedals} silver, {report.TotalBronzeMedals} bronze), {report.TotalAboveMedian} above the median");
            Console.Out.WriteLine(path);
        }

        return ExitCode.Done;
    }

    private static string Line(GradedSubmission one)
    {
        string score = one.Report.Score is { } number ? number.ToString(CultureInfo.InvariantCulture) : $"no score: {SafeText.OneLine(one.Problem!, 200)}";
        return $"{one.Report.CompetitionId}  {score}{(BenchWords.Medal(one.Report) is { } medal ? $"  {medal}" : "")}";
    }

    private static BenchGradeDocument Document(GradingReport report, string path, ImmutableArray<GradedSubmission> graded) => new(
        path, report.TotalRuns, report.TotalRunsWithSubmissions, report.TotalValidSubmissions, report.TotalMedals,
        [.. graded.Select(one => new BenchGradedLine(one.Report.CompetitionId, one.Report.SubmissionPath, one.Report.Score, BenchWords.Medal(one.Report), one.Problem, one.ThresholdsSource))]);
}

/// <param name="Report">The path of MLE-bench's report file.</param>
internal sealed record BenchGradeDocument(string Report, int Runs, int RunsWithSubmissions, int ValidSubmissions, int Medals, ImmutableArray<BenchGradedLine> Submissions);

/// <param name="Medal"><c>gold</c>, <c>silver</c>, <c>bronze</c>, or null.</param>
/// <param name="Problem">Why there is no score.</param>
internal sealed record BenchGradedLine(string Competition, string SubmissionPath, double? Score, string? Medal, string? Problem, string ThresholdsSource);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(BenchGradeDocument))]
internal sealed partial class BenchGradeJson : JsonSerializerContext;
