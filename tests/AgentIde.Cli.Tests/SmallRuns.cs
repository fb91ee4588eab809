using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;
using AgentIde.Storage;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;
using AgentIde.Tasks.Profiles;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

/// <summary>Runs over a real store and a small real task with its holdout; only the sandbox and the engineer are scripted.</summary>
public abstract class SmallRuns : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TaskFolder _task;

    protected SmallRuns()
    {
        _task = TaskFolder.Read(SmallTask.Create(_folder["task"]));
        Store = new SqliteRunStore(Directory.CreateDirectory(_folder["workspace"]).FullName, TimeProvider.System);
    }

    protected SqliteRunStore Store { get; }

    public void Dispose()
    {
        Store.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected Task<Journal> RunAsync(ScriptedSandbox sandbox, params string[] solutions) => CreateAndRunAsync(sandbox, Engineer(solutions));

    protected async Task<Journal> CreateAndRunAsync(ScriptedSandbox sandbox, IEngineer engineer) =>
        await RunAsync(await Store.CreateAsync("small", CancellationToken.None), sandbox, engineer, Journal.Empty);

    protected async Task<Journal> RunAsync(OwnedRun owned, ScriptedSandbox sandbox, IEngineer engineer, Journal journal, int workers = 1)
    {
        await using (owned)
        {
            using RunLoop loop = Loop(owned, sandbox, engineer, journal);
            await loop.BeginAsync(Started(owned.Run, workers), CancellationToken.None);
            return await loop.RunAsync(CancellationToken.None);
        }
    }

    /// <summary>A run whose process died before its first node.</summary>
    protected async Task<RunId> BegunAsync()
    {
        await using OwnedRun dying = await Store.CreateAsync("small", CancellationToken.None);
        using RunLoop loop = Loop(dying, Sandbox(), Engineer("3 2 0"), Journal.Empty);
        await loop.BeginAsync(Started(dying.Run), CancellationToken.None);
        return dying.Run;
    }

    protected RunStarted Started(RunId run, int workers = 1) => new(
        new RunSettings(run, _task.Path, _task.SolutionFile, "recording", "aide", ProgramLanguage.Python, 1, 1, new Budget(20, 600), workers),
        _task.Facts,
        new SandboxReport("scripted", "1", "none", []));

    protected RunLoop Loop(OwnedRun owned, ISandbox sandbox, IEngineer engineer, Journal journal)
    {
        BlindHoldout holdout = new(_task, new byte[32], 1);
        RunParts parts = new(
            sandbox, ProgramLanguage.Python, holdout, holdout.Grader, new PrivateAnswers(_task.PrivateGrader()!, _task.References.Reached, _task.References.All.Length), engineer,
            new AidePolicy(AideOptions.Default).Choose, token => Task.FromResult(DataProfiler.Profile(_task, token)),
            ExecutionLimits.Default, Path.Combine(owned.Folder, "work", "split"), 1 << 20)
        {
            Second = holdout.Grader, // The task is too small to have one of its own.
        };
        return new RunLoop(owned, Store, parts, TimeProvider.System, journal);
    }

    /// <summary>A solution is its three coefficients; the scripted sandbox predicts with them.</summary>
    protected static RecordedEngineer Engineer(params string[] solutions) =>
        RecordedEngineer.Parse(string.Join('\n', solutions.Select(solution => $$"""{"plan": "predict {{solution}}", "code": "{{solution}}"}""")));

    protected static ScriptedSandbox Sandbox() => new((spec, _) => Task.FromResult(Solve(spec)));

    protected static ExecutionResult Solve(ExecutionSpec spec) => ScriptedSandbox.Left(Predict(spec, Encoding.UTF8.GetString(spec.Code.Span)));

    internal static string Predict(ExecutionSpec spec, string solution)
    {
        double[] factors = [.. solution.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        StringBuilder submission = new("id,y\n");
        foreach (string[] row in File.ReadLines(Path.Combine(spec.InputFolder, "test.csv")).Skip(1).Select(line => line.Split(',')))
        {
            double y = (factors[0] * double.Parse(row[1], CultureInfo.InvariantCulture)) + (factors[1] * double.Parse(row[2], CultureInfo.InvariantCulture)) + factors[2];
            submission.Append(CultureInfo.InvariantCulture, $"{row[0]},{y}\n");
        }

        return submission.ToString();
    }

    protected static async Task WaitForCancellationAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource cancelled = new();
        await using CancellationTokenRegistration registration = cancellationToken.Register(cancelled.SetResult);
        await cancelled.Task;
    }

    protected async Task<ImmutableArray<RunEvent>> EventsAsync(Journal journal) =>
        [.. (await Store.ReadAsync(journal.Settings!.Run, 0, 1_000, CancellationToken.None)).Events.Select(recorded => recorded.Event)];
}
