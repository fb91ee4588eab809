using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Verification;

/// <summary>
/// Executes the programs of a run once more and compares what comes of them with what its log says. It reads the run
/// and writes nothing of it. A node that differs is executed a second time, to see whether it agrees with itself.
/// </summary>
public sealed class Verifier(IRunStore store, Journal journal, VerificationParts parts)
{
    private readonly ProgramBuilder _builder = new(parts.Sandbox, journal.Settings!.Language, Path.Combine(parts.SplitFolder, "search"));

    /// <summary>Why there is nothing to execute again of a node, as the end of a sentence; null where there is.</summary>
    public static string? WhyNot(Node node) => node switch
    {
        { SameAs: { } same } => $"its code is that of node {same}",
        { Failure.Kind: FailureKind.NoAnswer } or { Code: null } => "it came to no code",
        { IsDone: false } => "it did not come to its end",
        { Execution: null, Failure.Kind: not FailureKind.CompileError } => "it was not executed",
        _ => null,
    };

    /// <summary>Executes one node again; <see cref="WhyNot"/> has nothing against it.</summary>
    /// <exception cref="SandboxException">The engine failed.</exception>
    public async Task<VerifiedNode> VerifyAsync(int id, CancellationToken cancellationToken)
    {
        Node node = journal[id];
        ExecutionRecord? record = node.Execution;
        Outcome then = new(
            record?.Ending, record?.ExitCode, record?.Signal, node.Failure, record?.Submission, node.Score?.Value, record?.Seconds, record?.PeakMemoryBytes);
        return await VerifyAsync(node, ExecutionPurpose.Search, then, node.Setting, cancellationToken);
    }

    /// <summary>Executes the refit again; there was one.</summary>
    /// <exception cref="SandboxException">The engine failed.</exception>
    public async Task<VerifiedNode> VerifyRefitAsync(CancellationToken cancellationToken)
    {
        ExecutionRecord record = journal.RefitExecution!;
        Outcome then = new(record.Ending, record.ExitCode, record.Signal, null, record.Submission, null, record.Seconds, record.PeakMemoryBytes);
        return await VerifyAsync(journal.Executed(journal.Choice!.Node), ExecutionPurpose.Refit, then, journal.RefitSetting, cancellationToken);
    }

    /// <summary>Executes a finalist on the fresh split again; it was executed there.</summary>
    /// <exception cref="SandboxException">The engine failed.</exception>
    /// <exception cref="RunStoreException">The fresh split is not the one that the run had.</exception>
    public async Task<VerifiedNode> VerifyFreshAsync(int id, CancellationToken cancellationToken)
    {
        Finalist finalist = journal.FinalRound!.Of(id)!;
        ExecutionRecord record = finalist.Execution!;
        Outcome then = new(record.Ending, record.ExitCode, record.Signal, null, record.Submission, finalist.Result?.Score, record.Seconds, record.PeakMemoryBytes);
        return await VerifyAsync(journal.Executed(id) with { Id = id }, ExecutionPurpose.Fresh, then, finalist.Setting, cancellationToken);
    }

    private async Task<VerifiedNode> VerifyAsync(Node node, ExecutionPurpose purpose, Outcome then, ExecutionSetting? setting, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> source;
        ReadOnlyMemory<byte>? submission = null;
        try
        {
            source = await store.ReadBlobAsync(journal.Settings!.Run, node.Code!.Value, cancellationToken);
            if (then.Submission is { } kept)
            {
                submission = await store.ReadBlobAsync(journal.Settings.Run, kept, cancellationToken);
            }
        }
        catch (RunStoreException problem)
        {
            Outcome nothing = new(null, null, null, null, null, null, null, null);
            return new VerifiedNode(node.Id, purpose, Verdict.Differs, then, nothing, setting, null,
                [$"what the run keeps of it can't be read: {problem.Message}"], ["the run's store was changed or damaged after the run"], []);
        }

        ExecutionLimits limits = Limits(setting?.Bounds, then);
        Attempt was = new(then, submission), now = await ExecuteAsync(node, source, purpose, limits, 1, cancellationToken);
        OutcomeComparison compared = Compare(was, now, purpose);
        ImmutableArray<string> causes = [];
        if (compared.Verdict == Verdict.Differs)
        {
            LikelyCauses likely = new(journal.Settings!.Language, was.Outcome, now.Outcome, setting, parts.Report, ExecutionBounds.Of(limits), Encoding.UTF8.GetString(source.Span));
            causes = likely.Plain();
            if (causes.IsEmpty)
            {
                Attempt again = await ExecuteAsync(node, source, purpose, limits, 2, cancellationToken);
                causes = likely.After(agrees: Compare(now, again, purpose).Verdict != Verdict.Differs);
            }
        }

        return new VerifiedNode(node.Id, purpose, compared.Verdict, then, now.Outcome, setting, compared.Submission, compared.Differences, causes, Notes(setting?.Bounds, now.Outcome, compared));
    }

