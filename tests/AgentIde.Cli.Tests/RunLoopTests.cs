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

/// <summary>The run loop over a real store and a real task with its holdout; only the sandbox and the engineer are scripted.</summary>
public sealed class RunLoopTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TaskFolder _task;
    private readonly SqliteRunStore _store;

    public RunLoopTests()
    {
        _task = TaskFolder.Read(SmallTask.Create(_folder["task"]));
        _store = new SqliteRunStore(Directory.CreateDirectory(_folder["workspace"]).FullName, TimeProvider.System);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Runs_to_the_end_and_opens_the_private_answers_last()
    {
        Journal journal = await RunAsync(Sandbox(), "3 2 0", "2.9 2.1 0.1", "0 0 20");
        journal.Finished.ShouldNotBeNull().Ending.ShouldBe(RunEnding.EngineerExhausted);
        (journal.ValidNodes, journal.Best, journal.Choice?.Node, journal.Choice?.Refit?.Taken).ShouldBe((3, 1, 1, true));
        ImmutableArray<RunEvent> events = await EventsAsync(journal);
        events[^1].ShouldBeOfType<PrivateScored>().Reference.ShouldBe("good");
        events[^2].ShouldBeOfType<RunFinished>();
        SecondHoldoutOpened opened = events.OfType<SecondHoldoutOpened>().ShouldHaveSingleItem();
        (opened.Node, opened.Score, opened.StandardError).ShouldBe((1, journal[1].Score!.Value, journal[1].Score!.StandardError!.Value));
        events[events.IndexOf(opened) - 1].ShouldBeOfType<SolutionChosen>();
    }

    [Fact]
    public async Task The_second_holdout_is_opened_once_whatever_dies_after_it()
    {
        OwnedRun dying = await _store.CreateAsync("small", CancellationToken.None);
        ScriptedSandbox dies = new((spec, _) => spec.InputFolder.EndsWith("refit", StringComparison.Ordinal) ? throw new SandboxException("the machine lost its power") : Task.FromResult(Solve(spec)));
        await Should.ThrowAsync<SandboxException>(() => RunAsync(dying, dies, Engineer("3 2 0"), Journal.Empty));
        Journal left = Journal.Empty.Apply((await _store.ReadAsync(dying.Run, 0, 1_000, CancellationToken.None)).Events);
        left.Choice.ShouldNotBeNull().Second.ShouldNotBeNull();
        Journal journal = await RunAsync(await _store.TakeAsync(dying.Run, CancellationToken.None), Sandbox(), Engineer("3 2 0"), left);
        (await EventsAsync(journal)).OfType<SecondHoldoutOpened>().ShouldHaveSingleItem();
        (journal.Choice?.Refit?.Taken, journal.Finished is not null).ShouldBe((true, true));
    }

    [Fact]
    public async Task A_run_that_goes_on_from_a_finished_one_has_no_second_holdout_to_open()
    {
        OwnedRun owned = await _store.CreateAsync("small", CancellationToken.None);
        await using (owned)
        {
            using RunLoop loop = Loop(owned, Sandbox(), Engineer("3 2 0"), Journal.Empty);
            RunStarted started = Started(owned.Run);
            await loop.BeginAsync(started with { Settings = started.Settings with { Fork = new RunFork(RunId.Parse("small-9"), Digest.Of("journal"), 0) } }, CancellationToken.None);
            Journal journal = await loop.RunAsync(CancellationToken.None);
            (journal.Choice?.Node, journal.Choice?.Second, journal.Choice?.Refit?.Taken).ShouldBe((1, null, true));
        }
    }

    private static readonly string[] Alike = ["3 2 0", "3 2 0.06", "2 2 0", "3 2 0.12", "3 1 0", "3 2 -0.06"];

    /// <summary>On a fresh split one solution predicts as it did, and the others are off.</summary>
    private static ExecutionResult Solve(ExecutionSpec spec, string sound)
    {
        string code = Encoding.UTF8.GetString(spec.Code.Span);
        return ScriptedSandbox.Left(Predict(spec, IsFresh(spec) && code != sound ? "3 2 1" : code));
    }

    private static bool IsFresh(ExecutionSpec spec) => spec.InputFolder.EndsWith("fresh", StringComparison.Ordinal);

    [Fact]
    public async Task Nodes_that_the_holdout_does_not_tell_apart_are_executed_again_on_a_fresh_split()
    {
        ScriptedSandbox sandbox = new((spec, _) => Task.FromResult(Solve(spec, "3 2 0.12")));
        Journal journal = await RunAsync(sandbox, Alike);
        ImmutableArray<RunEvent> events = await EventsAsync(journal);
        FinalistsNamed named = events.OfType<FinalistsNamed>().ShouldHaveSingleItem();
        named.Nodes[0].ShouldBe(journal.Best!.Value);
        named.Nodes.Order().ShouldBe([1, 2, 4, 6]);
        sandbox.Executed.Where(IsFresh).Select(spec => spec.Name).ShouldBe(named.Nodes.Select(node => $"small-1-node-{node}-fresh-1"));
        events.OfType<FinalistTried>().Select(tried => tried.Node).ShouldBe(named.Nodes);
        (journal.Choice?.Node, journal.Choice?.Second?.Node, journal.Choice?.Refit?.Node, journal.Best == 4).ShouldBe((4, 4, 4, false));
        journal.Choice!.Why.ShouldMatch(
            @"^Nodes \d, \d, \d and \d are within two paired errors on the blind holdout, so they were executed again on a fresh split, with 214 other rows held out\. Node 4 has the best mean of both less half an error: RMSE \d\.\d+ ± 0\.\d+, of \d\.\d+ ± 0\.\d+ on the holdout and \d\.\d+ ± 0\.\d+ on the fresh split\. Against node \d, which leads on the holdout, it is better by 0\.\d+ ± 0\.\d+ in the mean\.$");
        StringWriter text = new();
        Terminal.ResultText.Write(text, journal, null, null);
        text.ToString().ShouldContain("fresh split node 4: RMSE 1.");
    }

    [Fact]
    public async Task Of_those_that_differ_by_nothing_that_counts_one_is_executed_again()
    {
        ScriptedSandbox sandbox = new((spec, _) => Task.FromResult(Solve(spec, "3 2 0.12")));
        ImmutableArray<RunEvent> events = await EventsAsync(await RunAsync(sandbox, [.. Alike, "3 2 0.1201", "3 2 0.1199", "3 2 0.0601"]));
        ImmutableArray<int> named = events.OfType<FinalistsNamed>().ShouldHaveSingleItem().Nodes;
        named.Length.ShouldBe(4);
        named.Count(node => node is 4 or 7 or 8).ShouldBe(1);
        named.Count(node => node is 2 or 9).ShouldBe(1);
    }

    [Fact]
    public async Task With_several_workers_as_many_are_executed_there_at_once()
    {
        int fresh = 0;
        TaskCompletionSource two = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedSandbox sandbox = new(async (spec, cancellationToken) =>
        {
            if (IsFresh(spec) && Interlocked.Increment(ref fresh) == 2)
            {
                two.SetResult();
            }

            await (IsFresh(spec) ? two.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken) : Task.CompletedTask);
            return Solve(spec, "3 2 0.12");
        });
        Journal journal = await RunAsync(await _store.CreateAsync("small", CancellationToken.None), sandbox, Engineer(Alike), Journal.Empty, workers: 2);
        FinalRound round = journal.FinalRound.ShouldNotBeNull();
        round.Finalists.ShouldAllBe(finalist => finalist.Result != null && finalist.Result.Score != null);
        round.Finalists.Skip(1).ShouldAllBe(finalist => finalist.Result!.OnFresh != null);
        journal.Choice.ShouldNotBeNull().Node.ShouldBe(journal.Nodes.Single(node => node.Code == Digest.Of("3 2 0.12")).Id);
    }

    [Fact]
    public async Task A_run_that_died_on_the_fresh_split_goes_on_with_what_is_done()
    {
        OwnedRun dying = await _store.CreateAsync("small", CancellationToken.None);
        int fresh = 0;
        ScriptedSandbox dies = new((spec, _) => IsFresh(spec) && ++fresh == 3 ? throw new SandboxException("the machine lost its power") : Task.FromResult(Solve(spec, "3 2 0.12")));
        await Should.ThrowAsync<SandboxException>(() => RunAsync(dying, dies, Engineer(Alike), Journal.Empty));
        Journal left = Journal.Empty.Apply((await _store.ReadAsync(dying.Run, 0, 1_000, CancellationToken.None)).Events);
        (left.Choice, left.FinalRound?.Finalists.Count(finalist => finalist.Result is not null)).ShouldBe((null, 2));

        // The search is over: a larger budget, or what people ask for now, comes too late.
        RunDecisions.Refusal(left, new HintRequest("a test", "go on")).ShouldNotBeNull().ShouldContain("has ended its search");
        ScriptedSandbox goesOn = new((spec, _) => Task.FromResult(Solve(spec, "3 2 0.12")));
        Journal journal = await RunAsync(await _store.TakeAsync(dying.Run, CancellationToken.None), goesOn, Engineer(Alike), left);
        goesOn.Executed.Count(IsFresh).ShouldBe(2);
        goesOn.Executed.ShouldNotContain(spec => spec.InputFolder.EndsWith("search", StringComparison.Ordinal));
        Journal undisturbed = await RunAsync(new ScriptedSandbox((spec, _) => Task.FromResult(Solve(spec, "3 2 0.12"))), Alike);
        (journal.Choice?.Node, journal.Choice?.Why, journal.Choice?.Ending).ShouldBe((4, undisturbed.Choice?.Why, undisturbed.Choice!.Ending));

        // The log alone comes to the same, and a run that goes on from it has none of it.
        ImmutableArray<RecordedEvent> events = (await _store.ReadAsync(dying.Run, 0, 1_000, CancellationToken.None)).Events;
        int finished = events.ToList().FindIndex(recorded => recorded.Event is RunFinished);
        Digest.Of(RunJson.WriteCanonical(Journal.Empty.Apply(events[..finished]))).ShouldBe(journal.Finished!.Journal);
        RunId fork = await RunForks.MakeAsync(_store, journal, RunForks.Extended(journal, 1, 60), new BranchRequest("a test", 1, null), CancellationToken.None);
        Journal begun = Journal.Empty.Apply((await _store.ReadAsync(fork, 0, 1_000, CancellationToken.None)).Events);
        (begun.FinalRound, begun.ValidNodes, begun.OpenExecutions.IsEmpty).ShouldBe((null, 6, true));
    }

    [Fact]
    public async Task A_stop_on_the_fresh_split_leaves_the_choice_to_the_holdout()
    {
        RunId? run = null;
        ScriptedSandbox sandbox = new(async (spec, cancellationToken) =>
        {
            if (IsFresh(spec))
            {
                await _store.RequestAsync(run!.Value, new StopRequest("a test", Choose: true), CancellationToken.None);
                await WaitForCancellationAsync(cancellationToken);
                return ScriptedSandbox.Ended(Ending.Cancelled);
            }

            return Solve(spec);
        });
        OwnedRun owned = await _store.CreateAsync("small", CancellationToken.None);
        run = owned.Run;
        Journal journal = await RunAsync(owned, sandbox, Engineer(Alike), Journal.Empty);
        (journal.Choice?.Node, journal.Choice?.Refit?.Taken, journal.Finished?.Ending).ShouldBe((journal.Best, true, RunEnding.EngineerExhausted));
        journal.Choice!.Why.ShouldEndWith(" and a fresh split did not decide between them: the run was stopped.");
    }

    [Fact]
    public async Task What_fails_on_the_fresh_split_is_not_chosen_and_few_solutions_are_not_tried()
    {
        ScriptedSandbox sandbox = new((spec, _) => Task.FromResult(IsFresh(spec) && !spec.Name.Contains("node-4", StringComparison.Ordinal) ? ScriptedSandbox.Ended(Ending.Exited) : Solve(spec)));
        Journal journal = await RunAsync(sandbox, Alike);
        journal.Choice.ShouldNotBeNull().Node.ShouldBe(4);
        journal.Choice.Why.ShouldContain(" Node 1 failed there: ended with exit code 1.");

        Journal few = await RunAsync(Sandbox(), "3 2 0", "3 2 0.06");
        (few.FinalRound, few.Choice?.Node).ShouldBe((null, few.Best));
        few.Choice!.Why.ShouldEndWith("Others are within two paired errors of it, and a fresh split did not decide between them: there are fewer than 5 solutions.");
    }

    [Fact]
    public async Task Does_not_execute_the_same_code_twice()
    {
        ScriptedSandbox sandbox = Sandbox();
        Journal journal = await RunAsync(sandbox, "3 2 0", "1 1 1", "3 2 0");
        sandbox.Executed.Count(spec => spec.InputFolder.EndsWith("search", StringComparison.Ordinal)).ShouldBe(2);
        journal[3].SameAs.ShouldBe(1);
        journal[3].Score.ShouldBe(journal[1].Score);
    }

    [Fact]
    public async Task Executes_again_what_a_dead_process_left_open()
    {
        RunId run;
        await using (OwnedRun dying = await _store.CreateAsync("small", CancellationToken.None))
        {
            run = dying.Run;
            ScriptedSandbox stuck = new((_, _) => throw new SandboxException("the machine lost its power"));
            using RunLoop loop = Loop(dying, stuck, Engineer("3 2 0"), Journal.Empty);
            await loop.BeginAsync(Started(run), CancellationToken.None);
            await Should.ThrowAsync<SandboxException>(() => loop.RunAsync(CancellationToken.None));
        }

        Journal left = Journal.Empty.Apply((await _store.ReadAsync(run, 0, 1_000, CancellationToken.None)).Events);
        left.OpenExecutions.ShouldHaveSingleItem();
        Journal journal = await RunAsync(await _store.TakeAsync(run, CancellationToken.None), Sandbox(), Engineer("3 2 0"), left);
        journal.OpenExecutions.ShouldBeEmpty();
        (journal[1].Attempts, journal[1].IsValid, journal.Finished is not null).ShouldBe((2, true, true));
        ImmutableArray<RunEvent> events = await EventsAsync(journal);
        events.OfType<ExecutionAbandoned>().ShouldHaveSingleItem().Attempt.ShouldBe(1);
        events.OfType<RunResumed>().ShouldHaveSingleItem().Sandbox.ShouldNotBeNull().Engine.ShouldBe("scripted");
        journal[1].Setting.ShouldNotBeNull().Bounds.ShouldNotBeNull().Cores.ShouldBe(ExecutionLimits.Default.Cores);
        Encoding.UTF8.GetString(RunJson.WriteCanonical(journal)).ShouldNotContain("bounds");
    }

    [Fact]
    public async Task A_stop_ends_the_search_with_the_best_so_far()
    {
        RunId? run = null;
        ScriptedSandbox sandbox = new(async (spec, cancellationToken) =>
        {
            if (spec.Name.Contains("node-2", StringComparison.Ordinal))
            {
                await _store.RequestAsync(run!.Value, new StopRequest("a test", Choose: true), CancellationToken.None);
                await WaitForCancellationAsync(cancellationToken);
                return ScriptedSandbox.Ended(Ending.Cancelled);
            }

            return Solve(spec);
        });
        OwnedRun owned = await _store.CreateAsync("small", CancellationToken.None);
        run = owned.Run;
        Journal journal = await RunAsync(owned, sandbox, Engineer("3 2 0", "1 1 1"), Journal.Empty);
        journal.Finished.ShouldNotBeNull().Ending.ShouldBe(RunEnding.Stopped);
        (journal.Choice?.Node, journal.Choice?.Refit?.Taken, journal[2].IsDone).ShouldBe((1, true, false));

        // Whoever goes on with it all the same takes up nothing of what the stop left open.
        ScriptedSandbox unused = Sandbox();
        Journal again = await RunAsync(await _store.TakeAsync(owned.Run, CancellationToken.None), unused, Engineer("3 2 0", "1 1 1"), journal);
        unused.Executed.ShouldBeEmpty();
        again.Seq.ShouldBe(journal.Seq);
        (await EventsAsync(again)).Length.ShouldBe((int)journal.Seq);
    }

    [Fact]
    public async Task Leaving_keeps_the_run_for_later()
    {
        RunId? run = null;
        ScriptedSandbox sandbox = new(async (_, cancellationToken) =>
        {
            await _store.RequestAsync(run!.Value, new StopRequest("Ctrl-C", Choose: false), CancellationToken.None);
            await WaitForCancellationAsync(cancellationToken);
            return ScriptedSandbox.Ended(Ending.Cancelled);
        });
        OwnedRun owned = await _store.CreateAsync("small", CancellationToken.None);
        run = owned.Run;
        Journal journal = await RunAsync(owned, sandbox, Engineer("3 2 0"), Journal.Empty);
        (journal.Finished, journal.Choice, journal.OpenExecutions.Length).ShouldBe((null, null, 0));

        Journal resumed = await RunAsync(await _store.TakeAsync(owned.Run, CancellationToken.None), Sandbox(), Engineer("3 2 0"), journal);
        resumed.Choice?.Node.ShouldBe(1);
    }

    [Fact]
    public async Task A_stop_that_was_meant_for_a_dead_process_does_not_stop_the_one_that_goes_on()
    {
        RunId run;
        await using (OwnedRun dying = await _store.CreateAsync("small", CancellationToken.None))
        {
            run = dying.Run;
            await Loop(dying, Sandbox(), Engineer("3 2 0"), Journal.Empty).BeginAsync(Started(run), CancellationToken.None);
        }

        await _store.RequestAsync(run, new StopRequest("somebody", Choose: true), CancellationToken.None);
        Journal left = Journal.Empty.Apply((await _store.ReadAsync(run, 0, 1_000, CancellationToken.None)).Events);
        Journal journal = await RunAsync(await _store.TakeAsync(run, CancellationToken.None), Sandbox(), Engineer("3 2 0"), left);
        (journal.Finished?.Ending, journal.ValidNodes).ShouldBe((RunEnding.EngineerExhausted, 1));
    }

    [Fact]
    public async Task A_stop_that_comes_while_the_one_that_goes_on_makes_itself_ready_stops_it()
    {
        RunId run;
        await using (OwnedRun dying = await _store.CreateAsync("small", CancellationToken.None))
        {
            run = dying.Run;
            await Loop(dying, Sandbox(), Engineer("3 2 0"), Journal.Empty).BeginAsync(Started(run), CancellationToken.None);
        }

        Journal left = Journal.Empty.Apply((await _store.ReadAsync(run, 0, 1_000, CancellationToken.None)).Events);
        OwnedRun taken = await _store.TakeAsync(run, CancellationToken.None);
        await _store.RequestAsync(run, new StopRequest("somebody", Choose: true), CancellationToken.None);
        Journal journal = await RunAsync(taken, Sandbox(), Engineer("3 2 0"), left);
        (journal.Finished?.Ending, journal.ValidNodes).ShouldBe((RunEnding.Stopped, 0));
    }

    [Fact]
    public async Task A_pause_holds_the_next_node_until_it_is_continued()
    {
        RunId? run = null;
        ScriptedSandbox sandbox = new(async (spec, _) =>
        {
            await _store.RequestAsync(run!.Value, new PauseRequest("a test"), CancellationToken.None);
            return Solve(spec);
        });
        OwnedRun owned = await _store.CreateAsync("small", CancellationToken.None);
        run = owned.Run;
        Task<Journal> running = RunAsync(owned, sandbox, Engineer("3 2 0", "1 1 1"), Journal.Empty);
        Journal seen = Journal.Empty;
        WaitLimit limit = new();
        while (!seen.IsPaused || !seen[1].IsDone)
        {
            await _store.WaitForNewsAsync(run.Value, seen.Seq, Liveness.Live, limit.Token);
            seen = seen.Apply((await _store.ReadAsync(run.Value, seen.Seq, 1_000, CancellationToken.None)).Events);
        }

        running.IsCompleted.ShouldBeFalse();
        seen.Nodes.Count.ShouldBe(1);
        await _store.RequestAsync(run.Value, new StopRequest("a test", Choose: true), CancellationToken.None);
        (await running).Finished.ShouldNotBeNull().Ending.ShouldBe(RunEnding.Stopped);
    }

    [Fact]
    public async Task What_code_writes_is_in_the_journal_while_it_runs_and_no_part_of_what_a_replay_comes_to()
    {
        RunId? run = null;
        string? seen = null;
        ScriptedSandbox sandbox = new(async (spec, cancellationToken) =>
        {
            Journal journal = Journal.Empty;
            while (seen is null)
            {
                journal = journal.Apply((await _store.ReadAsync(run!.Value, journal.Seq, 1_000, cancellationToken)).Events);
                seen = journal[1].LastLine;
                if (seen is null)
                {
                    await _store.WaitForNewsAsync(run.Value, journal.Seq, Liveness.Live, cancellationToken);
                }
            }

            return Solve(spec);
        })
        {
            Output = "fold 1\nfold 2: 0.5\n",
        };
        OwnedRun owned = await _store.CreateAsync("small", CancellationToken.None);
        run = owned.Run;
        Journal journal = await RunAsync(owned, sandbox, Engineer("3 2 0"), Journal.Empty);
        seen.ShouldBe("fold 2: 0.5");
        (await EventsAsync(journal)).OfType<OutputWritten>().First().ShouldBe(new OutputWritten(1, 1, ExecutionPurpose.Search, "fold 1\nfold 2: 0.5\n"));
        journal[1].OutputSoFar.ShouldBeEmpty();
        Encoding.UTF8.GetString(RunJson.WriteCanonical(journal)).ShouldNotContain("fold 2");
    }

    [Fact]
    public async Task An_execution_that_others_cancelled_fails_its_node_and_the_search_goes_on()
    {
        const string why = "Slurm job 85 was cancelled by somebody, not by agentide";
        int count = 0;
        ScriptedSandbox sandbox = new((spec, _) => Task.FromResult(count++ == 0 ? ScriptedSandbox.Ended(Ending.Cancelled) with { Why = why } : Solve(spec)));
        Journal journal = await RunAsync(sandbox, "3 2 0", "3 2 0");
        (journal[1].Failure?.Kind, journal[1].Failure?.Message).ShouldBe((FailureKind.Lost, why));
        (journal.Choice?.Node, journal[2].SameAs).ShouldBe((2, null), "the same code is executed where nothing was learnt of it");
    }

    [Fact]
    public async Task A_refit_that_disagrees_is_not_believed()
    {
        ScriptedSandbox sandbox = new((spec, _) => Task.FromResult(
            spec.InputFolder.EndsWith("refit", StringComparison.Ordinal) ? ScriptedSandbox.Left(Predict(spec, "-3 -2 0")) : Solve(spec)));
        Journal journal = await RunAsync(sandbox, "3 2 0");
        SolutionRefitted refit = journal.Choice.ShouldNotBeNull().Refit.ShouldNotBeNull();
        refit.Taken.ShouldBeFalse();
        refit.Agreement.ShouldNotBeNull().ShouldBeLessThan(0);
        journal.Private.ShouldNotBeNull().Reference.ShouldBe("good", "the blind submission counts");
    }

    [Fact]
    public async Task Without_a_valid_solution_nothing_is_chosen()
    {
        ScriptedSandbox sandbox = new((_, _) => Task.FromResult(ScriptedSandbox.Ended(Ending.Exited)));
        Journal journal = await RunAsync(sandbox, "3 2 0", "1 1 1");
        (journal.Choice, journal.Private, journal.ValidNodes, journal.Finished is not null).ShouldBe((null, null, 0, true));
    }

    [Fact]
    public async Task A_broken_submission_fails_its_node_with_the_graders_words()
    {
        ScriptedSandbox sandbox = new((_, _) => Task.FromResult(ScriptedSandbox.Left("id,y\n1,abc\n")));
        Journal journal = await RunAsync(sandbox, "3 2 0");
        Failure failure = journal[1].Failure.ShouldNotBeNull();
        failure.Kind.ShouldBe(FailureKind.BadSubmission);
        failure.Message.ShouldStartWith("submission.csv: ");
    }

    [Fact]
    public async Task A_budget_that_the_start_has_used_up_ends_the_search_before_a_node()
    {
        ScriptedSandbox sandbox = Sandbox();
        OwnedRun owned = await _store.CreateAsync("small", CancellationToken.None);
        await using (owned)
        {
            RunLoop loop = Loop(owned, sandbox, Engineer("3 2 0"), Journal.Empty);
            await loop.BeginAsync(Started(owned.Run) with { Preparation = 599.5 }, CancellationToken.None);
            Journal journal = await loop.RunAsync(CancellationToken.None);
            (journal.Finished?.Ending, journal.Nodes.Count, sandbox.Executed.Count).ShouldBe((RunEnding.TimeSpent, 0, 0));

            StringWriter text = new();
            Terminal.ResultText.Write(text, journal, null, null);
            text.ToString().ShouldMatch(@"^\s*No node was finished: the time budget was spent \((9:59|10:\d\d) of 10:00, 9:59 of it to start\): give it more with --time\.\s*$");
        }
    }

    [Fact]
    public async Task A_decision_that_a_dead_owner_recorded_and_did_not_remove_is_not_recorded_again()
    {
        Journal journal = await RunAsync(Sandbox(), "3 2 0");
        RunId run = journal.Settings!.Run;
        string control = Path.Combine(_store.FolderOf(run), "control");
        await _store.RequestAsync(run, new AppliedRequest("a test", 1, journal[1].Code!.Value, "solution.py"), CancellationToken.None);
        string file = Directory.GetFiles(control).ShouldHaveSingleItem();
        byte[] request = await File.ReadAllBytesAsync(file);
        await RunDecisions.SettleAsync(_store, run, CancellationToken.None);
        await File.WriteAllBytesAsync(file, request);

        await RunDecisions.SettleAsync(_store, run, CancellationToken.None);

        (await EventsAsync(journal)).OfType<NodeApplied>().ShouldHaveSingleItem().Request.ShouldBe(Path.GetFileName(file));
        Directory.GetFiles(control).ShouldBeEmpty();
    }

    private Task<Journal> RunAsync(ScriptedSandbox sandbox, params string[] solutions) => CreateAndRunAsync(sandbox, Engineer(solutions));

    private async Task<Journal> CreateAndRunAsync(ScriptedSandbox sandbox, IEngineer engineer) =>
        await RunAsync(await _store.CreateAsync("small", CancellationToken.None), sandbox, engineer, Journal.Empty);

    private async Task<Journal> RunAsync(OwnedRun owned, ScriptedSandbox sandbox, IEngineer engineer, Journal journal, int workers = 1)
    {
        await using (owned)
        {
            using RunLoop loop = Loop(owned, sandbox, engineer, journal);
            await loop.BeginAsync(Started(owned.Run, workers), CancellationToken.None);
            return await loop.RunAsync(CancellationToken.None);
        }
    }

    private RunStarted Started(RunId run, int workers = 1) => new(
        new RunSettings(run, _task.Path, _task.SolutionFile, "recording", "aide", ProgramLanguage.Python, 1, 1, new Budget(20, 600), workers),
        _task.Facts,
        new SandboxReport("scripted", "1", "none", []));

    private RunLoop Loop(OwnedRun owned, ISandbox sandbox, IEngineer engineer, Journal journal)
    {
        BlindHoldout holdout = new(_task, new byte[32], 1);
        RunParts parts = new(
            sandbox, ProgramLanguage.Python, holdout, holdout.Grader, new PrivateAnswers(_task.PrivateGrader()!, _task.References.Reached, _task.References.All.Length), engineer,
            new AidePolicy(AideOptions.Default).Choose, token => Task.FromResult(DataProfiler.Profile(_task, token)),
            ExecutionLimits.Default, Path.Combine(owned.Folder, "work", "split"), 1 << 20)
        {
            Second = holdout.Grader, // The task is too small to have one of its own.
        };
        return new RunLoop(owned, _store, parts, TimeProvider.System, journal);
    }

    /// <summary>A solution is its three coefficients; the scripted sandbox predicts with them.</summary>
    private static RecordedEngineer Engineer(params string[] solutions) =>
        RecordedEngineer.Parse(string.Join('\n', solutions.Select(solution => $$"""{"plan": "predict {{solution}}", "code": "{{solution}}"}""")));

    private static ScriptedSandbox Sandbox() => new((spec, _) => Task.FromResult(Solve(spec)));

    private static ExecutionResult Solve(ExecutionSpec spec) => ScriptedSandbox.Left(Predict(spec, Encoding.UTF8.GetString(spec.Code.Span)));

    private static string Predict(ExecutionSpec spec, string solution)
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

    private static async Task WaitForCancellationAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource cancelled = new();
        await using CancellationTokenRegistration registration = cancellationToken.Register(cancelled.SetResult);
        await cancelled.Task;
    }

    private async Task<ImmutableArray<RunEvent>> EventsAsync(Journal journal) =>
        [.. (await _store.ReadAsync(journal.Settings!.Run, 0, 1_000, CancellationToken.None)).Events.Select(recorded => recorded.Event)];
}
