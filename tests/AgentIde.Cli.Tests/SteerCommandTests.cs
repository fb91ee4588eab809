using System.Text.Json;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

/// <summary>Hints, branches, rejections and steps by the command line, of live and of interrupted runs.</summary>
public sealed class SteerCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteRunStore _store;

    public SteerCommandTests() => _store = new SqliteRunStore(_folder.Path, TimeProvider.System);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_said_of_an_interrupted_run_is_in_its_log_and_shown()
    {
        await using (await StartAsync())
        {
        }

        (await SayAsync("hint", "last", "Mind the outliers.")).ShouldStartWith("diamonds-1: the engineer is told from the next node on, once it goes on: agentide run --resume diamonds-1");
        (await SayAsync("hint", "last", "Try a blend.", "--node", "1")).ShouldStartWith("diamonds-1: a branch of node 1 with the hint comes next, once it goes on: ");
        (await SayAsync("branch", "last", "2", "--hint", "Mend the columns.")).ShouldStartWith("diamonds-1: a branch of node 2 comes next, ");
        (await SayAsync("reject", "last", "1", "--why", "It leaks.")).ShouldStartWith("diamonds-1: node 1 is rejected, ");
        Journal journal = await JournalAsync();
        journal.ShouldSatisfyAllConditions(
            () => journal.Hints.ShouldBe([new Hint("agentide hint", "Mind the outliers.")]),
            () => journal.Asked.ShouldBe([new AskedBranch(1, 1, "agentide hint --node", "Try a blend."), new AskedBranch(2, 2, "agentide branch", "Mend the columns.")]),
            () => (journal[1].Rejected, journal.Best).ShouldBe((new Rejection("agentide reject", "It leaks."), null)));

        string shown = await SayAsync("show", "last"), node = await SayAsync("show", "last", "--node", "1");
        shown.ShouldContain("rejected");
        shown.ShouldContain("asked: a branch of node 1, by agentide hint --node: Try a blend.");
        shown.ShouldContain("hint by agentide hint: Mind the outliers.");
        node.ShouldContain("rejected by agentide reject: It leaks.");
        node.ShouldContain("asked    a branch of it, by agentide hint --node: Try a blend.");
        using JsonDocument report = JsonDocument.Parse(await SayAsync("show", "last", "--json"));
        JsonElement steering = report.RootElement.GetProperty("steering");
        (steering.GetProperty("rejected")[0].GetProperty("node").GetInt32(), steering.GetProperty("asked").GetArrayLength()).ShouldBe((1, 2));

        (await SayAsync("reject", "last", "1", "--restore", "--json")).ShouldBe("{\"run\":\"diamonds-1\",\"asked\":\"reject --restore\",\"node\":1,\"live\":false}\n");
        (await JournalAsync()).Best.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_asked_of_a_live_run_waits_for_its_process()
    {
        await using ScriptedRun run = await StartAsync();
        (await SayAsync("hint", "last", "Mind the outliers.")).ShouldBe("diamonds-1: the engineer is told from the next node on\n");
        foreach (string option in (string[])["--pause", "--step", "--continue"])
        {
            (await Program.RunAsync(_folder.Path, "runs", option, "diamonds-1", "--json")).Output.ShouldBe($"{{\"run\":\"diamonds-1\",\"asked\":\"{option[2..]}\"}}\n");
        }

        (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldBe(
            [new HintRequest("agentide hint", "Mind the outliers."), new PauseRequest("agentide runs --pause"), new StepRequest("agentide runs --step"), new ContinueRequest("agentide runs --continue")]);
    }

    [Fact]
    public async Task A_branch_takes_a_persons_plan_and_program_and_the_two_nodes_are_shown_beside_each_other()
    {
        await using (ScriptedRun run = await StartAsync())
        {
            _folder.Write("mine.py", "a = 1\nb = 2\n");
            (await SayAsync("branch", "last", "1", "--code", "mine.py", "--plan", "Halve it.")).ShouldBe("diamonds-1: a branch of node 1 with your program comes next\n");
            (await SayAsync("branch", "last", "1", "--plan", "Double it.", "--hint", "slowly")).ShouldBe("diamonds-1: a branch of node 1 by your plan comes next\n");
            (await SayAsync("budget", "last", "--nodes", "40", "--time", "20m")).ShouldBe("diamonds-1: at most 40 nodes and 1200 s in all from now on\n");
            (await run.Owned.TakeRequestsAsync(CancellationToken.None)).ShouldBe(
                [new BranchRequest("agentide branch", 1, null, "Halve it.", "a = 1\nb = 2\n"), new BranchRequest("agentide branch", 1, "slowly", "Double it."), new BudgetRequest("agentide budget", 40, 1200)]);
            Blob code = Blob.Of("a = 1\nb = 2\n");
            await run.AppendAsync([new BranchAsked(1, "agentide branch", null, null, "Halve it.", code.Digest), new NodeStarted(3, Operator.Improve, [1], "asked", [], Asked: 1), new NodeProposed(3, "Halve it.", code.Digest, [], null, null)], code);
            await run.ScoreAsync(3, 0.1, 0.0004, null, new Comparison(1, 0.1, 0.003));
        }

        (await SayAsync("show", "last", "--node", "3")).ShouldContain("given    its program by agentide branch");
        (await SayAsync("show", "last", "--node", "3", "--against", "1")).ShouldBe(
            """
            node 3    improve of 1, written by agentide branch: RMSLE 0.10000 ± 0.00040
              plan    Halve it.
            node 1    draft: RMSLE 0.20000 ± 0.00040
              plan    Fit a line.
            change    node 3 is better by 0.1000 ± 0.0030, on the same rows

            ──── code of node 3, where it is not that of node 1
            @@ -1,1 +1,2 @@
             a = 1
            +b = 2

            """);
        (await SayAsync("replay", "last")).ShouldContain("the decisions follow");
        (await SayAsync("show", "last", "--node", "2", "--against", "1")).ShouldContain("change    not known: the two were not compared on the same rows");
    }

    [Fact]
    public async Task A_branch_of_a_finished_run_makes_another_run_that_goes_on_from_it()
    {
        await (await StartAsync()).FinishAsync();
        _folder.Write("mine.py", "a = 3\n");
        (await Program.RunAsync(_folder.Path, "branch", "last", "1")).Errors
            .ShouldBe($"agentide: The task of diamonds-1 is not at {_folder["task"]} any more, and without it no run can go on from this one: put it back there, then ask again.\n");
        _folder.Write("task/task.yaml", "id: diamonds\n");
        byte[] before = await File.ReadAllBytesAsync(_folder[".agentide", "runs", "diamonds-1", "run.db"]);

        (await SayAsync("branch", "last", "1", "--code", "mine.py", "--nodes", "3", "--time", "90s"))
            .ShouldBe("diamonds-1 has finished and stays as it is; diamonds-2 begins with what it came to, and there a branch of node 1 with your program comes next, once it goes on: agentide run --resume diamonds-2 --sandbox scripted\n");
        (await SayAsync("budget", "diamonds-1", "--nodes", "9", "--json")).ShouldBe("{\"run\":\"diamonds-3\",\"from\":\"diamonds-1\",\"asked\":\"budget\",\"live\":false}\n");

        (await File.ReadAllBytesAsync(_folder[".agentide", "runs", "diamonds-1", "run.db"])).ShouldBe(before);
        Journal fork = await JournalAsync("diamonds-2");
        (fork.Nodes.Count, fork.Asked.Single().Code, fork.Settings!.Budget.Nodes, fork.Finished, fork[1].Score!.Value).ShouldBe((2, Digest.Of("a = 3\n"), 5, null, 0.2));
        (await JournalAsync("diamonds-3")).Settings!.Budget.Nodes.ShouldBe(9);
        (await SayAsync("show", "diamonds-2")).ShouldContain("from diamonds-1, which stays as it is");
        (await Program.RunAsync(_folder.Path, "branch", "diamonds-2", "1", "--nodes", "2")).Errors.ShouldBe("agentide: --nodes and --time are for a run that has finished, and diamonds-2 has not: agentide budget diamonds-2 gives it more.\n");
        (await Program.RunAsync(_folder.Path, "branch", "diamonds-1", "7")).Errors.ShouldBe("agentide: diamonds-1 has no node 7: it has 2.\n");
    }

    [Theory]
    [InlineData(1, "The hint is empty.", "hint", "last", "  ")]
    [InlineData(2, "There is no file nowhere.py: --code names one with your program.", "branch", "last", "1", "--code", "nowhere.py")]
    [InlineData(2, "--code takes a program in the run's language, in a file that ends in .py: notes.md does not.", "branch", "last", "1", "--code", "notes.md")]
    [InlineData(1, "Neither nodes nor time are given: nothing would change.", "budget", "last")]
    [InlineData(2, "--against needs --node", "show", "last", "--against", "1")]
    [InlineData(1, "diamonds-1 has no node 9: it has 3.", "hint", "last", "x", "--node", "9")]
    [InlineData(1, "Node 3 is under way: nothing can come from it before it has ended.", "branch", "last", "3")]
    [InlineData(1, "diamonds-1 has no node 0: it has 3.", "reject", "last", "0")]
    [InlineData(1, "Node 1 is not rejected.", "reject", "last", "1", "--restore")]
    [InlineData(2, "--why is for a rejection, and --restore takes one back: give one of them.", "reject", "last", "1", "--restore", "--why", "x")]
    [InlineData(1, "diamonds-1 is not running: go on with it and ask then: agentide run --resume diamonds-1", "runs", "--pause", "last")]
    [InlineData(1, "diamonds-1 is not running: go on with it: agentide run --resume diamonds-1", "runs", "--continue", "last")]
    [InlineData(2, "give one of them", "runs", "--pause", "last", "--step", "last")]
    public async Task What_can_not_be_done_is_said_in_one_line(int exitCode, string says, params string[] arguments)
    {
        await using (ScriptedRun run = await StartAsync())
        {
            await run.BeginAsync(Operator.Draft, null);
        }

        _folder.Write("notes.md", "Not a program.\n");
        Ended ended = await Program.RunAsync(_folder.Path, arguments);
        (ended.ExitCode, ended.Output, ended.Errors.TrimEnd('\n').Contains('\n')).ShouldBe((exitCode, "", false));
        ended.Errors.ShouldContain(says);
    }

    [Fact]
    public async Task A_hint_that_is_too_long_or_too_late_is_refused_whole()
    {
        ScriptedRun run = await StartAsync();
        await using (run)
        {
            (await Program.RunAsync(_folder.Path, "hint", "last", new string('a', 4_001))).Errors.ShouldBe("agentide: The hint has 4,001 characters, and at most 4,000 are taken: say it shorter.\n");
            await run.FinishAsync();
        }

        (await Program.RunAsync(_folder.Path, "hint", "last", "too late")).Errors.ShouldBe("agentide: diamonds-1 has finished, and nobody is left to be told: give the hint to a branch of one of its nodes, which a run that goes on from it tries.\n");
        (await JournalAsync()).Hints.ShouldBeEmpty();
    }

    private async Task<string> SayAsync(params string[] arguments)
    {
        Ended ended = await Program.RunAsync(_folder.Path, arguments);
        ended.ExitCode.ShouldBe(0, ended.Errors);
        return ended.Output;
    }

    private async Task<Journal> JournalAsync(string run = "diamonds-1") => Journal.Empty.Apply((await _store.ReadAsync(RunId.Parse(run), 0, int.MaxValue, CancellationToken.None)).Events);

    /// <summary>A run with a valid node and one that failed.</summary>
    private async Task<ScriptedRun> StartAsync()
    {
        ScriptedRun run = await ScriptedRun.StartAsync(_store, _folder["task"], _folder["task", "solution.py"]);
        await run.AddValidAsync(Operator.Draft, null, "Fit a line.", "a = 1\n", 0.2);
        await run.FailAsync(await run.ProposeAsync(Operator.Draft, null, "Grow trees.", "a = 2\n"), "KeyError: 'colour'", 1);
        return run;
    }
}
