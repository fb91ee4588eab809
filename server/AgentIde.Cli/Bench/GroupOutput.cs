using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentIde.Cli.Runner;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Bench.Prepared;
using AgentIde.Bench.Reports;
using AgentIde.Storage;

namespace AgentIde.Cli.Bench;

/// <summary>
/// What a group has come to, in MLE-bench's form: for each engineer a run group with <c>COMPETITION_RUN/{submission,code,logs}</c>,
/// <c>metadata.json</c>, <c>submission.jsonl</c> and a grading report for each seed; beside them <c>runs.json</c>.
/// </summary>
internal sealed class GroupOutput(BenchGroup group, SqliteRunStore store, DataFolder data) : IGroupOutput, IDisposable
{
    private readonly GroupGrader _grader = new(data, "/", TimeProvider.System);

    /// <summary>One at a time: a grade holds its files in memory.</summary>
    private readonly SemaphoreSlim _grading = new(1);

    /// <summary>The folder of an engineer's run group.</summary>
    public string FolderOf(string engineer) => Path.Combine(group.Folder, Slug(engineer));

    /// <summary>Lays out what a run has left, and grades it.</summary>
    public async Task CollectAsync(SlotStatus status, CancellationToken cancellationToken)
    {
        string folder = FolderOf(status.Slot);
        if (status.Run is { } run)
        {
            (string? solution, string? submission) = await RunResult.WriteAsync(store, status.Trace.Journal, cancellationToken);
            Copy(solution, Path.Combine(folder, "code"));
            Copy(submission, Path.Combine(folder, "submission"));
            await WriteLogAsync(run, Path.Combine(folder, "logs"), cancellationToken);
        }

        SubmissionLine line = new(status.Slot.Competition, SubmissionOf(status.Slot), 0);
        await _grading.WaitAsync(cancellationToken);
        try
        {
            GradedSubmission graded = (await _grader.GradeAsync([line], null, cancellationToken))[0];
            status.Graded = graded.Report.SubmissionExists ? graded : graded with { Problem = WhyNone(status) };
        }
        finally
        {
            _grading.Release();
        }
    }

    public void Write(IEnumerable<SlotStatus> all)
    {
        foreach (IGrouping<string, SlotStatus> engineer in all.Where(status => status.Graded is not null).GroupBy(status => status.Slot.Engineer))
        {
            string folder = FolderOf(engineer.Key);
            Directory.CreateDirectory(folder);
            foreach (IGrouping<int, SlotStatus> seed in engineer.GroupBy(status => status.Slot.Seed))
            {
                GradingReport.Of([.. seed.Select(status => status.Graded!.Report)]).WriteAs(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"seed-{seed.Key:000}_grading_report.json")));
            }

            new GroupDetails(engineer.Key, [.. engineer.Select(DetailsOf)]).Write(folder);
            File.WriteAllText(Path.Combine(folder, "submission.jsonl"), string.Concat(engineer.Select(status => Line(status) + "\n")));
            File.WriteAllText(Path.Combine(folder, "metadata.json"), Metadata([.. engineer]));
        }
    }

    public void Dispose() => _grading.Dispose();

    /// <summary>A name of a folder.</summary>
    private static string Slug(string engineer) => string.Concat(engineer.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' ? letter : '-')).TrimStart('.');

    private string FolderOf(GroupSlot slot) => Path.Combine(FolderOf(slot.Engineer), string.Create(CultureInfo.InvariantCulture, $"{slot.Competition}_{slot.Run ?? $"seed-{slot.Seed}"}"));

    private string SubmissionOf(GroupSlot slot) => Path.Combine(FolderOf(slot), "submission", "submission.csv");

    private static void Copy(string? file, string folder)
    {
        if (file is not null)
        {
            Directory.CreateDirectory(folder);
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }
    }

    private async Task WriteLogAsync(RunId run, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await using StreamWriter log = new(Path.Combine(folder, "agent.log"));
        PlainView view = new(log);
        await foreach ((RecordedEvent recorded, Journal journal) in RunFollower.FollowAsync(store, run, cancellationToken))
        {
            view.Show(recorded, journal);
        }
    }

    private static RunDetails DetailsOf(SlotStatus status)
    {
        Journal journal = status.Trace.Journal;
        int? node = journal.Choice?.Node ?? journal.Best;
        Score? score = node is { } chosen ? journal[chosen].Standing : null;
        Outlay spent = journal.Spending.Total;
        return new RunDetails(
            status.Slot.Competition, status.Slot.Seed, status.Graded!.Report.SubmissionPath, status.Slot.Run,
            status.Slot.Run is null ? null : Math.Round(journal.Spent.TotalSeconds, 1), spent.SettledDollars, spent.Settled.Total, journal.Nodes.Count, journal.ValidNodes,
            score?.Value, score is null ? null : score.Kind switch { ScoreKind.Verified => "verified", ScoreKind.VerifiedByFolds => "verified-by-folds", _ => "claimed" }, score?.StandardError, score?.Claim,
            journal.Split?.Why, Findings(journal), SawTestFeedback: false, status.Trace.Curve, status.Graded.Problem);
    }

    private static string WhyNone(SlotStatus status) => status.Slot.Problem
        ?? (status.Slot.Run is null ? "the group's time or money was spent before it could begin" : $"the run came to no valid submission: {status.Trace.Journal.Finished?.Why ?? "it has not ended"}");

    private static ImmutableArray<string> Findings(Journal journal) =>
    [
        .. (journal.Split?.Leaks ?? []).Select(leak => leak.Text),
        .. journal.Split?.Distinguishable is { } told ? [$"holdout distinguishable: {told.Text}"] : (IEnumerable<string>)[],
    ];

    private string Line(SlotStatus status)
    {
        string folder = FolderOf(status.Slot), code = Path.Combine(folder, "code");
        return Json(writer =>
        {
            writer.WriteString("competition_id", status.Slot.Competition);
            writer.WriteString("submission_path", status.Graded!.Report.SubmissionExists ? status.Graded.Report.SubmissionPath : null);
            writer.WriteString("logs_path", Existing(Path.Combine(folder, "logs", "agent.log")));
            writer.WriteString("code_path", Directory.Exists(code) ? Directory.EnumerateFiles(code).FirstOrDefault() : null);
        }, isIndented: false);
    }

    private static string? Existing(string path) => File.Exists(path) ? path : null;

    private string Metadata(SlotStatus[] runs) => Json(writer =>
    {
        writer.WriteString("run_group", $"{Path.GetFileName(group.Folder)}/{Slug(runs[0].Slot.Engineer)}");
        writer.WriteString("created_at", group.State.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss-'GMT'", CultureInfo.InvariantCulture));
        writer.WriteStartObject("runs");
        foreach (SlotStatus run in runs)
        {
            writer.WriteStartObject(Path.GetFileName(FolderOf(run.Slot)));
            writer.WriteBoolean("success", run.Graded!.Report.SubmissionExists);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }, isIndented: true);

    private static string Json(Action<Utf8JsonWriter> write, bool isIndented)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = isIndented }))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
