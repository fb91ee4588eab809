using System.Collections.Immutable;
using AgentIde.Bench.Prepared;

namespace AgentIde.Bench.Reports;

/// <summary>Grades many submissions as <c>mlebench grade</c> does. A submission that its Python fails to read has no score here; there it ends the program.</summary>
/// <param name="data">Where the answers are.</param>
/// <param name="folder">From which relative paths of submissions are taken.</param>
public sealed class GroupGrader(DataFolder data, string folder, TimeProvider time)
{
    /// <summary>MLE-bench's word for a run without a submission.</summary>
    private const string NoPath = "None";

    private readonly Dictionary<string, Contest> _contests = new(StringComparer.Ordinal);

    /// <summary>The reports in the order of the lines.</summary>
    /// <param name="graded">Hears of each as it is there.</param>
    /// <exception cref="BenchException">A competition is unknown or not prepared; nothing has been graded then.</exception>
    public async Task<ImmutableArray<GradedSubmission>> GradeAsync(ImmutableArray<SubmissionLine> submissions, Action<GradedSubmission>? graded, CancellationToken cancellationToken)
    {
        foreach (string id in submissions.Select(submission => submission.CompetitionId).Distinct())
        {
            _contests.TryAdd(id, data.Open(id, cancellationToken));
        }

        ImmutableArray<GradedSubmission>.Builder all = ImmutableArray.CreateBuilder<GradedSubmission>(submissions.Length);
        foreach (SubmissionLine submission in submissions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            GradedSubmission one = await GradeAsync(submission, _contests[submission.CompetitionId], cancellationToken);
            all.Add(one);
            graded?.Invoke(one);
        }

        return all.MoveToImmutable();
    }

    private async Task<GradedSubmission> GradeAsync(SubmissionLine submission, Contest contest, CancellationToken cancellationToken)
    {
        string shown = PythonPath.Normal(submission.Path ?? NoPath);
        string path = Path.GetFullPath(shown, folder);
        bool exists = File.Exists(path) && PythonPath.IsCsv(shown);
        Grade grade = exists ? await contest.Grade(path, cancellationToken)
            : Grade.Refused(submission.Path is null ? "the run made no submission" : File.Exists(path) ? $"{shown} does not end in .csv" : $"there is no file {shown}");
        return new GradedSubmission(CompetitionReport.Of(contest.Id, grade.Score, contest.Thresholds, exists, shown, time.GetLocalNow()), grade.Problem, contest.ThresholdsSource);
    }
}

/// <param name="Problem">Why there is no score; null where there is one.</param>
/// <param name="ThresholdsSource">Of the medals.</param>
public sealed record GradedSubmission(CompetitionReport Report, string? Problem, string ThresholdsSource);
