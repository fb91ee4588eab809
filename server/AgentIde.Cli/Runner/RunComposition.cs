using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;
using AgentIde.Sandbox;
using AgentIde.Storage;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;
using AgentIde.Tasks.Profiles;

namespace AgentIde.Cli.Runner;

/// <summary>
/// Puts a run together from the parts that its plan names, for the process that owns it. Created means: the run is
/// owned, its sandbox probed, and its first event durable.
/// </summary>
internal sealed class RunComposition : IAsyncDisposable
{
    /// <summary>No run begins where these do not hold.</summary>
    private static readonly string[] AlwaysRequired = ["network", "files", "user", "containment", "time", "disk"];

    /// <summary>A submission larger than this is not taken: ten times what a task of a million rows needs.</summary>
    internal const long LargestSubmission = 512L << 20;

    private readonly SqliteRunStore _store;
    private readonly OwnedRun _owned;
    private readonly RunLoop _loop;
    private readonly SandboxEngine _engine;
    private readonly EngineerChoice _engineer;

    private RunComposition(SqliteRunStore store, OwnedRun owned, RunLoop loop, SandboxEngine engine, EngineerChoice engineer)
    {
        _engineer = engineer;
        _engine = engine;
        _store = store;
        _owned = owned;
        _loop = loop;
    }

    public RunId Run => _owned.Run;

    public string Folder => _owned.Folder;

    public static async Task<RunComposition> CreateAsync(RunPlan plan, CancellationToken cancellationToken)
    {
        if (plan is { Resume: null, Seconds: < RunPlan.LeastSeconds })
        {
            throw new CommandException(ExitCode.BadUsage,
                FormattableString.Invariant($"A run needs at least {RunPlan.LeastSeconds:0} s, and {plan.Seconds:0.##} s are given: probing the sandbox takes some 3 s of them, and a first solution a few more. Give it more with --time."));
        }

        TaskFolder task = TaskFolder.Read(plan.TaskFolder, cancellationToken);
        EngineerChoice engineer = await EngineerChoice.CreateAsync(plan.Engineer, plan.Asking ?? EngineerFlags.In(plan.Workspace), cancellationToken);
        SandboxEngine engine = plan.Sandbox.Create();
        try
        {
            return await CreateAsync(plan, task, engineer, engine, cancellationToken);
        }
        catch
        {
            await engineer.DisposeAsync();

            // It may have laid down files and started processes for the run that does not begin.
            await engine.DisposeAsync();
            throw;
        }
    }

    private static async Task<RunComposition> CreateAsync(RunPlan plan, TaskFolder task, EngineerChoice choice, SandboxEngine engine, CancellationToken cancellationToken)
    {
        IEngineer engineer = choice.Engineer;
        TaskFacts facts = plan.Issue is { } issue ? task.Facts with { Description = issue.Description(task.Facts.Description) } : task.Facts;
        if (plan.Resume is null)
        {
            // Told before there is a run; that of a resumed one is in its log.
            choice.MustHavePrices(Budget(plan, choice));
        }

        await engine.RemoveLeftovers(cancellationToken);
        SandboxReport report = await engine.Sandbox.ProbeAsync(cancellationToken);
        Require(report, plan.Require);
        if (plan.Resume is null)
        {
            RunStarted planned = new(Settings(plan, RunId.Parse($"{task.Facts.Id}-1"), task, choice), facts, report);
            await choice.MustAllowACallAsync(planned, () => DataProfiler.Profile(task, cancellationToken), Limits(plan.Parallel * plan.Beside), cancellationToken);
        }

        SqliteRunStore store = new(plan.Workspace, TimeProvider.System);
        OwnedRun owned = plan.Resume is { } resumed ? await store.TakeAsync(resumed, cancellationToken) : await store.CreateAsync(task.Facts.Id, cancellationToken);
        try
        {
            RunnerFailure.Forget(owned.Folder);
            choice.AskAt(store.ChatsOf(owned.Run));
            Journal journal = await Terminal.RunFollower.ReadAsync(store, owned.Run, cancellationToken);
            RunSettings settings = journal.Settings ?? Settings(plan, owned.Run, task, choice);
            settings = settings with { Budget = plan.Spending?.On(settings.Budget) ?? settings.Budget };
            choice.MustGoOnLike(settings);
            choice.MustHavePrices(settings.Budget);
            if (settings.Engineer != engineer.Name)
            {
                throw new CommandException(ExitCode.BadUsage, $"{owned.Run} was run by {settings.Engineer}, and {plan.Engineer} is {engineer.Name}: name the one that began it, as agentide run --resume {owned.Run} --engineer {(settings.EngineerOption ?? (settings.Engineer.StartsWith("recording/", StringComparison.Ordinal) ? "recording:FILE" : RunPlan.BuiltInEngineer))}");
            }

            if (journal.Task is { } before && before.Digest != task.Facts.Digest)
            {
                throw new CommandException(ExitCode.BadUsage, $"The task's files in {plan.TaskFolder} are not those that {owned.Run} began with: bring them back, or start a new run.");
            }

            BlindHoldout holdout = new(task, WorkspaceSecret.ReadOrCreate(plan.Workspace), settings.SplitSeed, hasSecond: journal.Split is null ? null : journal.Split.SecondRows is not null, mayFold: journal.Split is null ? null : journal.Split.Folds is not null);
            RunParts parts = new(
                choice.Discreet(engine.Sandbox),
                settings.Language,
                holdout,
                holdout.Grader,
                task.PrivateGrader() is { } grader ? new PrivateAnswers(grader, task.References.Reached, task.References.All.Length) : null,
                engineer,
                (Policies.Find(settings.Policy) ?? throw new CommandException(ExitCode.BadUsage, $"{owned.Run} was run by a policy '{settings.Policy}', which is not known here: they are {string.Join(", ", Policies.Names)}.")).Choose,
                token => Task.FromResult(DataProfiler.Profile(task, token)),
                Limits(settings.Workers * plan.Beside),
                Path.Combine(owned.Folder, "work", "split"),
                LargestSubmission)
            {
                Second = holdout.Second,
                Folds = holdout.Folds,
                Reviewer = choice.Reviewer,
            };
            RunLoop loop = new(owned, store, parts, TimeProvider.System, journal);
            await loop.BeginAsync(new RunStarted(settings, facts, report, Preparation(plan)), cancellationToken);
            return new RunComposition(store, owned, loop, engine, choice);
        }
        catch
        {
            await owned.DisposeAsync();
            throw;
        }
    }

