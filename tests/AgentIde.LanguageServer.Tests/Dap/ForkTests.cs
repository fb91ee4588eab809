using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Testing;
using static AgentIde.LanguageServer.Tests.Dap.SteppingTests;

namespace AgentIde.LanguageServer.Tests.Dap;

/// <summary>What is asked of a finished run is done in another one that goes on from it.</summary>
public sealed class ForkTests
{
    private static readonly RunId Origin = RunId.Parse("diamonds-1"), Fork = RunId.Parse("diamonds-2");

    private readonly List<ResumeRunRequest> _resumed = [];

    [Fact]
    public async Task Restart_frame_goes_on_in_a_run_of_its_own_and_the_client_is_asked_for_a_session_about_it()
    {
        await using DebugSession session = Session();
        session.Write("tasks/diamonds/task.yaml", "id: diamonds\n");
        await ThreeNodesAsync(session);
        long head = (await session.Store.ReadAsync(Origin, 0, 0, CancellationToken.None)).Head;
        await session.AttachAsync(new { at = 6 }, startsDebugging: true);
        JsonElement frame = (await session.StackAsync())[0];
        frame.GetProperty("canRestart").GetBoolean().ShouldBeTrue();

        await session.Client.AskAsync("restartFrame", new { frameId = frame.GetProperty("id").GetInt32() });

        Describe(await session.Client.EventAsync("stopped")).ShouldBe("restart, history 6/17: it goes on in diamonds-2");
        JsonElement asked = await session.Client.RequestAsync("startDebugging");
        JsonElement configuration = asked.GetProperty("configuration");
        (asked.GetProperty("request").GetString(), configuration.GetProperty("run").GetString(), configuration.GetProperty("node").GetInt32(), configuration.GetProperty("stopOnEntry").GetBoolean()).ShouldBe(("attach", "diamonds-2", 4, true));
        (await session.Client.EventAsync("output")).GetProperty("output").GetString().ShouldBe("diamonds-1 has finished and stays as it is: diamonds-2 goes on from it with a branch of node 1.\n");
        _resumed.ShouldHaveSingleItem().Run.ShouldBe(Fork);
        (await session.Store.ReadAsync(Origin, 0, 0, CancellationToken.None)).Head.ShouldBe(head);
        Journal fork = await JournalAsync(session);
        (fork.Settings!.Fork!.Run, fork.Nodes.Count, fork.Finished, fork.Asked.Single()).ShouldBe((Origin, 3, null, new AskedBranch(1, 1, "A test", null)));
        Describe(await session.MoveAsync("next")).ShouldBe("step, history 7/17");
    }

    [Fact]
    public async Task A_plan_and_limits_of_a_finished_run_are_taken_in_the_same_way_and_a_process_that_does_not_start_is_told()
    {
        await using DebugSession session = Session("bubblewrap is not installed: apt-get install bubblewrap");
        session.Write("tasks/diamonds/task.yaml", "id: diamonds\n");
        await ThreeNodesAsync(session);
        await session.AttachAsync(new { at = 6 });
        int frameId = (await session.StackAsync())[0].GetProperty("id").GetInt32();

        await session.Client.AskAsync("setExpression", new { expression = "plan", value = "Blend both.", frameId });
        await session.Client.AskAsync("setExpression", new { expression = "limits.nodes", value = "9", frameId });

        (await session.Client.EventAsync("output")).GetProperty("output").GetString()
            .ShouldBe("diamonds-1 has finished and stays as it is: diamonds-2 goes on from it with a branch of node 1, once it is started: agentide run --resume diamonds-2 (bubblewrap is not installed: apt-get install bubblewrap).\n");
        Journal fork = await JournalAsync(session);
        (fork.Asked.Single().Plan, fork.Settings!.Budget.Nodes).ShouldBe(("Blend both.", 4));
        Journal limited = Journal.Empty.Apply((await session.Store.ReadAsync(RunId.Parse("diamonds-3"), 0, int.MaxValue, CancellationToken.None)).Events);
        (limited.Settings!.Budget.Nodes, limited.Asked.Count).ShouldBe((9, 0));
        (await session.Client.RefusedAsync("setExpression", new { expression = "limits.nodes", value = "2", frameId })).ShouldBe("diamonds-1 has started 3 nodes already: it can't have fewer.");
        JsonElement[] scopes = [.. (await session.Client.AskAsync("scopes", new { frameId })).GetProperty("scopes").EnumerateArray()];
        (await session.Client.RefusedAsync("setVariable", new { variablesReference = scopes[3].GetProperty("variablesReference").GetInt32(), name = "tell the engineer", value = "mind the zeros" }))
            .ShouldBe("diamonds-1 has finished, and nobody is left to be told: give the hint to a branch of one of its nodes, which a run that goes on from it tries.");
        (await session.Client.RefusedAsync("setExpression", new { expression = "hint", value = " ", frameId })).ShouldBe("The hint is empty.");
        (await session.Store.ListAsync(CancellationToken.None)).Length.ShouldBe(3);
    }