    private OutcomeComparison Compare(Attempt then, Attempt now, ExecutionPurpose purpose) =>
        OutcomeComparison.Of(then.Outcome, now.Outcome, purpose, journal.Task!.Metric, () =>
            then.Submission is { } before && now.Submission is { } after ? parts.Holdout.Compare(after, before, Tolerance.IsSame) : null);

    private static ImmutableArray<string> Notes(ExecutionBounds? bounds, Outcome now, OutcomeComparison compared)
    {
        ImmutableArray<string>.Builder notes = ImmutableArray.CreateBuilder<string>();
        if (compared is { Verdict: Verdict.Close, Submission: { } submission })
        {
            notes.Add(submission.Largest is > 0 and { } largest
                ? FormattableString.Invariant($"the submission's numbers differ in their last digits, by {largest:G2} at most")
                : "the submission has other bytes and the same values");
        }
        else if (compared.Verdict == Verdict.Close)
        {
            notes.Add("the broken submission has other bytes");
        }

        if (now is { Ending: not Ending.TimeOut, Seconds: { } seconds } && bounds is not null && seconds > bounds.Seconds)
        {
            notes.Add(FormattableString.Invariant($"it took {seconds:0.0} s now; the run gave it {bounds.Seconds:0.#} s, and would have ended it"));
        }

        return notes.ToImmutable();
    }

    /// <summary>
    /// As much memory and as many cores as it had, as far as this machine has them. What did not end in its time has the
    /// same time again; what ended has more, so that a machine that is slower or busy comes to the same.
    /// </summary>
    private ExecutionLimits Limits(ExecutionBounds? bounds, Outcome then)
    {
        double seconds = then.Ending == Ending.TimeOut ? bounds?.Seconds ?? then.Seconds ?? parts.Most.Time.TotalSeconds : parts.Most.Time.TotalSeconds;
        const long leastMemory = 64 << 20;
        return parts.Usual with
        {
            Time = TimeSpan.FromSeconds(Math.Clamp(seconds, 1, parts.Most.Time.TotalSeconds)),
            MemoryBytes = bounds is null ? parts.Usual.MemoryBytes : Math.Clamp(bounds.MemoryBytes, leastMemory, parts.Most.MemoryBytes),
            Cores = bounds is null ? parts.Usual.Cores : Math.Clamp(bounds.Cores, 1, parts.Most.Cores),
        };
    }

    private async Task<Attempt> ExecuteAsync(Node node, ReadOnlyMemory<byte> source, ExecutionPurpose purpose, ExecutionLimits limits, int attempt, CancellationToken cancellationToken)
    {
        Built built = await _builder.BuildAsync(node.Code!.Value, source, cancellationToken);
        if (built.Program is not { } program)
        {
            return new Attempt(new Outcome(null, null, null, built.Failure, null, null, null, null), null);
        }

        IGrader? grader = purpose switch
        {
            ExecutionPurpose.Refit => null,
            ExecutionPurpose.Fresh => await FreshGraderAsync(cancellationToken), // Its files are laid with it.
            _ => parts.Grader,
        };
        string name = $"{journal.Settings!.Run}-verify-{node.Id}-{purpose}-{attempt}".ToLowerInvariant();
        ExecutionResult result = await parts.Sandbox.ExecuteAsync(
            Execution.Spec(name, journal.Settings.Language, program, purpose, parts.SplitFolder, parts.SubmissionBytes, limits), output: null, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        (ExecutionRecord record, _) = Execution.Record(result);
        ReadOnlyMemory<byte>? submission = Execution.SubmissionOf(result);
        Failure? failure = FailureReading.Of(result, limits) ?? (submission is null ? FailureReading.WithoutSubmission(record.SubmissionProblem) : null);
        double? score = null;
        if (failure is null && grader is not null)
        {
            Grade grade = await grader.GradeAsync(submission!.Value, cancellationToken);
            score = grade.Score;
            failure = score is null ? FailureReading.OfGrade(grade) : null;
        }

        return new Attempt(
            new Outcome(record.Ending, record.ExitCode, record.Signal, failure, record.Submission, score, record.Seconds, record.PeakMemoryBytes), submission);
    }

    private async Task<IGrader> FreshGraderAsync(CancellationToken cancellationToken) =>
        await parts.Holdout.PrepareFreshAsync(parts.SplitFolder, cancellationToken) is { } fresh && fresh.Files == journal.FinalRound!.Files
            ? fresh.Grader
            : throw new RunStoreException($"The fresh split of {journal.Settings!.Run} can't be cut as the run had it.");

    private sealed record Attempt(Outcome Outcome, ReadOnlyMemory<byte>? Submission);
}
