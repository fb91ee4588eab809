using System.Collections.Immutable;
using AgentIde.Core.Auditing;
using AgentIde.Core.Engineering;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Stepping;
using AgentIde.Testing;

namespace AgentIde.Core.Tests.Auditing;

/// <summary>What the figures and the submissions of a run say against its scores.</summary>
public sealed class RunAuditTests
{
    private readonly MemoryRunStore _store = new("/nowhere", TimeProvider.System);

    [Fact]
    public async Task A_claim_counts_from_three_errors_on()
    {
        await using ScriptedRun run = await ScriptedRun.StartAsync(_store);
        await NodeAsync(run, 0.1000, claim: 0.0989);
        await NodeAsync(run, 0.1000, claim: 0.0987);
        await NodeAsync(run, 0.1000, claim: 0.1500);
        AuditFinding found = (await WarningsAsync(run)).ShouldHaveSingleItem();
        (found.Kind, found.Node, found.Line).ShouldBe((AuditKind.Claim, 2, null));
        found.Evidence.ShouldBe("it claims 0.09870 and was graded 0.10000 ± 0.00040: 3.3 errors better");
    }

    [Fact]
    public async Task Few_nodes_far_below_all_others_are_too_good_and_a_majority_is_not()
    {
        await using ScriptedRun run = await ScriptedRun.StartAsync(_store);
        await NodeAsync(run, 0.9);
        await NodeAsync(run, 0.05);
        (await WarningsAsync(run)).ShouldBeEmpty("two are too few to say");
        await NodeAsync(run, 0.8);
        AuditFinding found = (await WarningsAsync(run)).ShouldHaveSingleItem();
        (found.Kind, found.Node).ShouldBe((AuditKind.TooGood, 2));
        found.Evidence.ShouldEndWith("of 3 nodes 2 have 0.80000 ± 0.00040 or worse, and none is between");
        await NodeAsync(run, 0.04);
        await NodeAsync(run, 0.03);
        (await WarningsAsync(run)).ShouldBeEmpty("most are as good");
    }

    [Theory]
    [InlineData(0.1016, 0.999, "")]
    [InlineData(0.1019, 0.999, "gap")]
    [InlineData(0.0900, 0.999, "")]
    [InlineData(0.1000, 0.300, "condition")]
    [InlineData(0.1000, 0.900, "")]
    public async Task The_private_score_and_the_refit_are_held_against_the_holdout(double answered, double agreement, string expected)
    {
        await using ScriptedRun run = await ScriptedRun.StartAsync(_store);
        await NodeAsync(run, 0.1);
        Digest submission = Digest.Of("submission");
        await run.AppendAsync([
            new SolutionChosen(1, "the only one", RunEnding.NodesSpent), new SolutionRefitted(1, agreement > 0.95, agreement, submission, ""),
            new RunFinished(RunEnding.NodesSpent, "", submission), new PrivateScored(answered, null, null, null)]);
        string.Join(", ", (await WarningsAsync(run)).Select(found => $"{found.Kind}".ToLowerInvariant())).ShouldBe(expected);
    }

    [Theory]
    [InlineData(0.1016, "")]
    [InlineData(0.1040, "gap")]
    [InlineData(0.0900, "")]
    public async Task The_second_holdout_is_held_against_the_first(double second, string expected)
    {
        await using ScriptedRun run = await ScriptedRun.StartAsync(_store);
        await NodeAsync(run, 0.1);
        await run.AppendAsync([new SolutionChosen(1, "the only one", RunEnding.NodesSpent), new SecondHoldoutOpened(1, second, 0.0008, 100)]);
        ImmutableArray<AuditFinding> found = await WarningsAsync(run);
        string.Join(", ", found.Select(one => $"{one.Kind}".ToLowerInvariant())).ShouldBe(expected);
        found.ShouldAllBe(one => one.Evidence.EndsWith("on its part that nothing was chosen by: worse by 0.00400, and 0.00268 would be chance", StringComparison.Ordinal) && one.Node == 1);
    }

