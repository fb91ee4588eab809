using System.Collections.Immutable;
using AgentIde.Cli.Commands;
using AgentIde.Cli.Runner;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Scaling;
using AgentIde.Storage;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;

namespace AgentIde.Cli.Scaling;

/// <summary>
/// Reads finished runs, and grades on the private answers what each of their solutions had handed in. The grades go into
/// figures and nowhere else: no run is there any more that they could reach.
/// </summary>
internal sealed class ScaleReader(SqliteRunStore store)
{
    private const double SameScore = 1e-9;

    private readonly Dictionary<(Digest Task, long SplitSeed, bool HasSecond, bool HasFolds), GradedTask> _tasks = [];
    private readonly Dictionary<string, ImmutableArray<ScaleReference>> _references = [];

    /// <summary>Of the task of a run that was read.</summary>
    public ImmutableArray<ScaleReference> ReferencesOf(ScaledRun run) => _references[run.Run];

    /// <exception cref="ScaleException">The run is none that can be figured.</exception>
    /// <exception cref="CommandException">Its task is not what it was, or has no private answers.</exception>
    public async Task<ScaledRun> ReadAsync(RunId run, CancellationToken cancellationToken)
    {
        const int page = 1_000;
        ScaleRecorder recorder = new();
        while (await store.ReadAsync(run, recorder.Journal.Seq, page, cancellationToken) is { Events: { IsEmpty: false } events })
        {
            foreach (RecordedEvent recorded in events)
            {
                recorder.Add(recorded);
            }
        }

        recorder.RequireUsable();
        Journal journal = recorder.Journal;
        GradedTask task = TaskOf(journal, cancellationToken);
        Dictionary<Digest, Grade> known = [];
        Dictionary<int, Grade> grades = [];
        foreach (Node node in journal.Nodes.Where(node => node.IsValid))
        {
            Digest submission = journal.Executed(node.Id).Execution!.Submission!.Value;
            if (!known.TryGetValue(submission, out Grade? grade))
            {
                ReadOnlyMemory<byte> blind = await store.ReadBlobAsync(run, submission, cancellationToken);
                if (known.Count == 0)
                {
                    await RequireSameSplitAsync(journal, node, task, blind, cancellationToken);
                }

                grade = await task.Answers.GradeAsync(await task.Holdout.RestoreAsync(blind, cancellationToken), cancellationToken);
                known.Add(submission, grade);
            }

            grades.Add(node.Id, grade);
        }

        Grade? delivered = journal.Choice?.Refit is { } refit ? await task.Answers.GradeAsync(await store.ReadBlobAsync(run, refit.Submission, cancellationToken), cancellationToken) : null;
        ScaledRun scaled = recorder.Finish(grades, delivered);
        _references[scaled.Run] = task.References;
        return scaled;
    }

    /// <exception cref="CommandException">It has none.</exception>
    public static IGrader AnswersOf(TaskFolder task) => task.PrivateGrader()
        ?? throw new CommandException(ExitCode.BadUsage, $"{task.Facts.Id} has no private answers, so nobody can say what its scores are worth: put them into {Path.Combine(task.Path, "private", "answers.csv")}, or leave the task out.");

    private GradedTask TaskOf(Journal journal, CancellationToken cancellationToken)
    {
        RunSettings settings = journal.Settings!;
        (Digest, long, bool HasSecond, bool HasFolds) key = (journal.Task!.Digest, settings.SplitSeed, journal.Split!.SecondRows is not null, journal.Split.Folds is not null);
        if (!_tasks.TryGetValue(key, out GradedTask? known))
        {
            TaskFolder task = TaskOfRun.Read(journal, null, null, cancellationToken);
            byte[] secret = WorkspaceSecret.TryRead(CommonOptions.Workspace)
                ?? throw new CommandException(ExitCode.Missing, $"{CommonOptions.Workspace} has lost its secret, .agentide/secret, without which nobody can tell which rows were the holdout of {settings.Run}: bring it back from where the runs come from.");
            known = new GradedTask(new BlindHoldout(task, secret, settings.SplitSeed, key.HasSecond, key.HasFolds), AnswersOf(task), [.. task.References.All.Select(reference => new ScaleReference(reference.Name, reference.Score))]);
            _tasks.Add(key, known);
        }

        return known;
    }

    /// <summary>Another secret would give each row another id, and a submission the rows of others.</summary>
    private static async Task RequireSameSplitAsync(Journal journal, Node node, GradedTask task, ReadOnlyMemory<byte> submission, CancellationToken cancellationToken)
    {
        Grade grade = await task.Holdout.Grader.GradeAsync(submission, cancellationToken);
        if (grade.Score is not { } score || Math.Abs(score - node.Score!.Value) > SameScore * Math.Max(1, Math.Abs(score)))
        {
            throw new CommandException(ExitCode.Missing, $"The holdout can't be cut as {journal.Settings!.Run} had it: its task is the same, so the secret of {CommonOptions.Workspace}, .agentide/secret, is another. Bring back the one that the run was made with.");
        }
    }

    private sealed record GradedTask(BlindHoldout Holdout, IGrader Answers, ImmutableArray<ScaleReference> References);
}
