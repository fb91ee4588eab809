using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Testing;

namespace AgentIde.Core.Tests.Runs;

/// <summary>Branches with a person's own plan or program, and limits that a person changes on the way.</summary>
public sealed class GivenTests
{
    private readonly MemoryRunStore _store = new("/nowhere", TimeProvider.System);

    [Fact]
    public async Task A_persons_program_is_executed_and_scored_as_any_other_and_no_engineer_is_asked_for_it()
    {
        List<int> asked = [];
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal journal = await Loop(async assignment =>
        {
            asked.Add(assignment.Node);
            if (assignment.Node == 2)
            {
                await AskAsync(owned.Run, new BranchRequest("nvim", 1, "drop outliers", "Half of it.", "2.5\n"), new BranchRequest("nvim", 1, null, null, " \n"));
            }

            return Score(10 - assignment.Node);
        }).RunAsync(owned, new Budget(4, 600));

        asked.ShouldBe([1, 2, 4]);
        Node node = journal[3];
        node.ShouldSatisfyAllConditions(
            () => (node.Parent, node.Operator, node.Plan, node.Hint, node.Author, node.Lines).ShouldBe((1, Operator.Improve, "Half of it.", "drop outliers", "nvim", 1)),
            () => node.Why.ShouldBe("nvim asked to go on from node 1 with a program of their own."),
            () => node.Score!.Comparisons[0].ShouldBe(new Comparison(1, 6.5, 0.01)),
            () => node.Given.ShouldBe(new Given("nvim", "Half of it.", node.Code)));
        (journal.Best, journal.BranchesAsked).ShouldBe((3, 1));
        Encoding.UTF8.GetString((await _store.ReadBlobAsync(owned.Run, node.Code!.Value, CancellationToken.None)).Span).ShouldBe("2.5\n");
        Encoding.UTF8.GetString(RunJson.Write(node)).ShouldContain("\"given\":{\"by\":\"nvim\"");
    }

    [Fact]
    public async Task A_persons_plan_is_what_the_engineer_is_told_to_do_and_its_own_plan_says_what_it_did()
    {
        List<string?> wishes = [];
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal journal = await Loop(async assignment =>
        {
            wishes.Add(assignment.Journal[assignment.Node].Wish);
            if (assignment.Node == 1)
            {
                await AskAsync(owned.Run, new HintRequest("nvim", "Mind the zeros."));
            }
            else if (assignment.Node == 2)
            {
                await AskAsync(owned.Run, new BranchRequest("nvim", 1, "slowly", "Blend two forests."), new BranchRequest("nvim", 1, null, "Blend three."));
            }

            return Score(assignment.Node);
        }).RunAsync(owned, new Budget(4, 600));

        wishes.ShouldBe([null, null, "Blend two forests.\n\nslowly", "Blend three."]);
        (journal[3].Given, journal[3].Plan, journal[3].Author).ShouldBe((new Given("nvim", "Blend two forests.", null), "plan 3", null));
    }

    [Fact]
    public async Task An_engineer_that_has_nothing_left_keeps_no_person_from_trying_a_program()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal journal = await Loop(async assignment =>
        {
            if (assignment.Node < 2)
            {
                return Score(5);
            }

            await AskAsync(owned.Run, new BranchRequest("nvim", 1, null, null, "4"), new BranchRequest("nvim", 1, "more"));
            return null;
        }).RunAsync(owned, new Budget(6, 600));

