using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Verification;

namespace AgentIde.Core.Auditing;

/// <summary>One execution of an audit and what it showed, one line.</summary>
/// <param name="What">Such as <c>fewer test rows</c>.</param>
public sealed record AuditExecution(int Node, string What, double? Seconds, string Result);

/// <summary>Another split of the same task.</summary>
/// <param name="Folder">Has the folder <c>search</c>.</param>
public sealed record FreshSplit(string Folder, IGrader Grader);

/// <summary>
/// Executes a node's program on files that it was not chosen by: on test with rows taken away, and on a fresh split. It
/// reads the run and writes nothing of it: what it found is kept by whoever asked (<see cref="NodeAudited"/>).
/// </summary>
/// <param name="fresh">Null where the task's split has no other.</param>
public sealed class ExecutedAudit(IRunStore store, Journal journal, VerificationParts parts, Sentinel sentinel, FreshSplit? fresh)
{
    /// <summary>In standard errors.</summary>
    private const double Clear = 2, ClearUnpaired = 3;

    private readonly ProgramBuilder _builder = new(parts.Sandbox, journal.Settings!.Language, Path.Combine(parts.SplitFolder, "search"));
    private readonly List<AuditFinding> _findings = [];
    private readonly List<AuditExecution> _executions = [];

    /// <summary>What there is to keep.</summary>
    /// <param name="id">A node with a verified score; what is said is of the node whose execution stands for its own.</param>
    /// <exception cref="SandboxException">The engine failed.</exception>
    public async Task<NodeAudited> RunAsync(int id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        _findings.Clear();
        _executions.Clear();
        await ExecuteAsync(id, cancellationToken);
        return new NodeAudited(journal.Executed(id).Id, at, [.. _executions], [.. _findings]);
    }

    private async Task ExecuteAsync(int id, CancellationToken cancellationToken)
    {
        Node node = journal.Executed(id);
        ReadOnlyMemory<byte> then = await store.ReadBlobAsync(journal.Settings!.Run, node.Execution!.Submission!.Value, cancellationToken);
        Built built = await _builder.BuildAsync(node.Code!.Value, await store.ReadBlobAsync(journal.Settings.Run, node.Code!.Value, cancellationToken), cancellationToken);
        if (built.Program is not { } program)
        {
            _executions.Add(new AuditExecution(node.Id, "compile", null, $"failed: {built.Failure?.Message}"));
            return;
        }

        await LookAtRowsAsync(node, program, then, cancellationToken);
        if (fresh is not null)
        {
            await LookElsewhereAsync(node, program, fresh, cancellationToken);
        }
    }

    private async Task LookAtRowsAsync(Node node, ReadOnlyMemory<byte> program, ReadOnlyMemory<byte> then, CancellationToken cancellationToken)
    {
        const string what = "fewer test rows";
        (ReadOnlyMemory<byte>? submission, double seconds, string? failed) = await ExecuteAsync(node, program, sentinel.Folder, "sentinel", cancellationToken);
        if (submission is not { } now)
        {
            _executions.Add(new AuditExecution(node.Id, what, seconds, $"failed: {failed}"));
            Found(node, AuditKind.Condition, AuditSeverity.Note, $"{sentinel.With} it fails: {failed}");
            return;
        }

        SentinelGrades grades = await sentinel.CompareAsync(now, then, cancellationToken);
        SubmissionDifference? moved = parts.Holdout.Compare(now, then, Tolerance.IsSame);
        if (grades is not { Then: { } before, Now: { } after, Gain: { } gain } || moved is null)
        {
            _executions.Add(new AuditExecution(node.Id, what, seconds, $"not comparable: {grades.Problem}"));
            return;
        }

        string rows = sentinel.With;
        if (moved.Differing == 0)
        {
            _executions.Add(new AuditExecution(node.Id, what, seconds, $"{rows} it predicts the same"));
            return;
        }

        string share = $"{moved.Differing} of {moved.Values} predictions move{(moved.Largest is { } largest ? FormattableString.Invariant($", by {largest:G2} at most") : "")}";
        bool varies = await VariesAsync(node, program, then, cancellationToken);
        string score = $"{Name} {Figures.Rounded(before, gain.StandardError)} becomes {Figures.Rounded(after, gain.StandardError)}, a difference of {Figures.WithError(gain.Gain, gain.StandardError)}";
        _executions.Add(new AuditExecution(node.Id, what, seconds, $"{rows} {share}; {score}{(varies ? "; it varies by itself too" : "")}"));
        bool clear = gain.Gain > Clear * gain.StandardError && gain.Gain > Tolerance.OfScore(journal.Task!.Metric, before);
        if (varies)
        {
            Found(node, AuditKind.Varies, AuditSeverity.Note, $"on the same files it predicts something else than it did: {share}");
        }

        if (clear || !varies)
        {
            Found(node, AuditKind.Transductive, clear ? AuditSeverity.Warning : AuditSeverity.Note, $"{rows} {share}; {score}");
        }
    }