    /// <summary>The first fold has a fifth of the rows, so by chance it departs from all by twice the error of all.</summary>
    [Theory]
    [InlineData(0.1011, "")]
    [InlineData(0.1013, "gap")]
    [InlineData(0.0900, "")]
    public async Task The_score_over_all_folds_is_held_against_that_of_the_first(double all, string expected)
    {
        await using ScriptedRun run = await ScriptedRun.StartAsync(_store);
        await run.AppendAsync([new HoldoutMade(new SplitFacts(SplitKind.Random, "5 folds", 480, 120, 500, Digest.Of("files")) { Folds = 5 })]);
        await NodeAsync(run, 0.1);
        foreach (int fold in (int[])[2, 3, 4, 5])
        {
            await run.AppendAsync([new ExecutionStarted(1, 1, ExecutionPurpose.Fold, null, fold), new ExecutionEnded(1, 1, ExecutionPurpose.Fold, run.Journal[1].Execution!, fold)]);
        }

        await run.AppendAsync([new NodeFolded(1, all, 0.0002, 600, []), new SolutionChosen(1, "the only one", RunEnding.NodesSpent)]);
        ImmutableArray<AuditFinding> found = await WarningsAsync(run);
        string.Join(", ", found.Select(one => $"{one.Kind}".ToLowerInvariant())).ShouldBe(expected);
        found.ShouldAllBe(one => one.Node == 1 && one.Evidence == "RMSLE is 0.10000 ± 0.00040 on the first fold and 0.10130 ± 0.00020 over all folds: worse by 0.00130, and 0.00120 would be chance");
    }