    [Fact]
    public async Task What_the_finished_run_was_asked_for_and_never_came_to_is_told_by_whoever_goes_on_from_it()
    {
        await using DebugSession session = Session();
        session.Write("tasks/diamonds/task.yaml", "id: diamonds\n");
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "Few leaves.", "x = 1\n", 0.12);
        await run.AppendAsync([new BranchAsked(1, "A person", null)]);
        await run.FinishAsync();
        await session.AttachAsync(new { at = 6 });

        await session.Client.AskAsync("restartFrame", new { frameId = (await session.StackAsync())[0].GetProperty("id").GetInt32() });

        (await session.Client.EventAsync("output")).GetProperty("output").GetString()
            .ShouldBe("diamonds-1 has finished and stays as it is: diamonds-2 goes on from it with a branch of node 1. What diamonds-1 was asked for and never came to is done there first: a branch of node 1, by A person.\n");
        Journal fork = await JournalAsync(session);
        (fork.Asked.Select(asked => asked.By), fork.Settings!.Budget.Nodes).ShouldSatisfyAllConditions(
            pair => pair.Item1.ShouldBe(["A person", "A test"]),
            pair => pair.Nodes.ShouldBe(3));
    }

    [Theory]
    [InlineData(null, null, "The task of diamonds-1 is not at {root}/tasks/diamonds any more, and without it no run can go on from this one: put it back there, then ask again.")]
    [InlineData("..", null, "A run that goes on from diamonds-1 is started in a terminal, since its task lies outside this folder, at {task}: in {root}, agentide branch diamonds-1 1, then the command that it prints.")]
    [InlineData("tasks/diamonds", "command:./mine", "A run that goes on from diamonds-1 is started in a terminal, since its engineer is a program or a recording: in {root}, agentide branch diamonds-1 1, then the command that it prints.")]
    public async Task A_branch_that_no_process_could_be_started_for_is_refused_before_anything_is_made(string? folder, string? engineer, string says)
    {
        using TemporaryFolder elsewhere = new();
        elsewhere.Write("task.yaml", "id: diamonds\n");
        await using DebugSession session = Session();
        if (folder == "tasks/diamonds")
        {
            session.Write("tasks/diamonds/task.yaml", "id: diamonds\n");
        }

        ScriptedRun run = await ScriptedRun.StartAsync(session.Store, folder == ".." ? elsewhere.Path : "tasks/diamonds", engineer: engineer);
        await run.AddValidAsync(Operator.Draft, null, "Few leaves.", "x = 1\n", 0.12);
        await run.FinishAsync();
        await session.AttachAsync(new { at = 6 });
        int frameId = (await session.StackAsync())[0].GetProperty("id").GetInt32();
        string expected = says.Replace("{root}", session.Root, StringComparison.Ordinal).Replace("{task}", elsewhere.Path, StringComparison.Ordinal);

        (await session.Client.RefusedAsync("restartFrame", new { frameId })).ShouldBe(expected);
        (await session.Client.RefusedAsync("setExpression", new { expression = "hint", value = "More.", frameId })).ShouldBe(expected.Replace("branch diamonds-1 1", "branch diamonds-1 1 --hint TEXT", StringComparison.Ordinal));
        (await session.Store.ListAsync(CancellationToken.None)).Length.ShouldBe(1);
        _resumed.ShouldBeEmpty();
    }

    private DebugSession Session(string? problem = null) => new(resumeRun: (request, _) =>
    {
        _resumed.Add(request);
        return problem is null ? Task.CompletedTask : throw new RunNotStartedException(problem);
    });

    private static async Task<Journal> JournalAsync(DebugSession session) =>
        Journal.Empty.Apply((await session.Store.ReadAsync(Fork, 0, int.MaxValue, CancellationToken.None)).Events);
}