        (journal.Nodes.Count, journal[3].Score?.Value, journal[3].Plan, journal.Choice?.Node, journal.Finished?.Ending)
            .ShouldBe((3, 4, "A program by nvim.", 3, RunEnding.EngineerExhausted));
        journal.Asked.Single().Hint.ShouldBe("more");
    }

    [Fact]
    public async Task A_run_that_died_with_a_persons_program_in_hand_goes_on_with_it()
    {
        RunId run;
        await using (OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None))
        {
            run = owned.Run;
            await Should.ThrowAsync<EngineerException>(() => Loop(assignment => assignment.Node == 1 ? Task.FromResult<Proposal?>(Score(5)) : throw new EngineerException("The key is wrong.")).RunAsync(owned, new Budget(4, 600)));
        }

        await RunDecisions.RecordAsync(_store, run, new BranchRequest("agentide branch", 1, null, null, "4"), CancellationToken.None);
        await RunDecisions.RecordAsync(_store, run, new BudgetRequest("agentide budget", 3, null), CancellationToken.None);
        await using (OwnedRun owned = await _store.TakeAsync(run, CancellationToken.None))
        {
            await owned.AppendAsync([new NodeStarted(3, Operator.Improve, [1], "asked", [], Asked: 1)], [], CancellationToken.None);
        }

        await using OwnedRun next = await _store.TakeAsync(run, CancellationToken.None);
        Journal journal = await Loop(assignment => Task.FromResult<Proposal?>(Score(6))).RunAsync(next, new Budget(3, 600));
        (journal[2].Score?.Value, journal[3].Score?.Value, journal[3].Author, journal.Nodes.Count).ShouldBe((6, 4, "agentide branch", 3));
    }

    [Fact]
    public void A_log_in_which_a_persons_program_became_another_one_does_not_fold()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft).Propose(Score(5)).Score(5);
        run.Add(new BranchAsked(1, "nvim", null, null, null, Digest.Of("4"))).Add(new NodeStarted(2, Operator.Improve, [1], "asked", [], Asked: 1));
        Should.Throw<RunStoreException>(() => run.Add(new NodeProposed(2, "plan", Digest.Of("5"), [], null, null)));
        run.Add(new NodeProposed(2, "plan", Digest.Of("4"), [], null, null)).Journal[2].Author.ShouldBe("nvim");
    }

    [Fact]
    public async Task Limits_that_a_person_changes_hold_from_then_on()
    {
        await using OwnedRun owned = await _store.CreateAsync("sample", CancellationToken.None);
        Journal journal = await Loop(async assignment =>
        {
            if (assignment.Node == 2)
            {
                await AskAsync(owned.Run, new BudgetRequest("nvim", 1, null), new BudgetRequest("nvim", 5, 700), new BudgetRequest("nvim", 5, null));
            }

            return Score(assignment.Node);
        }).RunAsync(owned, new Budget(3, 600));

        (journal.Nodes.Count, journal.Settings!.Budget).ShouldBe((5, new Budget(5, 700)));
        ImmutableArray<RecordedEvent> events = (await _store.ReadAsync(owned.Run, 0, int.MaxValue, CancellationToken.None)).Events;
        events.Select(recorded => recorded.Event).OfType<BudgetChanged>().ShouldHaveSingleItem().By.ShouldBe("nvim");
    }

    [Fact]
    public void What_can_not_be_given_is_refused_in_a_sentence()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft).Propose(Score(5)).Score(5).Begin(Operator.Draft);
        Refusal(new BranchRequest("x", 1, null, " ")).ShouldBe("The plan is empty.");
        Refusal(new BranchRequest("x", 1, null, null, "\n")).ShouldBe("The program is empty.");
        Refusal(new BranchRequest("x", 1, null, null, new string('a', 170_000))).ShouldBe("The program has 170,000 bytes, and at most 163,840 are taken.");
        Refusal(new BranchRequest("x", 1, null, null, "a\0")).ShouldBe("The program holds a NUL, so it is no text.");
        Refusal(new BranchRequest("x", 1, null, "Halve it.", "x = 1")).ShouldBeNull();
        Refusal(new BudgetRequest("x", null, null)).ShouldBe("Neither nodes nor time are given: nothing would change.");
        Refusal(new BudgetRequest("x", 1, null)).ShouldBe("sample-1 has started 2 nodes already: it can't have fewer.");
        Refusal(new BudgetRequest("x", 0, null)).ShouldBe("A run has 1 to 100,000 nodes.");
        Refusal(new BudgetRequest("x", null, 2)).ShouldBe("sample-1 has taken 4 s already: it can't have less.");
        Refusal(new BudgetRequest("x", null, double.NaN)).ShouldBe("A run takes 1 to 10000000 seconds.");
        Refusal(new BudgetRequest("x", 2, 5)).ShouldBeNull();

        string? Refusal(RunRequest request) => RunDecisions.Refusal(run.Journal, request);
    }

    [Fact]
    public void A_branch_that_was_asked_for_before_there_were_plans_and_programs_is_read_as_it_was()
    {
        RunJson.Read("branch-asked", 1, "{\"node\":3,\"by\":\"nvim\",\"hint\":\"Try a blend.\",\"request\":\"7\"}"u8).ShouldBe(new BranchAsked(3, "nvim", "Try a blend.", "7"));
        (string kind, int version, byte[] payload) = RunJson.Write(new BranchAsked(3, "nvim", null, "7", "Blend.", Digest.Of("4")));
        RunJson.Read(kind, version, payload).ShouldBe(new BranchAsked(3, "nvim", null, "7", "Blend.", Digest.Of("4")));
    }

    [Theory]
    [InlineData("a\nb\nc\n", "a\nb\nc\n", "")]
    [InlineData("a\nb\nc\n", "a\nB\nc\n", "@@ -1,3 +1,3 @@| a|-b|+B| c")]
    [InlineData("a\n", "a\nb\n", "@@ -1,1 +1,2 @@| a|+b")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "0\n1\n2\n3\n4\n5\n6\n7\n8\n", "@@ -1,1 +1,2 @@|+0| 1|@@ -8,2 +9,1 @@| 8|-9")]
    [InlineData("1\n2\n3\n", "1\n3\n", "@@ -1,3 +1,2 @@| 1|-2| 3")]
    public void Two_programs_differ_in_hunks_with_the_lines_around_them(string before, string after, string expected) =>
        string.Join('|', CodeDifference.Of(before, after, context: 1)).ShouldBe(expected);

    private ScriptedLoop Loop(Func<Assignment, Task<Proposal?>> propose) => new(_store, new ScriptedEngineer((assignment, _) => NameAsync(propose, assignment)), TimeProvider.System)
    {
        Sandbox = new((spec, _) => Task.FromResult(ScriptedSandbox.Left(Encoding.UTF8.GetString(spec.Code.Span)))),
    };

    private static async Task<Proposal?> NameAsync(Func<Assignment, Task<Proposal?>> propose, Assignment assignment) =>
        await propose(assignment) is { } proposal ? proposal with { Plan = $"plan {assignment.Node}" } : null;

    private static Proposal Score(double value) => new("plan", FormattableString.Invariant($"{value}"), [], null);

    private async Task AskAsync(RunId run, params RunRequest[] requests)
    {
        foreach (RunRequest request in requests)
        {
            await _store.RequestAsync(run, request, CancellationToken.None);
        }
    }
}
