using AgentIde.Cli.Commands;
using AgentIde.Core.Auditing;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Verification;
using AgentIde.Sandbox;
using AgentIde.Storage;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;

namespace AgentIde.Cli.Runner;

/// <summary>
/// Puts together what executes a run's programs once more: the same task with the same holdout, in a sandbox that is
/// chosen and probed as for a new run. Created means: everything is there, and what candidates will see is byte for
/// byte what they saw in the run.
/// </summary>
internal sealed class VerificationComposition : IAsyncDisposable
{
    /// <summary>Far from the seeds that people choose.</summary>
    private const long FreshSeed = 1_000_003;

    private readonly SandboxEngine _engine;

    private readonly TaskFolder _task;
    private readonly byte[] _secret;
    private readonly BlindHoldout _holdout;
    private readonly WorkFolder _work;

    private VerificationComposition(SandboxEngine engine, TaskFolder task, byte[] secret, BlindHoldout holdout, WorkFolder work, VerificationParts parts, Verifier verifier)
    {
        (_engine, _task, _secret, _holdout, _work) = (engine, task, secret, holdout, work);
        Parts = parts;
        Verifier = verifier;
    }

    public VerificationParts Parts { get; }

    public SandboxReport Report => Parts.Report;

    /// <summary>What this machine has for one execution.</summary>
    public ExecutionLimits Limits => Parts.Most;

    public Verifier Verifier { get; }

    /// <param name="taskFolder">Where the task lies now; null for where the run had it.</param>
    /// <param name="command">What asks for it, as a person types it: such as <c>agentide replay small-1 --verify</c>.</param>
    /// <exception cref="CommandException">Something that the run had is not there any more; the message says what, and the way out.</exception>
    public static async Task<VerificationComposition> CreateAsync(
        SqliteRunStore store, Journal journal, string? taskFolder, string command, SandboxChoice sandbox, CancellationToken cancellationToken)
    {
        RunSettings settings = journal.Settings!;
        if (journal.Split is not { } split)
        {
            throw new CommandException(ExitCode.Failed, $"{settings.Run} ended before it executed anything: there is nothing to verify.");
        }

        TaskFolder task = TaskOfRun.Read(journal, taskFolder, command, cancellationToken);
        byte[] secret = WorkspaceSecret.TryRead(CommonOptions.Workspace)
            ?? throw new CommandException(ExitCode.Missing, $"{CommonOptions.Workspace} has lost its secret, .agentide/secret, without which nobody can tell which rows were the holdout of {settings.Run}: bring it back from where the runs come from.");
        WorkFolder work = WorkFolder.Of(store.FolderOf(settings.Run));
        SandboxEngine engine = sandbox.Create();
        try
        {
            await engine.RemoveLeftovers(cancellationToken);
            SandboxReport report = await engine.Sandbox.ProbeAsync(cancellationToken);
            RunComposition.Require(report, []);
            BlindHoldout holdout = new(task, secret, settings.SplitSeed, hasSecond: split.SecondRows is not null, mayFold: split.Folds is not null);
            string folder = Path.Combine(work.Path, "split");
            SplitFacts now = await holdout.PrepareAsync(folder, cancellationToken);
            if (now.Files != split.Files)
            {
                throw new CommandException(ExitCode.Missing, $"The holdout can't be cut as {settings.Run} had it: its task is the same, so the secret of {CommonOptions.Workspace}, .agentide/secret, is another. Bring back the one that the run was made with.");
            }

            VerificationParts parts = new(
                engine.Sandbox, report, holdout, holdout.Grader, RunComposition.Limits(1), RunComposition.Limits(settings.Workers), folder, RunComposition.LargestSubmission);
            return new VerificationComposition(engine, task, secret, holdout, work, parts, new Verifier(store, journal, parts));
        }
        catch
        {
            await engine.DisposeAsync();
            work.Dispose();
            throw;
        }
    }

    /// <summary>What executes programs on files that they were not chosen by. A time split has one cut alone, so no fresh one.</summary>
    public async Task<ExecutedAudit> AuditAsync(SqliteRunStore store, Journal journal, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(_work.Path, "audit");
        Sentinel sentinel = _holdout.PrepareSentinel(Path.Combine(folder, "sentinel"), cancellationToken);
        FreshSplit? fresh = null;
        if (journal.Split is { Kind: not SplitKind.Time } split)
        {
            BlindHoldout other = new(_task, _secret, unchecked(journal.Settings!.SplitSeed + FreshSeed), hasSecond: split.SecondRows is not null, mayFold: split.Folds is not null);
            await other.PrepareAsync(Path.Combine(folder, "fresh"), cancellationToken);
            fresh = new FreshSplit(Path.Combine(folder, "fresh"), other.Grader);
        }

        return new ExecutedAudit(store, journal, Parts, sentinel, fresh);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _work.Dispose();
    }
}