    private async Task<bool> VariesAsync(Node node, ReadOnlyMemory<byte> program, ReadOnlyMemory<byte> then, CancellationToken cancellationToken)
    {
        (ReadOnlyMemory<byte>? again, _, _) = await ExecuteAsync(node, program, parts.SplitFolder, "again", cancellationToken);
        return again is not { } same || parts.Holdout.Compare(same, then, Tolerance.IsSame) is not { Differing: 0, Unshared: 0 };
    }

    private async Task LookElsewhereAsync(Node node, ReadOnlyMemory<byte> program, FreshSplit split, CancellationToken cancellationToken)
    {
        const string what = "fresh split";
        (ReadOnlyMemory<byte>? submission, double seconds, string? failed) = await ExecuteAsync(node, program, split.Folder, "fresh", cancellationToken);
        Grade? grade = submission is { } now ? await split.Grader.GradeAsync(now, cancellationToken) : null;
        if (grade is not { Score: { } value, StandardError: { } error })
        {
            string why = failed ?? grade?.Problem ?? "";
            _executions.Add(new AuditExecution(node.Id, what, seconds, $"failed: {why}"));
            Found(node, AuditKind.Gap, AuditSeverity.Warning, $"on a fresh split it has no score: {why}");
            return;
        }

        Score known = journal[node.Id].Score!;
        double worse = journal.Task!.Metric.Gain(known.Value, value), both = Math.Sqrt((error * error) + ((known.StandardError ?? 0) * (known.StandardError ?? 0)));
        string text = $"{Name} {Figures.WithError(value, error)} on other rows, {Figures.WithError(known.Value, known.StandardError)} on the holdout";
        _executions.Add(new AuditExecution(node.Id, what, seconds, text));
        if (worse > ClearUnpaired * both)
        {
            Found(node, AuditKind.Gap, AuditSeverity.Warning, FormattableString.Invariant($"{text}: worse by {worse / both:0.0} errors"));
        }
    }

    private string Name => journal.Task!.Metric.DisplayName;

    private void Found(Node node, AuditKind kind, AuditSeverity severity, string evidence) =>
        _findings.Add(new AuditFinding(kind, severity, node.Id, null, evidence, AuditBasis.Executed));

    private async Task<(ReadOnlyMemory<byte>? Submission, double Seconds, string? Failed)> ExecuteAsync(
        Node node, ReadOnlyMemory<byte> program, string folder, string what, CancellationToken cancellationToken)
    {
        string name = $"{journal.Settings!.Run}-audit-{node.Id}-{what}".ToLowerInvariant();
        ExecutionResult result = await parts.Sandbox.ExecuteAsync(
            Execution.Spec(name, journal.Settings.Language, program, ExecutionPurpose.Search, folder, parts.SubmissionBytes, parts.Usual) with { IsOneOfMany = false }, output: null, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        ReadOnlyMemory<byte>? submission = Execution.SubmissionOf(result);
        Failure? failure = FailureReading.Of(result, parts.Usual) ?? (submission is null ? FailureReading.WithoutSubmission(null) : null);
        return (failure is null ? submission : null, result.Seconds, failure?.Message);
    }
}
