using System.Runtime.ExceptionServices;
using AgentIde.MleBench.Graders;
using AgentIde.MleBench.Registry;
using AgentIde.MleBench.Tables;

namespace AgentIde.MleBench;

/// <summary>
/// Grades submissions to competitions of MLE-bench as its own graders do. A submission is never trusted: whatever it
/// holds comes back as a score or as a problem, within the limits.
/// </summary>
public static class CompetitionGrader
{
    private const string JsonAnswers = "tensorflow2-question-answering";

    /// <summary>Whether there is a grader.</summary>
    public static bool Knows(Competition competition) => GraderTable.All.ContainsKey(competition.Id);

    /// <summary>Grades a file.</summary>
    /// <param name="answersPath">CSV, or JSON lines where the competition has these.</param>
    /// <param name="limits">Of the submission.</param>
    /// <exception cref="IOException">The file of answers can't be read.</exception>
    /// <exception cref="InvalidDataException">It holds no answers.</exception>
    public static Grade Grade(Competition competition, string answersPath, string submissionPath, TableLimits? limits = null)
    {
        limits ??= TableLimits.Usual;
        FileInfo submission = new(submissionPath);
        if (!submission.Exists)
        {
            return MleBench.Grade.Refused($"there is no file {submissionPath}");
        }

        if (submission.Length > limits.Bytes)
        {
            return MleBench.Grade.Refused($"larger than {limits.Bytes:N0} bytes");
        }

        using TableSource truth = TableSource.Open(answersPath, TableLimits.Usual.Bytes);
        using TableSource given = TableSource.Open(submissionPath, limits.Bytes);
        return Grade(competition, truth, given, limits);
    }

    /// <summary>Grades what was read.</summary>
    internal static Grade Grade(Competition competition, byte[] answers, byte[] submission, TableLimits limits)
    {
        using TableSource truth = TableSource.Of(answers);
        using TableSource given = TableSource.Of(submission);
        return Grade(competition, truth, given, limits);
    }

    private static Grade Grade(Competition competition, TableSource answers, TableSource submission, TableLimits limits)
    {
        Table? truth = null;
        ExceptionDispatchInfo? broken = null;

        // Two files, two cores: reading is most of the work.
        Thread other = new(() =>
        {
            try
            {
                truth = ReadAnswers(competition, answers);
            }
            catch (Exception problem)
            {
                broken = ExceptionDispatchInfo.Capture(problem);
            }
        });
        other.Start();
        Table? given = null;
        string? refusal = null;
        try
        {
            given = TableReader.Read(submission, limits);
        }
        catch (NoScoreException none)
        {
            refusal = none.Message;
        }
        finally
        {
            other.Join();
        }

        broken?.Throw();
        try
        {
            return refusal is not null ? MleBench.Grade.Refused(refusal)
                : given!.Columns.Count == 0 ? MleBench.Grade.Refused("the file is empty")
                : MleBench.Grade.Of(GraderTable.All[competition.Id](truth!, given));
        }
        catch (NoScoreException none)
        {
            return MleBench.Grade.Refused(none.Message);
        }
    }

    /// <summary>The score before rounding, or why there is none. For answers that were made here, and small enough for one core.</summary>
    internal static (double? Score, string? Problem) Score(Competition competition, byte[] answers, byte[] submission)
    {
        try
        {
            Table truth = TableReader.Read(answers, TableLimits.Usual, "answers"), given = TableReader.Read(submission, TableLimits.Usual);
            return (GraderTable.All[competition.Id](truth, given), null);
        }
        catch (NoScoreException none)
        {
            return (null, none.Message);
        }
    }

    private static Table ReadAnswers(Competition competition, TableSource answers)
    {
        try
        {
            Table truth = competition.Id == JsonAnswers ? JsonLinesReader.Read(answers.ReadAll()) : TableReader.Read(answers, TableLimits.Usual, "answers");
            return truth.Rows > 0 ? truth : throw new NoScoreException("no rows");
        }
        catch (NoScoreException problem)
        {
            throw new InvalidDataException($"These are no answers of {competition.Id}: {problem.Message}.", problem);
        }
    }
}
