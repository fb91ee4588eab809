using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;

namespace AgentIde.Testing;

/// <summary>
/// The run loop over any store, without a task: a node's code is a number, which is its submission and its score (lower
/// is better). For tests of what an engineer does to a run.
/// </summary>
public sealed class ScriptedLoop(IRunStore store, IEngineer engineer, TimeProvider clock) : IHoldout, IGrader, IFoldGrader
{
    public ScriptedSandbox Sandbox { get; init; } = new((spec, _) => Task.FromResult(ScriptedSandbox.Left(Encoding.UTF8.GetString(spec.Code.Span))));

    public IReviewer? Reviewer { get; init; }

    public Func<Journal, Draws, Decision> Choose { get; init; } = (_, _) => new Decision(Operator.Draft, [], "the test's turn");

    /// <summary>How many folds train is cut into; null for one holdout. Over all of them a score is the mean of their numbers.</summary>
    public int? Folds { get; init; }

    /// <summary>Answers that a model is asked for with one prompt; null for one.</summary>
    public int? Samples { get; init; }

    /// <summary>Begins the run, or goes on with it, and runs to the end.</summary>
    public async Task<Journal> RunAsync(OwnedRun owned, Budget budget, int workers = 1, CancellationToken cancellationToken = default)
    {
        Journal journal = Journal.Empty.Apply((await store.ReadAsync(owned.Run, 0, int.MaxValue, cancellationToken).ConfigureAwait(false)).Events);
        RunParts parts = new(
            Sandbox, ProgramLanguage.Python, this, this, null, engineer, Choose.Invoke,
            _ => Task.FromResult(new DataProfile(1, 1, [], [])), ExecutionLimits.Default, Path.Combine(owned.Folder, "work", "split"), 1 << 20)
        {
            Reviewer = Reviewer,
            Folds = Folds is null ? null : this,
        };
        RunSettings settings = new(owned.Run, "task", "solution.py", engineer.Name, "scripted", ProgramLanguage.Python, 1, 1, budget, workers) { Samples = Samples };
        TaskFacts task = new(
            "sample", "A sample", "Predict.", new MetricFacts("rmse", "RMSE", MetricDirection.LowerIsBetter, PredictionKind.Values), "y", "id", ["y"], Digest.Of("task"));
        using RunLoop loop = new(owned, store, parts, clock, journal);
        await loop.BeginAsync(new RunStarted(settings, task, new SandboxReport("scripted", "1", "none", [])), cancellationToken).ConfigureAwait(false);
        return await loop.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    Task<SplitFacts> IHoldout.PrepareAsync(string folder, CancellationToken cancellationToken) =>
        Task.FromResult(new SplitFacts(SplitKind.Random, "scripted", Folds is { } folds ? folds - 1 : 6, 1, 1, Digest.Of("files")) { Folds = Folds });

    Task<FreshHoldout?> IHoldout.PrepareFreshAsync(string folder, CancellationToken cancellationToken) => Task.FromResult<FreshHoldout?>(null);

    Task<ReadOnlyMemory<byte>> IHoldout.RestoreAsync(ReadOnlyMemory<byte> blindSubmission, CancellationToken cancellationToken) => Task.FromResult(blindSubmission);

    SubmissionDifference? IHoldout.Compare(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other, Func<double, double, bool> same) =>
        same(Score(submission), Score(other)) ? new SubmissionDifference(1, 0, 0, 0, null) : new SubmissionDifference(1, 1, 0, Math.Abs(Score(submission) - Score(other)), "the number");

    double? IHoldout.Agreement(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other) => 1;

    Task<Grade> IGrader.GradeAsync(ReadOnlyMemory<byte> submission, CancellationToken cancellationToken) => Task.FromResult(new Grade(Score(submission), 0.01, 1, null));

    Task<PairedDifference> IGrader.CompareAsync(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other, CancellationToken cancellationToken) =>
        Task.FromResult(new PairedDifference(Score(other) - Score(submission), 0.01));

    Task<PairedDifference?> IGrader.BlendAsync(ReadOnlyMemory<byte> submission, ReadOnlyMemory<byte> other, CancellationToken cancellationToken) =>
        Task.FromResult<PairedDifference?>(new PairedDifference(Math.Min(Score(submission), Score(other)) - ((Score(submission) + Score(other)) / 2), 0.01));

    Task<Grade> IFoldGrader.GradeAsync(ImmutableArray<ReadOnlyMemory<byte>> submissions, CancellationToken cancellationToken) => Task.FromResult(new Grade(Mean(submissions), 0.01, submissions.Length, null));

    Task<string?> IFoldGrader.ProblemAsync(int fold, ReadOnlyMemory<byte> submission, CancellationToken cancellationToken) =>
        Task.FromResult(double.IsNaN(Score(submission)) ? "not a number" : null);

    Task<PairedDifference> IFoldGrader.CompareAsync(ImmutableArray<ReadOnlyMemory<byte>> submissions, ImmutableArray<ReadOnlyMemory<byte>> others, CancellationToken cancellationToken) =>
        Task.FromResult(new PairedDifference(Mean(others) - Mean(submissions), 0.01));

    private static double Mean(ImmutableArray<ReadOnlyMemory<byte>> submissions) => submissions.Average(Score);

    private static double Score(ReadOnlyMemory<byte> submission) => double.Parse(Encoding.UTF8.GetString(submission.Span), CultureInfo.InvariantCulture);
}
