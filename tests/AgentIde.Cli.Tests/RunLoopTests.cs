using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

/// <summary>The run loop from its begin to its end, killed, stopped, paused and resumed.</summary>
public sealed class RunLoopTests : SmallRuns
{
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
        OwnedRun dying = await Store.CreateAsync("small", CancellationToken.None);
        ScriptedSandbox dies = new((spec, _) => spec.InputFolder.EndsWith("refit", StringComparison.Ordinal) ? throw new SandboxException("the machine lost its power") : Task.FromResult(Solve(spec)));
        await Should.ThrowAsync<SandboxException>(() => RunAsync(dying, dies, Engineer("3 2 0"), Journal.Empty));
        Journal left = Journal.Empty.Apply((await Store.ReadAsync(dying.Run, 0, 1_000, CancellationToken.None)).Events);
        left.Choice.ShouldNotBeNull().Second.ShouldNotBeNull();
        Journal journal = await RunAsync(await Store.TakeAsync(dying.Run, CancellationToken.None), Sandbox(), Engineer("3 2 0"), left);
        (await EventsAsync(journal)).OfType<SecondHoldoutOpened>().ShouldHaveSingleItem();
        (journal.Choice?.Refit?.Taken, journal.Finished is not null).ShouldBe((true, true));
    }

    [Fact]
    public async Task A_run_that_goes_on_from_a_finished_one_has_no_second_holdout_to_open()
    {
        OwnedRun owned = await Store.CreateAsync("small", CancellationToken.None);
        await using (owned)
        {
            using RunLoop loop = Loop(owned, Sandbox(), Engineer("3 2 0"), Journal.Empty);
            RunStarted started = Started(owned.Run);
            await loop.BeginAsync(started with { Settings = started.Settings with { Fork = new RunFork(RunId.Parse("small-9"), Digest.Of("journal"), 0) } }, CancellationToken.None);
            Journal journal = await loop.RunAsync(CancellationToken.None);
            (journal.Choice?.Node, journal.Choice?.Second, journal.Choice?.Refit?.Taken).ShouldBe((1, null, true));
        }
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
        await using (OwnedRun dying = await Store.CreateAsync("small", CancellationToken.None))
        {
            run = dying.Run;
            ScriptedSandbox stuck = new((_, _) => throw new SandboxException("the machine lost its power"));
            using RunLoop loop = Loop(dying, stuck, Engineer("3 2 0"), Journal.Empty);
            await loop.BeginAsync(Started(run), CancellationToken.None);
            await Should.ThrowAsync<SandboxException>(() => loop.RunAsync(CancellationToken.None));
        }

        Journal left = Journal.Empty.Apply((await Store.ReadAsync(run, 0, 1_000, CancellationToken.None)).Events);
        left.OpenExecutions.ShouldHaveSingleItem();
        Journal journal = await RunAsync(await Store.TakeAsync(run, CancellationToken.None), Sandbox(), Engineer("3 2 0"), left);
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
                await Store.RequestAsync(run!.Value, new StopRequest("a test", Choose: true), CancellationToken.None);
                await WaitForCancellationAsync(cancellationToken);
                return ScriptedSandbox.Ended(Ending.Cancelled);
            }

            return Solve(spec);
        });
        OwnedRun owned = await Store.CreateAsync("small", CancellationToken.None);
        run = owned.Run;
        Journal journal = await RunAsync(owned, sandbox, Engineer("3 2 0", "1 1 1"), Journal.Empty);
        journal.Finished.ShouldNotBeNull().Ending.ShouldBe(RunEnding.Stopped);
        (journal.Choice?.Node, journal.Choice?.Refit?.Taken, journal[2].IsDone).ShouldBe((1, true, false));

        // Whoever goes on with it all the same takes up nothing of what the stop left open.
        ScriptedSandbox unused = Sandbox();
        Journal again = await RunAsync(await Store.TakeAsync(owned.Run, CancellationToken.None), unused, Engineer("3 2 0", "1 1 1"), journal);
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
            await Store.RequestAsync(run!.Value, new StopRequest("Ctrl-C", Choose: false), CancellationToken.None);
            await WaitForCancellationAsync(cancellationToken);
            return ScriptedSandbox.Ended(Ending.Cancelled);
        });
        OwnedRun owned = await Store.CreateAsync("small", CancellationToken.None);
        run = owned.Run;
        Journal journal = await RunAsync(owned, sandbox, Engineer("3 2 0"), Journal.Empty);
        (journal.Finished, journal.Choice, journal.OpenExecutions.Length).ShouldBe((null, null, 0));

        Journal resumed = await RunAsync(await Store.TakeAsync(owned.Run, CancellationToken.None), Sandbox(), Engineer("3 2 0"), journal);
        resumed.Choice?.Node.ShouldBe(1);
    }

    [Fact]
    public async Task A_stop_that_was_meant_for_a_dead_process_does_not_stop_the_one_that_goes_on()
    {
        RunId run = await BegunAsync();
        await Store.RequestAsync(run, new StopRequest("somebody", Choose: true), CancellationToken.None);
        Journal left = Journal.Empty.Apply((await Store.ReadAsync(run, 0, 1_000, CancellationToken.None)).Events);
        Journal journal = await RunAsync(await Store.TakeAsync(run, CancellationToken.None), Sandbox(), Engineer("3 2 0"), left);
        (journal.Finished?.Ending, journal.ValidNodes).ShouldBe((RunEnding.EngineerExhausted, 1));
    }

    [Fact]
    public async Task A_stop_that_comes_while_the_one_that_goes_on_makes_itself_ready_stops_it()
    {
        RunId run = await BegunAsync();
        Journal left = Journal.Empty.Apply((await Store.ReadAsync(run, 0, 1_000, CancellationToken.None)).Events);
        OwnedRun taken = await Store.TakeAsync(run, CancellationToken.None);
        await Store.RequestAsync(run, new StopRequest("somebody", Choose: true), CancellationToken.None);
        Journal journal = await RunAsync(taken, Sandbox(), Engineer("3 2 0"), left);
        (journal.Finished?.Ending, journal.ValidNodes).ShouldBe((RunEnding.Stopped, 0));
    }

    [Fact]
    public async Task A_pause_holds_the_next_node_until_it_is_continued()
    {
        RunId? run = null;
        ScriptedSandbox sandbox = new(async (spec, _) =>
        {
            await Store.RequestAsync(run!.Value, new PauseRequest("a test"), CancellationToken.None);
            return Solve(spec);
        });
        OwnedRun owned = await Store.CreateAsync("small", CancellationToken.None);
        run = owned.Run;
        Task<Journal> running = RunAsync(owned, sandbox, Engineer("3 2 0", "1 1 1"), Journal.Empty);
        Journal seen = Journal.Empty;
        WaitLimit limit = new();
        while (!seen.IsPaused || !seen[1].IsDone)
        {
            await Store.WaitForNewsAsync(run.Value, seen.Seq, Liveness.Live, limit.Token);
            seen = seen.Apply((await Store.ReadAsync(run.Value, seen.Seq, 1_000, CancellationToken.None)).Events);
        }

        running.IsCompleted.ShouldBeFalse();
        seen.Nodes.Count.ShouldBe(1);
        await Store.RequestAsync(run.Value, new StopRequest("a test", Choose: true), CancellationToken.None);
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
                journal = journal.Apply((await Store.ReadAsync(run!.Value, journal.Seq, 1_000, cancellationToken)).Events);
                seen = journal[1].LastLine;
                if (seen is null)
                {
                    await Store.WaitForNewsAsync(run.Value, journal.Seq, Liveness.Live, cancellationToken);
                }
            }

            return Solve(spec);
        })
        {
            Output = "fold 1\nfold 2: 0.5\n",
        };
        OwnedRun owned = await Store.CreateAsync("small", CancellationToken.None);
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
        OwnedRun owned = await Store.CreateAsync("small", CancellationToken.None);
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
        string control = Path.Combine(Store.FolderOf(run), "control");
        await Store.RequestAsync(run, new AppliedRequest("a test", 1, journal[1].Code!.Value, "solution.py"), CancellationToken.None);
        string file = Directory.GetFiles(control).ShouldHaveSingleItem();
        byte[] request = await File.ReadAllBytesAsync(file);
        await RunDecisions.SettleAsync(Store, run, CancellationToken.None);
        await File.WriteAllBytesAsync(file, request);

        await RunDecisions.SettleAsync(Store, run, CancellationToken.None);

        (await EventsAsync(journal)).OfType<NodeApplied>().ShouldHaveSingleItem().Request.ShouldBe(Path.GetFileName(file));
        Directory.GetFiles(control).ShouldBeEmpty();
    }
}