    public async Task<Journal> RunAsync(CancellationToken cancellationToken)
    {
        Journal journal = await _loop.RunAsync(cancellationToken);
        if (journal.Finished is not null)
        {
            await RunResult.WriteAsync(_store, journal, CancellationToken.None);
        }

        return journal;
    }

    public async ValueTask DisposeAsync()
    {
        _loop.Dispose();
        await _engineer.DisposeAsync();
        await _engine.DisposeAsync();
        await _owned.DisposeAsync();
    }

    /// <summary>Nodes that are under way at once share this machine's cores and memory.</summary>
    internal static ExecutionLimits Limits(int parallel) => ExecutionLimits.Default with
    {
        Cores = Math.Max(1, Environment.ProcessorCount / parallel),
        MemoryBytes = Math.Min(ExecutionLimits.Default.MemoryBytes, Math.Max(1L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 10 * 8 / parallel)),
    };

    private static double? Preparation(RunPlan plan) =>
        plan.AskedAt is { } asked ? Math.Round(TimeProvider.System.GetElapsedTime(asked).TotalSeconds, 3) : null;

    private static RunSettings Settings(RunPlan plan, RunId run, TaskFolder task, EngineerChoice engineer) => new(
        run,
        Within(plan.Workspace, plan.TaskFolder),
        Within(plan.Workspace, plan.SolutionFile ?? (plan.Language == ProgramLanguage.Python ? task.SolutionFile : Path.ChangeExtension(task.SolutionFile, Path.GetExtension(plan.Language.FileName())))),
        engineer.Engineer.Name,
        plan.Policy,
        plan.Language,
        plan.Seed,
        plan.SplitSeed,
        Budget(plan, engineer),
        plan.Parallel > 1 ? plan.Parallel : null)
    {
        Issue = plan.Issue?.Source,
        EngineerOption = plan.Engineer == RunPlan.BuiltInEngineer ? null : plan.Engineer,
        Models = engineer.Asked,
        Operators = Policies.Find(plan.Policy) is { ChoosesOperators: true } ? engineer.Engineer.Operators : null,
        Samples = plan.Asking is { Samples: > 1 and var samples } ? samples : null,
    };

    /// <summary>Relative where it lies in the workspace, so that a workspace which is moved or copied keeps its runs.</summary>
    private static string Within(string workspace, string path)
    {
        string relative = Path.GetRelativePath(workspace, path);
        return relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? path : relative;
    }

    private static Budget Budget(RunPlan plan, EngineerChoice engineer)
    {
        Budget usual = engineer.Usual(plan.Nodes, plan.Seconds);
        return plan.Spending?.On(usual) ?? usual;
    }

    /// <exception cref="CommandException">A guarantee that no run begins without does not hold, or one that is wanted.</exception>
    internal static void Require(SandboxReport report, IEnumerable<string> wanted)
    {
        foreach (string name in AlwaysRequired.Concat(wanted).Distinct())
        {
            Guarantee guarantee = report.Guarantees.FirstOrDefault(candidate => candidate.Name == name)
                ?? throw new CommandException(ExitCode.BadUsage, $"There is no guarantee '{name}': they are {string.Join(", ", Guarantee.All)}.");
            if (!guarantee.Held)
            {
                throw new CommandException(ExitCode.Missing, $"The sandbox does not guarantee '{name}' here: {guarantee.How}");
            }
        }
    }
}
