using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

/// <summary>What follows the search where the holdout does not tell nodes apart: they are executed on a fresh split before one is chosen.</summary>
public sealed class FinalRoundTests : SmallRuns
{
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
        Journal journal = await RunAsync(await Store.CreateAsync("small", CancellationToken.None), sandbox, Engineer(Alike), Journal.Empty, workers: 2);
        FinalRound round = journal.FinalRound.ShouldNotBeNull();
        round.Finalists.ShouldAllBe(finalist => finalist.Result != null && finalist.Result.Score != null);
        round.Finalists.Skip(1).ShouldAllBe(finalist => finalist.Result!.OnFresh != null);
        journal.Choice.ShouldNotBeNull().Node.ShouldBe(journal.Nodes.Single(node => node.Code == Digest.Of("3 2 0.12")).Id);
    }

    [Fact]
    public async Task A_run_that_died_on_the_fresh_split_goes_on_with_what_is_done()
    {
        OwnedRun dying = await Store.CreateAsync("small", CancellationToken.None);
        int fresh = 0;
        ScriptedSandbox dies = new((spec, _) => IsFresh(spec) && ++fresh == 3 ? throw new SandboxException("the machine lost its power") : Task.FromResult(Solve(spec, "3 2 0.12")));
        await Should.ThrowAsync<SandboxException>(() => RunAsync(dying, dies, Engineer(Alike), Journal.Empty));
        Journal left = Journal.Empty.Apply((await Store.ReadAsync(dying.Run, 0, 1_000, CancellationToken.None)).Events);
        (left.Choice, left.FinalRound?.Finalists.Count(finalist => finalist.Result is not null)).ShouldBe((null, 2));

        // The search is over: a larger budget, or what people ask for now, comes too late.
        RunDecisions.Refusal(left, new HintRequest("a test", "go on")).ShouldNotBeNull().ShouldContain("has ended its search");
        ScriptedSandbox goesOn = new((spec, _) => Task.FromResult(Solve(spec, "3 2 0.12")));
        Journal journal = await RunAsync(await Store.TakeAsync(dying.Run, CancellationToken.None), goesOn, Engineer(Alike), left);
        goesOn.Executed.Count(IsFresh).ShouldBe(2);
        goesOn.Executed.ShouldNotContain(spec => spec.InputFolder.EndsWith("search", StringComparison.Ordinal));
        Journal undisturbed = await RunAsync(new ScriptedSandbox((spec, _) => Task.FromResult(Solve(spec, "3 2 0.12"))), Alike);
        (journal.Choice?.Node, journal.Choice?.Why, journal.Choice?.Ending).ShouldBe((4, undisturbed.Choice?.Why, undisturbed.Choice!.Ending));

        // The log alone comes to the same, and a run that goes on from it has none of it.
        ImmutableArray<RecordedEvent> events = (await Store.ReadAsync(dying.Run, 0, 1_000, CancellationToken.None)).Events;
        int finished = events.ToList().FindIndex(recorded => recorded.Event is RunFinished);
        Digest.Of(RunJson.WriteCanonical(Journal.Empty.Apply(events[..finished]))).ShouldBe(journal.Finished!.Journal);
        RunId fork = await RunForks.MakeAsync(Store, journal, RunForks.Extended(journal, 1, 60), new BranchRequest("a test", 1, null), CancellationToken.None);
        Journal begun = Journal.Empty.Apply((await Store.ReadAsync(fork, 0, 1_000, CancellationToken.None)).Events);
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
                await Store.RequestAsync(run!.Value, new StopRequest("a test", Choose: true), CancellationToken.None);
                await WaitForCancellationAsync(cancellationToken);
                return ScriptedSandbox.Ended(Ending.Cancelled);
            }

            return Solve(spec);
        });
        OwnedRun owned = await Store.CreateAsync("small", CancellationToken.None);
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
}
