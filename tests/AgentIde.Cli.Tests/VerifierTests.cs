using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;
using AgentIde.Core.Verification;
using AgentIde.Sandbox;
using AgentIde.Storage;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Holdouts;
using AgentIde.Tasks.Profiles;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

/// <summary>Executing a run's programs once more, over a real store and a real task with its holdout. Most sandboxes are scripted, so that what differs is known.</summary>
public sealed class VerifierTests : IDisposable
{
    private static readonly SandboxReport Before = new("scripted", "1", "Python 3.11.2 (numpy 1.24.2, pandas 1.5.3)", []);

    private readonly TemporaryFolder _folder = new();
    private readonly TaskFolder _task;
    private readonly SqliteRunStore _store;
    private readonly BlindHoldout _holdout;

    public VerifierTests()
    {
        _task = TaskFolder.Read(SmallTask.Create(_folder["task"]));
        _store = new SqliteRunStore(Directory.CreateDirectory(_folder["workspace"]).FullName, TimeProvider.System);
        _holdout = new BlindHoldout(_task, new byte[32], 1);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_comes_to_the_same_bytes_and_the_same_failure_is_the_same()
    {
        Journal journal = await RunAsync(Sandbox(Solve), "3 2 0", "fail", "3 2 0");
        ScriptedSandbox sandbox = Sandbox(Solve);
        Verifier verifier = Verifier(journal, sandbox);
        foreach (VerifiedNode node in new[] { await verifier.VerifyAsync(1, default), await verifier.VerifyAsync(2, default), await verifier.VerifyRefitAsync(default) })
        {
            (node.Verdict, node.Differences.Length, node.Causes.Length, node.Notes.Length).ShouldBe((Verdict.Same, 0, 0, 0));
        }

        sandbox.Executed.Select(spec => Path.GetFileName(spec.InputFolder)).ShouldBe(["search", "search", "refit"]);
        Core.Verification.Verifier.WhyNot(journal[3]).ShouldBe("its code is that of node 1");
        (await HeadAsync(journal)).ShouldBe(journal.Seq, "nothing is written of the run");
    }

    [Fact]
    public async Task What_was_executed_on_the_fresh_split_is_executed_there_again()
    {
        Journal journal = await RunAsync(Sandbox(Solve), "3 2 0", "3 2 0.06", "2 2 0", "3 2 0.12", "3 1 0");
        int[] finalists = [.. journal.FinalRound.ShouldNotBeNull().Finalists.Select(finalist => finalist.Node)];
        finalists.Length.ShouldBeGreaterThan(1);
        ScriptedSandbox sandbox = Sandbox(Solve);
        foreach (int node in finalists)
        {
            VerifiedNode same = await Verifier(journal, sandbox).VerifyFreshAsync(node, default);
            (same.Node, same.Purpose, same.Verdict, same.Now.Score).ShouldBe((node, ExecutionPurpose.Fresh, Verdict.Same, journal.FinalRound!.Of(node)!.Result!.Score));
            same.Setting!.Bounds.ShouldNotBeNull();
        }

        sandbox.Executed.Select(spec => Path.GetFileName(spec.InputFolder)).Distinct().ShouldBe(["fresh"]);
        VerifiedNode other = await Verifier(journal, Sandbox(spec => ScriptedSandbox.Left(SmallRuns.Predict(spec, "3 2 1")))).VerifyFreshAsync(finalists[0], default);
        other.Verdict.ShouldBe(Verdict.Differs);
        other.Differences[^1].ShouldStartWith("the score was ");

        Journal elsewhere = await AlteredAsync(journal, @event => @event is FinalistsNamed named ? named with { Files = Digest.Of("others") } : @event);
        (await Should.ThrowAsync<RunStoreException>(() => Verifier(elsewhere, sandbox).VerifyFreshAsync(finalists[0], default))).Message.ShouldBe("The fresh split of small-1 can't be cut as the run had it.");
    }

    [Theory]
    [InlineData(1e-11, "the submission's numbers differ in their last digits, by ")]
    [InlineData(0, "the submission has other bytes and the same values")]
    public async Task Values_that_differ_in_their_last_digits_are_close(double by, string note)
    {
        Journal journal = await RunAsync(Sandbox(Solve), "3 2 0");
        VerifiedNode node = await Verifier(journal, Sandbox(spec => ScriptedSandbox.Left(SmallRuns.Predict(spec, Invariant($"3 2 {by}")) + "\n"))).VerifyAsync(1, default);
        (node.Verdict, node.Differences.Length, node.Submission?.Differing).ShouldBe((Verdict.Close, 0, 0));
        node.Notes.ShouldHaveSingleItem().ShouldStartWith(note);
    }

    [Fact]
    public async Task Another_engine_other_versions_and_other_threads_are_named_where_a_program_agrees_with_itself()
    {
        Journal journal = await RunAsync(Sandbox(Solve), ExecutionLimits.Default with { Cores = 64 }, "3 2 0");
        ScriptedSandbox sandbox = Sandbox(spec => ScriptedSandbox.Left(SmallRuns.Predict(spec, "3 2 0.1")));
        SandboxReport now = new("bubblewrap", "0.8.0", "Python 3.12.0 (numpy 1.26.4, pandas 1.5.3)", []);
        VerifiedNode node = await Verifier(journal, sandbox, now).VerifyAsync(1, default);
        node.Verdict.ShouldBe(Verdict.Differs);
        node.Differences.Length.ShouldBe(2);
        node.Differences[0].ShouldMatch(@"^\d[\d,]+ of \d[\d,]+ predictions differ, by 0\.1 at most: y of id \d+ is [\d.]+, was [\d.]+$");
        node.Differences[1].ShouldMatch(@"^the score was [\d.]+, and is [\d.]+$");
        node.Causes.ShouldBe(
        [
            "another engine: scripted 1 then, bubblewrap 0.8.0 now (--sandbox scripted takes the same)",
            "other versions: Python 3.11.2, numpy 1.24.2 then, Python 3.12.0, numpy 1.26.4 now",
            "the number of threads: 64 then, 2 now",
        ]);
        sandbox.Executed.Count.ShouldBe(2, "it was asked whether it agrees with itself");
    }

    [Fact]
    public async Task A_program_that_draws_without_a_seed_disagrees_with_itself()
    {
        Journal journal = await RunAsync(Sandbox(Solve), "3 2 0");
        int draws = 0;
        VerifiedNode node = await Verifier(journal, Sandbox(spec => ScriptedSandbox.Left(SmallRuns.Predict(spec, Invariant($"3 2 {++draws}"))))).VerifyAsync(1, default);
        node.Verdict.ShouldBe(Verdict.Differs);
        node.Causes.ShouldHaveSingleItem().ShouldBe("chance: executed twice here it comes to two results, so it draws random numbers without a fixed seed, or adds up in the order in which threads end");
    }

    [Fact]
    public async Task Reading_the_clock_is_named_with_its_line()
    {
        const string code = "# 3 2 0\nstart = time.time()";
        Journal journal = await RunAsync(Sandbox(spec => ScriptedSandbox.Left(SmallRuns.Predict(spec, "3 2 0"))), code);
        VerifiedNode node = await Verifier(journal, Sandbox(spec => ScriptedSandbox.Left(SmallRuns.Predict(spec, "3 2 1")))).VerifyAsync(1, default);
        node.Causes.ShouldHaveSingleItem().ShouldBe("the clock: it reads it (line 2: time.time), and may do more or less on a faster or slower machine");
    }

    [Fact]
    public async Task Another_failure_is_a_difference_and_a_library_that_is_missing_its_cause()
    {
        Journal journal = await RunAsync(Sandbox(Solve), "3 2 0", "fail");
        ScriptedSandbox sandbox = Sandbox(_ => Failed("ModuleNotFoundError: No module named 'lightgbm'"));
        VerifiedNode valid = await Verifier(journal, sandbox).VerifyAsync(1, default);
        valid.Differences.ShouldBe(["had a score then, failed (ModuleNotFoundError: No module named 'lightgbm'; exit code 1) now"]);
        valid.Causes.ShouldBe(["a library that candidates don't have here: No module named 'lightgbm'"]);
        VerifiedNode failed = await Verifier(journal, sandbox).VerifyAsync(2, default);
        failed.Differences.ShouldBe(["failed (KeyError: 'x'; exit code 1) then, failed (ModuleNotFoundError: No module named 'lightgbm'; exit code 1) now"]);
        VerifiedNode mended = await Verifier(journal, Sandbox(spec => ScriptedSandbox.Left(SmallRuns.Predict(spec, "3 2 0")))).VerifyAsync(2, default);
        mended.Differences.ShouldBe(["failed (KeyError: 'x'; exit code 1) then, had a score now"]);
    }

    [Fact]
    public async Task What_did_not_end_in_its_time_has_the_same_time_again_and_what_ended_has_more()
    {
        int executions = 0;
        Journal journal = await RunAsync(
            Sandbox(spec => executions++ == 0 ? ScriptedSandbox.Ended(Ending.TimeOut) with { Seconds = 12.5 } : Solve(spec)), ExecutionLimits.Default with { Time = TimeSpan.FromSeconds(12.5) }, "3 2 0", "3 2 1");
        ScriptedSandbox sandbox = Sandbox(spec => Solve(spec) with { Seconds = 12.1 });
        VerifiedNode ended = await Verifier(journal, sandbox).VerifyAsync(1, default);
        ended.Differences.ShouldBe(["failed (did not end within 12.5 s) then, had a score now"]);
        ended.Causes.ShouldBe(["the time limit: it was ended after 12.5 s of 12.5 s then, and ended by itself after 12.1 s of 12.5 s now"]);
        sandbox.Executed.Count.ShouldBe(1, "it is known without another execution");

        VerifiedNode slow = await Verifier(journal, Sandbox(spec => Solve(spec) with { Seconds = 40 })).VerifyAsync(2, default);
        slow.Verdict.ShouldBe(Verdict.Same);
        slow.Notes.ShouldBe(["it took 40.0 s now; the run gave it 12.5 s, and would have ended it"]);
        await Verifier(journal, sandbox).VerifyAsync(2, default);
        sandbox.Executed.Select(spec => spec.Limits.Time.TotalSeconds).ShouldBe([12.5, 600]);
    }

    [Fact]
    public async Task What_the_log_does_not_say_is_called_not_recorded()
    {
        Journal journal = await AlteredAsync(await RunAsync(Sandbox(Solve), "3 2 0"), @event => @event switch
        {
            ExecutionStarted started => started with { Bounds = null },
            _ => @event,
        }, new RunResumed("an older version goes on with it"));
        VerifiedNode node = await Verifier(journal, Sandbox(spec => ScriptedSandbox.Left(SmallRuns.Predict(spec, "3 2 1")))).VerifyAsync(1, default);
        node.Causes.ShouldBe(
        [
            "not recorded: in which engine and with which versions it was executed",
            "not recorded: with how many threads, how much memory and time it was executed",
        ]);
    }

    [Fact]
    public async Task A_score_that_was_changed_in_the_log_is_seen()
    {
        Journal journal = await AlteredAsync(await RunAsync(Sandbox(Solve), "3 2 0"), @event => @event is NodeScored scored ? scored with { Score = scored.Score with { Value = 0.001 } } : @event);
        VerifiedNode node = await Verifier(journal, Sandbox(Solve)).VerifyAsync(1, default);
        node.Differences.ShouldHaveSingleItem().ShouldMatch(@"^the score was 0\.001, and is 0\.\d+, of the very same submission$");
        node.Causes.ShouldHaveSingleItem().ShouldStartWith("the same submission was graded otherwise: the score in the log was changed, ");
    }

    [Fact]
    public async Task A_submission_that_was_changed_in_the_store_is_seen()
    {
        Journal journal = await RunAsync(Sandbox(Solve), "3 2 0");
        DelegatingReader damaged = new(_store, journal[1].Execution!.Submission!.Value);
        VerifiedNode node = await Verifier(journal, Sandbox(Solve), store: damaged).VerifyAsync(1, default);
        node.Verdict.ShouldBe(Verdict.Differs);
        node.Differences.ShouldBe(["what the run keeps of it can't be read: the blob is damaged"]);
        node.Causes.ShouldBe(["the run's store was changed or damaged after the run"]);
    }

    [Fact]
    public async Task A_log_can_not_ask_for_more_than_this_machine_has()
    {
        Journal journal = await AlteredAsync(await RunAsync(Sandbox(Solve), "3 2 0", "fail"), @event => @event is ExecutionStarted started
            ? started with { Bounds = started.Node == 1 ? new ExecutionBounds(1e300, long.MaxValue, int.MaxValue) : new ExecutionBounds(-5, -1, -1) }
            : @event);
        ScriptedSandbox sandbox = Sandbox(Solve);
        await Verifier(journal, sandbox).VerifyAsync(1, default);
        await Verifier(journal, sandbox).VerifyAsync(2, default);
        sandbox.Executed.Select(spec => (spec.Limits.Time.TotalSeconds, spec.Limits.MemoryBytes, spec.Limits.Cores)).ShouldBe([(600, 8L << 30, 2), (600, 64L << 20, 1)]);
    }

    [Fact]
    public async Task In_the_real_sandbox_a_program_ends_as_it_ended_and_its_time_limit_is_named_where_it_does_not()
    {
        await using SandboxEngine engine = SandboxEngines.Create("bubblewrap", SandboxSettings.Default);
        const string sleeps = "import time\ntime.sleep(3.2)\n";
        Journal journal = await RunAsync(
            engine.Sandbox, ExecutionLimits.Default with { Time = TimeSpan.FromSeconds(3), MemoryBytes = 1L << 30 },
            SmallTask.Solution(3, 2, 0), sleeps + SmallTask.Solution(3, 2, 1), "import random\nrandom.seed()\n" + SmallTask.Solution(3, 2, 2).Replace("+ 2", "+ random.random()", StringComparison.Ordinal), "raise KeyError('x')\n");
        journal.Nodes.Take(4).Select(node => node.Failure?.Kind).ShouldBe([null, FailureKind.TimeOut, null, FailureKind.Exception]);
        Verifier verifier = Verifier(journal, engine.Sandbox);
        (await verifier.VerifyAsync(1, default)).Verdict.ShouldBe(Verdict.Same);
        (await verifier.VerifyAsync(2, default)).Verdict.ShouldBe(Verdict.Same);
        (await verifier.VerifyAsync(3, default)).Causes.ShouldHaveSingleItem().ShouldStartWith("chance: ");
        (await verifier.VerifyAsync(4, default)).Verdict.ShouldBe(Verdict.Same);

        Journal generous = await AlteredAsync(journal, @event => @event is ExecutionStarted { Node: 2 } started ? started with { Bounds = started.Bounds! with { Seconds = 30 } } : @event);
        VerifiedNode slow = await Verifier(generous, engine.Sandbox).VerifyAsync(2, default);
        slow.Differences.ShouldBe(["failed (did not end within 3 s) then, had a score now"]);
        slow.Causes.ShouldHaveSingleItem().ShouldMatch(@"^the time limit: it was ended after [\d.]+ s of 30 s then, and ended by itself after [\d.]+ s of 30 s now$");
    }

    private Verifier Verifier(Journal journal, ISandbox sandbox, SandboxReport? report = null, IRunStore? store = null) => new(
        store ?? _store, journal,
        new VerificationParts(
            sandbox, report ?? Before, _holdout, _holdout.Grader, ExecutionLimits.Default, ExecutionLimits.Default, Path.Combine(_store.FolderOf(journal.Settings!.Run), "work", "split"), 1 << 20));

    private Task<Journal> RunAsync(ISandbox sandbox, params string[] solutions) => RunAsync(sandbox, ExecutionLimits.Default, solutions);

    private async Task<Journal> RunAsync(ISandbox sandbox, ExecutionLimits limits, params string[] solutions)
    {
        await using OwnedRun owned = await _store.CreateAsync("small", CancellationToken.None);
        RecordedEngineer engineer = RecordedEngineer.Parse(string.Join('\n', solutions.Select(code => $$"""{"plan": "predict", "code": {{Quoted(code)}}}""")));
        RunParts parts = new(
            sandbox, ProgramLanguage.Python, _holdout, _holdout.Grader, null, engineer,
            (_, _) => new Decision(Operator.Draft, [], "the test's turn"), token => Task.FromResult(DataProfiler.Profile(_task, token)),
            limits, Path.Combine(owned.Folder, "work", "split"), 1 << 20);
        RunSettings settings = new(owned.Run, _task.Path, _task.SolutionFile, "recording", "scripted", ProgramLanguage.Python, 1, 1, new Budget(20, 600));
        using RunLoop loop = new(owned, _store, parts, TimeProvider.System, Journal.Empty);
        await loop.BeginAsync(new RunStarted(settings, _task.Facts, Before), CancellationToken.None);
        return await loop.RunAsync(CancellationToken.None);
    }

    /// <summary>The journal that the same run would have with other events; a further one comes before the first node.</summary>
    private async Task<Journal> AlteredAsync(Journal journal, Func<RunEvent, RunEvent> alter, RunEvent? further = null)
    {
        ImmutableArray<RecordedEvent> events = (await _store.ReadAsync(journal.Settings!.Run, 0, 1_000, CancellationToken.None)).Events;
        Journal altered = Journal.Empty;
        foreach (RecordedEvent recorded in events)
        {
            if (recorded.Event is NodeStarted { Node: 1 } && further is not null)
            {
                altered = altered.Apply(recorded with { Seq = altered.Seq + 1, Event = further });
            }

            altered = altered.Apply(recorded with { Seq = altered.Seq + 1, Event = alter(recorded.Event) });
        }

        return altered;
    }

    private async Task<long> HeadAsync(Journal journal) => (await _store.ReadAsync(journal.Settings!.Run, journal.Seq, 1, CancellationToken.None)).Head;

    private static ScriptedSandbox Sandbox(Func<ExecutionSpec, ExecutionResult> execute) => new((spec, _) => Task.FromResult(execute(spec)));

    private static ExecutionResult Solve(ExecutionSpec spec) =>
        Encoding.UTF8.GetString(spec.Code.Span) is "fail" ? Failed("KeyError: 'x'") : ScriptedSandbox.Left(SmallRuns.Predict(spec, Encoding.UTF8.GetString(spec.Code.Span)));

    private static ExecutionResult Failed(string message) =>
        ScriptedSandbox.Ended(Ending.Exited) with { Output = Encoding.UTF8.GetBytes($"Traceback (most recent call last):\n  File \"solution.py\", line 1, in <module>\n{message}\n") };

    private static string Quoted(string text) => System.Text.Json.Nodes.JsonValue.Create(text).ToJsonString();

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>A store with one blob that does not fit its digest.</summary>
    private sealed class DelegatingReader(IRunStore store, Digest damaged) : IRunStore
    {
        public Task<ReadOnlyMemory<byte>> ReadBlobAsync(RunId run, Digest blob, CancellationToken cancellationToken) =>
            blob == damaged ? throw new RunStoreException("the blob is damaged") : store.ReadBlobAsync(run, blob, cancellationToken);

        public Task<ImmutableArray<RunListing>> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

        public Task<RunPage> ReadAsync(RunId run, long after, int limit, CancellationToken cancellationToken) => store.ReadAsync(run, after, limit, cancellationToken);

        public Task WaitForNewsAsync(RunId run, long after, Liveness known, CancellationToken cancellationToken) => store.WaitForNewsAsync(run, after, known, cancellationToken);

        public Task<ImmutableArray<string>> CheckAsync(RunId run, CancellationToken cancellationToken) => store.CheckAsync(run, cancellationToken);

        public Task RequestAsync(RunId run, RunRequest request, CancellationToken cancellationToken) => throw Written();

        public Task<OwnedRun> CreateAsync(string taskId, CancellationToken cancellationToken) => throw Written();

        public Task<OwnedRun> TakeAsync(RunId run, CancellationToken cancellationToken) => throw Written();

        public Task<string> WriteViewAsync(RunId run, int node, string fileName, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => throw Written();

        private static InvalidOperationException Written() => new("A verification writes nothing of a run.");
    }
}
