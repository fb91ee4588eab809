using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.MleBench.Medals;
using AgentIde.MleBench.Registry;
using AgentIde.Tasks.Folders;

namespace AgentIde.Bench.Prepared;

/// <summary>
/// MLE-bench's data folder: <c>ID/prepared/public</c> and <c>ID/prepared/private</c> for each competition. A competition
/// that MLE-bench does not have is a task of one's own: its <c>ID/prepared</c> is a task folder with a <c>task.yaml</c>.
/// </summary>
/// <param name="path">Of the folder; need not be there for a look at what is missing.</param>
/// <param name="leaderboards">A folder with <c>ID/leaderboard.csv</c>, as MLE-bench's <c>mlebench/competitions</c>, or <c>ID.csv</c>; null for none.</param>
public sealed class DataFolder(string path, string? leaderboards = null)
{
    private const string LeaderboardFile = "leaderboard.csv";
    private const long LargestSubmission = 1L << 30;

    private static readonly string[] ThresholdNames = ["gold", "silver", "bronze", "median"];

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string PreparedFolder(string id) => System.IO.Path.Combine(Path, id, "prepared");

    /// <summary>Whether an id has a task of one's own here.</summary>
    public bool IsOwn(string id) => CompetitionRegistry.Find(id) is null && IsName(id) && File.Exists(System.IO.Path.Combine(PreparedFolder(id), "task.yaml"));

    /// <summary>Ready to be graded.</summary>
    /// <exception cref="BenchException">There is no such competition, or its answers are not here.</exception>
    public Contest Open(string id, CancellationToken cancellationToken = default)
    {
        try
        {
            return CompetitionRegistry.Find(id) is { } competition ? Registered(competition)
                : IsOwn(id) ? Own(id, cancellationToken)
                : throw new BenchException($"There is no competition '{id}' in MLE-bench, and no task of that name in {Path}: docs/MLE-BENCH.md lists all 82; a task of your own is a folder {id}/prepared with a task.yaml.");
        }
        catch (Exception problem) when (problem is InvalidDataException or TaskProblemException)
        {
            throw new BenchException($"{id}: {problem.Message}", inner: problem);
        }
    }

    private Contest Registered(Competition competition)
    {
        string answers = System.IO.Path.Combine(PreparedFolder(competition.Id), CompetitionFiles.Of(competition).Answers);
        if (!File.Exists(answers))
        {
            throw new BenchException($"{competition.Id} is not prepared in {Path}: there is no {answers}. Get it with: mlebench prepare -c {competition.Id} --data-dir {Path}", isMissing: true);
        }

        string? board = LeaderboardOf(competition.Id);
        return new Contest(
            competition.Id,
            competition,
            board is null ? competition.Thresholds : Leaderboard.Read(board).Thresholds,
            board ?? competition.ThresholdsSource,
            PreparedFolder(competition.Id),
            (submission, _) => Task.FromResult(CompetitionGrader.Grade(competition, answers, submission)));
    }

    private Contest Own(string id, CancellationToken cancellationToken)
    {
        TaskFolder task = TaskFolder.Read(PreparedFolder(id), cancellationToken);
        IGrader grader = task.PrivateGrader()
            ?? throw new BenchException($"{id} has no answers: put them into {System.IO.Path.Combine(PreparedFolder(id), "private", "answers.csv")}", isMissing: true);
        (MedalThresholds thresholds, string source) = ThresholdsOf(task, LeaderboardOf(id));
        return new Contest(id, null, thresholds, source, PreparedFolder(id), (submission, token) => GradeAsync(grader, submission, token));
    }

    private static (MedalThresholds Thresholds, string Source) ThresholdsOf(TaskFolder task, string? board)
    {
        if (board is not null)
        {
            return (Leaderboard.Read(board).Thresholds, board);
        }

        double[] named = [.. ThresholdNames.Select(name => task.References.All.FirstOrDefault(reference => reference.Name == name)?.Score ?? double.NaN)];
        bool isLowerBetter = task.Facts.Metric.Direction == MetricDirection.LowerIsBetter;
        return (new MedalThresholds(named[0], named[1], named[2], named[3], isLowerBetter),
            named.Any(double.IsNaN) ? "none for all medals: task.yaml names no gold, silver, bronze and median under 'reference'" : "task.yaml");
    }

    private static async Task<MleBench.Grade> GradeAsync(IGrader grader, string submission, CancellationToken cancellationToken)
    {
        if (new FileInfo(submission).Length > LargestSubmission)
        {
            return MleBench.Grade.Refused($"larger than {LargestSubmission:N0} bytes");
        }

        Core.Holdouts.Grade grade = await grader.GradeAsync(await File.ReadAllBytesAsync(submission, cancellationToken), cancellationToken);
        return grade.Score is { } score ? MleBench.Grade.Of(score) : MleBench.Grade.Refused(grade.Problem!);
    }

    /// <summary>Null where there is none.</summary>
    private string? LeaderboardOf(string id)
    {
        string[] places = leaderboards is null ? [] : [System.IO.Path.Combine(leaderboards, id, LeaderboardFile), System.IO.Path.Combine(leaderboards, $"{id}.csv")];
        string? found = places.Append(System.IO.Path.Combine(Path, id, LeaderboardFile)).FirstOrDefault(File.Exists);
        return found is not null && IsPointer(found)
            ? throw new BenchException($"{found} is a pointer of Git LFS, not the leaderboard: run 'git lfs pull' in that repository, or leave --leaderboards out for the thresholds that AgentIde knows.", isMissing: true)
            : found;
    }

    private static bool IsPointer(string file)
    {
        using StreamReader reader = new(file);
        return reader.ReadLine()?.StartsWith("version https://git-lfs", StringComparison.Ordinal) ?? false;
    }

    /// <summary>A name of a folder, and no way out of this one.</summary>
    private static bool IsName(string id) => id.Length > 0 && id[0] != '.' && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
}
