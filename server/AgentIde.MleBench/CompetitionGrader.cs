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

        return submission.Length > limits.Bytes
            ? MleBench.Grade.Refused($"larger than {limits.Bytes:N0} bytes")
            : Grade(competition, File.ReadAllBytes(answersPath), File.ReadAllBytes(submissionPath), limits);
    }

    /// <summary>Grades what was read; both arrays are used up.</summary>
    internal static Grade Grade(Competition competition, byte[] answers, byte[] submission, TableLimits limits)
    {
        Table? truth = null, given = null;
        Exception? broken = null;
        string? problem = null;

        // Two files, two cores: reading is most of the work.
        Parallel.Invoke(
            () => truth = Caught(() => ReadAnswers(competition, answers), (InvalidDataException none) => broken = none),
            () => given = Caught(() => TableReader.Read(submission, limits), (NoScoreException none) => problem = none.Message));
        if (broken is not null)
        {
            ExceptionDispatchInfo.Throw(broken);
        }

        try
        {
            return problem is not null ? MleBench.Grade.Refused(problem)
                : given!.Columns.Count == 0 ? MleBench.Grade.Refused("the file is empty")
                : MleBench.Grade.Of(GraderTable.All[competition.Id](truth!, given));
        }
        catch (NoScoreException none)
        {
            return MleBench.Grade.Refused(none.Message);
        }
    }

    /// <summary>The score before rounding, or why there is none; both arrays are used up. For answers that were made here, and small enough for one core.</summary>
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

    private static Table? Caught<TProblem>(Func<Table> read, Action<TProblem> caught)
        where TProblem : Exception
    {
        try
        {
            return read();
        }
        catch (TProblem problem)
        {
            caught(problem);
            return null;
        }
    }

    private static Table ReadAnswers(Competition competition, byte[] answers)
    {
        try
        {
            Table truth = competition.Id == JsonAnswers ? JsonLinesReader.Read(answers) : TableReader.Read(answers, TableLimits.Usual, "answers");
            return truth.Rows > 0 ? truth : throw new NoScoreException("no rows");
        }
        catch (NoScoreException problem)
        {
            throw new InvalidDataException($"These are no answers of {competition.Id}: {problem.Message}.", problem);
        }
    }
}