    [Theory]
    [InlineData(0.1030, "")]
    [InlineData(0.1040, "gap")]
    public async Task The_fresh_split_of_the_choice_is_held_against_the_holdout(double fresh, string expected)
    {
        await using ScriptedRun run = await ScriptedRun.StartAsync(_store);
        await NodeAsync(run, 0.1);
        await NodeAsync(run, 0.1001);
        await run.AppendAsync([
            new FinalistsNamed([1, 2], RunEnding.NodesSpent, 100, Digest.Of("files")), new FinalistTried(1, fresh, 0.0010, null, null), new FinalistTried(2, 0.2, 0.0010, null, null),
            new SolutionChosen(1, "the best of both", RunEnding.NodesSpent)]);
        ImmutableArray<AuditFinding> found = await WarningsAsync(run);
        string.Join(", ", found.Select(one => $"{one.Kind}".ToLowerInvariant())).ShouldBe(expected);
        found.ShouldAllBe(one => one.Node == 1 && one.Evidence.Contains("on a fresh split: worse by 0.004", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Eight_submissions_that_are_an_earlier_one_but_for_some_rows_are_probing()
    {
        await using ScriptedRun run = await ScriptedRun.StartAsync(_store);
        for (int node = 0; node < 9; node++)
        {
            (await WarningsAsync(run)).ShouldBeEmpty();
            await NodeAsync(run, 0.1, row => row == node ? 7 : row);
        }

        AuditFinding found = (await WarningsAsync(run)).ShouldHaveSingleItem();
        (found.Kind, found.Node).ShouldBe((AuditKind.Probing, null));
        found.Evidence.ShouldStartWith("8 of 9 submissions are an earlier one but for some rows, such as those of nodes 2, 3, 4, 5");
    }

    [Fact]
    public async Task Other_models_and_the_same_once_more_are_no_probing_and_constants_are_noted()
    {
        await using ScriptedRun run = await ScriptedRun.StartAsync(_store);
        for (int node = 0; node < 18; node++)
        {
            await NodeAsync(run, 0.1, row => row + (node / 3 * 0.01));
        }

        await NodeAsync(run, 0.2, _ => 5);
        (await WarningsAsync(run)).ShouldBeEmpty();
        AuditFinding found = (await RunAudit.ReadAsync(_store, run.Journal, default)).ShouldHaveSingleItem();
        (found.Kind, found.Severity, found.Node, found.Evidence).ShouldBe((AuditKind.Constant, AuditSeverity.Note, 19, "all 20 rows have the same prediction: 5"));
    }

    [Fact]
    public async Task Many_programs_that_differ_in_numbers_alone_are_many_looks_at_the_holdout()
    {
        await using ScriptedRun run = await ScriptedRun.StartAsync(_store, nodes: 200);
        for (int node = 0; node < 100; node++)
        {
            await NodeAsync(run, 0.1, row => row + (node * 0.01));
            if (node == 19)
            {
                (await RunAudit.ReadAsync(_store, run.Journal, default)).Select(found => (found.Kind, found.Severity)).ShouldBe([(AuditKind.Probing, AuditSeverity.Note)]);
            }
        }

        (await WarningsAsync(run)).ShouldHaveSingleItem().Evidence.ShouldStartWith("100 of 100 programs differ in numbers alone, such as those of nodes 1, 2, 3, 4");
    }

    [Fact]
    public async Task What_an_execution_showed_is_kept_in_a_finished_run_the_newest_of_a_node_counts_and_a_run_that_goes_on_has_none()
    {
        await using ScriptedRun run = await ScriptedRun.StartAsync(_store);
        await NodeAsync(run, 0.1);
        await NodeAsync(run, 0.09);
        await run.AppendAsync([new NodeStarted(3, Operator.Draft, [], "its turn", []), new NodeProposed(3, "the same", run.Journal[2].Code!.Value, [], null, 2), new NodeScored(3, run.Journal[2].Score!)]);
        await run.AppendAsync([new SolutionChosen(2, "the best", RunEnding.NodesSpent), new RunFinished(RunEnding.NodesSpent, "", Digest.Of("journal"))]);
        Journal finished = run.Journal;
        AuditFinding gap = AuditFinding.Warning(AuditKind.Gap, null, "worse by 9.0 errors") with { Node = 2, Basis = AuditBasis.Executed };
        AuditFinding moves = gap with { Kind = AuditKind.Transductive, Severity = AuditSeverity.Note };
        await run.AppendAsync([Audited(2, gap, moves), Audited(1)]);

        (await WarningsAsync(run)).ShouldBe([gap]);
        RunAudit.OfFigures(run.Journal, 3).ShouldBe([gap with { Node = 3 }, moves with { Node = 3 }], "its program is that of node 2");
        RunAudit.OfNode(run.Journal, run.Journal[1], "model = 1\n").ShouldBeEmpty();
        (run.Journal.Finished, run.Journal.Spent, run.Journal.Choice).ShouldBe((finished.Finished, finished.Spent, finished.Choice));
        run.Journal.Audits.Keys.ShouldBe([1, 2]);
        RunStep.Of(Audited(2)).ShouldBe(new RunStep(StepKind.Person, StepDepth.Inner, 2, false, false), "a debugger's steps over pass it by");

        RunId further = await RunForks.MakeAsync(_store, run.Journal, RunForks.Extended(run.Journal, 2, 60), new BranchRequest("x", 1, null), default);
        (await _store.ReadAsync(further, 0, int.MaxValue, default)).Events.ShouldNotContain(recorded => recorded.Event is NodeAudited);

        await run.AppendAsync([Audited(2)]);
        (await WarningsAsync(run)).ShouldBeEmpty();

        static NodeAudited Audited(int node, params AuditFinding[] findings) => new(node, DateTimeOffset.UnixEpoch, [new AuditExecution(node, "fresh split", 1, "")], [.. findings]);
    }

    private async Task<ImmutableArray<AuditFinding>> WarningsAsync(ScriptedRun run) =>
        [.. (await RunAudit.ReadAsync(_store, run.Journal, default)).Where(finding => finding.Severity == AuditSeverity.Warning)];

    private static async Task NodeAsync(ScriptedRun run, double score, Func<int, double>? predict = null, double? claim = null)
    {
        int node = await run.ProposeAsync(Operator.Draft, null, "Predict.", $"model = {run.Journal.Nodes.Count}\n");
        Blob output = Blob.Of(""), submission = Blob.Of("id,price\n" + string.Concat(Enumerable.Range(0, 20).Select(row => FormattableString.Invariant($"{row},{predict?.Invoke(row) ?? row + score}\n"))));
        ExecutionRecord record = new(Ending.Exited, 0, null, false, 1.5, 1.4, 1 << 20, output.Digest, submission.Digest, null, claim);
        await run.AppendAsync([new ExecutionStarted(node, 1, ExecutionPurpose.Search), new ExecutionEnded(node, 1, ExecutionPurpose.Search, record)], output, submission);
        await run.ScoreAsync(node, score, claim: claim);
    }
}
