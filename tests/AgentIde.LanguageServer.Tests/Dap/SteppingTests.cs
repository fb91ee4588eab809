using System.Text.Json;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests.Dap;

public sealed class SteppingTests
{
    private const string First = "import pandas as pd\nleaves = 31\nprint(leaves)\n";
    private const string Second = "import pandas as pd\nleaves = 63\nprint(leaves)\n";

    [Fact]
    public async Task A_finished_run_is_stopped_at_its_beginning_and_says_so()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);

        JsonElement stopped = await session.AttachAsync();

        Describe(stopped).ShouldBe("entry, history 1/17");
        stopped.GetProperty("allThreadsStopped").GetBoolean().ShouldBeTrue();
        stopped.GetProperty("text").GetString().ShouldBe("Begin: diamonds-1 begins: Diamond price");
        JsonElement frame = (await session.StackAsync()).ShouldHaveSingleItem();
        frame.GetProperty("presentationHint").GetString().ShouldBe("label");
        frame.TryGetProperty("source", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_step_before_there_is_any_code_stands_in_the_task()
    {
        await using DebugSession session = new();
        string task = session.Write("tasks/diamonds/task.yaml", "title: Diamond price\n");
        await ThreeNodesAsync(session);
        await session.AttachAsync();

        foreach (string name in new[] { "Begin: ", "Decide of Draft (node 1): " })
        {
            JsonElement frame = (await session.StackAsync()).ShouldHaveSingleItem();
            frame.GetProperty("name").GetString()!.ShouldStartWith(name);
            (frame.GetProperty("source").GetProperty("path").GetString(), frame.GetProperty("line").GetInt32()).ShouldBe((task, 1));
            frame.TryGetProperty("presentationHint", out _).ShouldBeFalse();
            await session.MoveAsync("next");
        }
    }

    [Fact]
    public async Task Steps_lead_over_a_run_from_end_to_end_and_back_the_same_way()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.AttachAsync();

        List<string> forwards = [];
        while (forwards.Count == 0 || !forwards[^1].Contains("the end of the run", StringComparison.Ordinal))
        {
            forwards.Add(Describe(await session.MoveAsync("next")));
        }

        forwards.ShouldBe([.. Enumerable.Range(2, 16).Select(seq => $"step, history {seq}/17"), "step, history 17/17: the end of the run"]);
        for (int seq = 16; seq >= 1; seq--)
        {
            Describe(await session.MoveAsync("stepBack")).ShouldBe($"step, history {seq}/17");
        }

        Describe(await session.MoveAsync("stepBack")).ShouldBe("step, history 1/17: the beginning of the run");
    }

    [Fact]
    public async Task Steps_that_are_asked_for_without_waiting_are_done_one_after_the_other_in_order()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.AttachAsync();
        string[] asked = [.. Enumerable.Repeat("next", 150), "continue", "stepBack", "stepIn", .. Enumerable.Repeat("stepBack", 150), "threads"];

        List<int> sent = [];
        foreach (string command in asked)
        {
            sent.Add(await session.Client.SendAsync(command, new { threadId = 1 }));
        }

        List<string> stops = [];
        while (stops.Count < 303)
        {
            stops.Add(Describe(await session.Client.EventAsync("stopped")));
        }

        // The end of the run is passed again and again; the way back leads over each step once.
        stops[..16].ShouldBe([.. Enumerable.Range(2, 16).Select(seq => $"step, history {seq}/17")]);
        stops[16..151].ShouldAllBe(stop => stop == "step, history 17/17: the end of the run");
        stops[151..153].ShouldBe(["step, history 16/17", "step, history 17/17"]);
        stops[153..169].ShouldBe([.. Enumerable.Range(1, 16).Reverse().Select(seq => $"step, history {seq}/17")]);
        stops[169..].ShouldAllBe(stop => stop == "step, history 1/17: the beginning of the run");
        JsonElement[] answers;
        await session.Client.AnswerAsync(sent[^1]);
        lock (session.Client.Heard)
        {
            answers = [.. session.Client.Heard.Where(message => message.GetProperty("type").GetString() == "response").TakeLast(sent.Count)];
        }

        answers.Select(answer => answer.GetProperty("request_seq").GetInt32()).ShouldBe(sent);
        answers.ShouldAllBe(answer => answer.GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task A_thread_that_is_not_there_is_named_beside_those_that_are()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.AttachAsync();

        foreach (string command in new[] { "next", "stepIn", "stepOut", "stepBack", "stackTrace", "exceptionInfo" })
        {
            (await session.Client.RefusedAsync(command, new { threadId = 7 })).ShouldBe("There is no thread 7: there is thread 1 alone.");
        }

        Describe(await session.MoveAsync("next")).ShouldBe("step, history 2/17");
    }

    [Fact]
    public async Task The_stack_is_the_step_and_the_nodes_it_comes_from_with_their_files()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.AttachAsync(new { run = "diamonds-1", at = 15 });

        JsonElement[] frames = await session.StackAsync();

        frames.Select(frame => frame.GetProperty("name").GetString()).ShouldBe(
        [
            "Score of Debug (node 3): RMSLE 0.10000 ± 0.00040",
            "Improve (node 2): failed: KeyError: 'z'",
            "Draft (node 1): RMSLE 0.12000 ± 0.00040",
        ]);
        string path = frames[1].GetProperty("source").GetProperty("path").GetString()!;
        path.ShouldEndWith(".agentide/runs/diamonds-1/view/2/solution.py");
        (await File.ReadAllTextAsync(path)).ShouldBe(Second);
        frames.Select(frame => frame.GetProperty("line").GetInt32()).ShouldBe([3, 2, 1]);
        frames.ShouldAllBe(frame => frame.GetProperty("canRestart").GetBoolean());
    }

    [Fact]
    public async Task The_stack_comes_in_pages()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.AttachAsync(new { at = "15" });

        JsonElement page = await session.Client.AskAsync("stackTrace", new { threadId = 1, startFrame = 1, levels = 1 });

        page.GetProperty("totalFrames").GetInt32().ShouldBe(3);
        page.GetProperty("stackFrames").EnumerateArray().ShouldHaveSingleItem().GetProperty("name").GetString().ShouldBe("Improve (node 2): failed: KeyError: 'z'");
        (await session.Client.AskAsync("stackTrace", new { threadId = 1, startFrame = 7, levels = 20 })).GetProperty("stackFrames").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task At_a_moment_nothing_is_known_of_later()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.AttachAsync(new { node = 2 });

        (await session.EvaluateAsync("nodes")).ShouldBe("2");
        (await session.EvaluateAsync("failure == none")).ShouldBe("true");
        (await session.EvaluateAsync("best.score == 0.12")).ShouldBe("true");
        Dictionary<string, JsonElement> node = await session.ScopeAsync("Node");
        (Value(node, "node"), Value(node, "stage"), Value(node, "code"), Value(node, "score")).ShouldBe(("2", "Think", "none", "none"));
        (await session.MoveAsync("stepOut")).GetProperty("text").GetString().ShouldBe("Score of Improve (node 2): failed: KeyError: 'z'");
        (await session.EvaluateAsync("failure")).ShouldBe("exception");
        (await session.EvaluateAsync("children")).ShouldBe("0");
    }

    [Fact]
    public async Task Into_a_step_leads_to_the_prompt_and_the_reply_as_documents()
    {
        await using DebugSession session = new();
        await using (ScriptedRun run = await session.RunAsync())
        {
            int node = await run.BeginAsync(Operator.Draft, null);
            Blob prompt = Blob.Of("Write a program.\nWith <b>care</b>."), answer = Blob.Of("```python\nprint()\n```"), code = Blob.Of("print()\n");
            TokenUsage usage = new(1_200, 200, 80, 30);
            await run.AppendAsync([new CallReserved(node, 1, "openai:gpt-5.1", prompt.Digest, usage, 0.5m, default)], prompt);
            await run.AppendAsync([new CallWritten(node, 1, "Hm.", "", 3), new CallWritten(node, 1, "", "print", 8)]);
            await run.AppendAsync([new CallEnded(node, 1, answer.Digest, null, null, "", usage, 0.25m, 2.5)], answer);
            await run.AppendAsync([new NodeProposed(node, "Print nothing.", code.Digest, [], null, null, 1)], code);
        }

        await session.AttachAsync(new { at = 2 });
        (await session.MoveAsync("stepIn")).GetProperty("text").GetString().ShouldBe("Think of Draft (node 1): asks openai:gpt-5.1");
        string asked = (await session.StackAsync())[0].GetProperty("source").GetProperty("path").GetString()!;
        asked.ShouldEndWith("view/1/prompt-1.md");
        (await File.ReadAllTextAsync(asked)).ShouldContain("With <b>care</b>.");
        (await session.MoveAsync("stepIn", granularity: "instruction")).GetProperty("text").GetString().ShouldBe("Think of Draft (node 1): the model says: Hm.");
        Dictionary<string, JsonElement> saying = await session.PartsAsync((await session.ScopeAsync("Model"))["call 1"]);
        (Value(saying, "thinking so far"), saying.ContainsKey("answer")).ShouldBe(("Hm.", false));
        Describe(await session.MoveAsync("stepIn")).ShouldBe("step, history 6/7");
        (await session.StackAsync())[0].GetProperty("source").GetProperty("path").GetString()!.ShouldEndWith("view/1/reply-1.md");
        Dictionary<string, JsonElement> call = await session.PartsAsync((await session.ScopeAsync("Model"))["call 1"]);
        Dictionary<string, JsonElement> tokens = await session.PartsAsync(call["tokens"]);
        (Value(tokens, "input"), Value(tokens, "cached input"), Value(tokens, "output"), Value(tokens, "reasoning"), Value(call, "dollars")).ShouldBe(("1200", "200", "80", "30", "$0.25"));
        (await session.PartsAsync(call["prompt"])).Values.Select(line => line.GetProperty("value").GetString()).ShouldBe(["Write a program.", "With <b>care</b>."]);
    }

    [Fact]
    public async Task What_is_asked_about_the_stop_before_is_answered_as_it_stood_then_and_of_earlier_ones_there_is_nothing()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.AttachAsync(new { at = 6 });
        JsonElement frame = (await session.StackAsync())[0];
        int id = frame.GetProperty("id").GetInt32();
        JsonElement scope = (await session.Client.AskAsync("scopes", new { frameId = id })).GetProperty("scopes")[0];

        string children = (await session.PartsAsync(scope))["children"].GetProperty("value").GetString()!;

        await session.MoveAsync("next");

        JsonElement stale = (await session.Client.AskAsync("scopes", new { frameId = id })).GetProperty("scopes")[0];
        (await session.PartsAsync(stale))["children"].GetProperty("value").GetString().ShouldBe(children);
        (await session.PartsAsync(scope))["children"].GetProperty("value").GetString().ShouldBe("none");
        (await session.Client.AskAsync("evaluate", new { expression = "children", frameId = id, context = "watch" })).GetProperty("result").GetString().ShouldBe("0");
        (await session.ScopeAsync("Node"))["node"].GetProperty("value").GetString().ShouldBe("2");

        await session.MoveAsync("next");
        (await session.Client.AskAsync("scopes", new { frameId = id })).GetProperty("scopes").GetArrayLength().ShouldBe(0);
        (await session.PartsAsync(scope)).ShouldBeEmpty();
        (await session.Client.RefusedAsync("evaluate", new { expression = "children", frameId = id, context = "watch" })).ShouldBe("This frame is of an earlier stop: it is gone.");
        (await session.StackAsync())[0].GetProperty("id").GetInt32().ShouldBeGreaterThan(id);
    }

    [Fact]
    public async Task A_long_output_is_cut_comes_in_pages_and_leads_to_its_document()
    {
        await using DebugSession session = new();
        await using (ScriptedRun run = await session.RunAsync())
        {
            int node = await run.ProposeAsync(Operator.Draft, null, "Print much.", First);
            await run.ExecuteAsync(node, string.Concat(Enumerable.Range(1, 500).Select(line => $"line {line}\n")));
        }

        await session.AttachAsync(new { at = "head", stopOnEntry = true });
        JsonElement output = (await session.ScopeAsync("Execution"))["output"];

        output.GetProperty("value").GetString().ShouldBe("line 1 … (4,392 characters; the whole is in output.txt)");
        output.GetProperty("indexedVariables").GetInt32().ShouldBe(500);
        JsonElement page = (await session.Client.AskAsync("variables", new { variablesReference = output.GetProperty("variablesReference").GetInt32(), filter = "indexed", start = 100, count = 2 })).GetProperty("variables");
        page.EnumerateArray().Select(line => line.GetProperty("value").GetString()).ShouldBe(["line 101", "line 102"]);
        JsonElement place = await session.Client.AskAsync("locations", new { locationReference = output.GetProperty("valueLocationReference").GetInt32() });
        (await File.ReadAllTextAsync(place.GetProperty("source").GetProperty("path").GetString()!)).ShouldStartWith("line 1\nline 2\n");
    }

    [Fact]
    public async Task Two_workers_are_two_threads_and_a_step_stays_with_its_own()
    {
        await using DebugSession session = new();
        await using (ScriptedRun run = await session.RunAsync())
        {
            int one = await run.BeginAsync(Operator.Draft, null);
            int two = await run.BeginAsync(Operator.Draft, null);
            Blob code = Blob.Of(First), other = Blob.Of(Second);
            await run.AppendAsync([new NodeProposed(two, "two", other.Digest, [], null, null, 3)], other);
            await run.AppendAsync([new NodeProposed(one, "one", code.Digest, [], null, null, 3)], code);
            await run.ScoreAsync(two, 0.5);
            await run.ScoreAsync(one, 0.4);
        }

        await session.AttachAsync(new { at = 2 });
        (await session.MoveAsync("next")).GetProperty("threadId").GetInt32().ShouldBe(1);
        Describe(await session.MoveAsync("stepBack")).ShouldBe("step, history 2/7");
        Describe(await session.MoveAsync("next")).ShouldBe("step, history 5/7");
        (await session.Client.AskAsync("threads")).GetProperty("threads").EnumerateArray().Select(thread => thread.GetProperty("name").GetString())
            .ShouldBe(["worker 1: Draft (node 1), executing", "worker 2: Draft (node 2), executing"]);
        (await session.StackAsync(2)).Select(frame => frame.GetProperty("name").GetString()).ShouldBe(["Edit of Draft (node 2): two"]);
        JsonElement second = await session.MoveAsync("next", thread: 2);
        (second.GetProperty("threadId").GetInt32(), Describe(second)).ShouldBe((2, "step, history 6/7"));
    }

    [Fact]
    public async Task What_can_not_be_is_refused_with_the_way_out()
    {
        await using DebugSession session = new(isSound: false);

        (await session.Client.RefusedAsync("threads")).ShouldBe("The first request is initialize.");
        await session.InitializeAsync();
        (await session.Client.RefusedAsync("threads")).ShouldBe("No run is open: attach to one first.");
        (await session.Client.RefusedAsync("attach", new { run = "last" })).ShouldContain("There are no runs in");
        await ThreeNodesAsync(session);
        (await session.Client.RefusedAsync("attach", new { run = "cats-1" })).ShouldBe($"There is no run 'cats-1' in {session.Root}: there is diamonds-1.");
        (await session.Client.RefusedAsync("attach", new { node = 9 })).ShouldBe("diamonds-1 has no node 9: it has 3.");
        (await session.Client.RefusedAsync("attach", new { at = 99 })).ShouldContain("write start, head, or the number of an event from 1 to 17");
        (await session.Client.RefusedAsync("attach", new { at = "head", node = 2 })).ShouldBe("Both \"at\" and \"node\" say where to begin: write one of them.");
        (await session.Client.RefusedAsync("launch", new { task = "tasks/diamonds", at = "head", node = 2 })).ShouldBe("Both \"at\" and \"node\" say where to begin: write one of them.");
        (await session.Client.RefusedAsync("launch", new { task = "tasks/diamonds", run = "diamonds-1" })).ShouldBe("\"task\" starts a run and \"run\" names one that is there: write one of them.");
        (await session.Client.RefusedAsync("launch", new { stopOnEntry = true })).ShouldContain("name a task");
        (await session.Client.RefusedAsync("launch", new { task = "tasks/diamonds", nodes = -1 })).ShouldContain("at least one node");
        (await session.Client.RefusedAsync("launch", new { task = "tasks/diamonds", engineer = "command:./engineer.sh" })).ShouldContain("named in a terminal");
        (await session.Client.RefusedAsync("launch", new { task = "tasks/diamonds" })).ShouldBe("bubblewrap is not installed: apt-get install bubblewrap");
        (await session.Client.RefusedAsync("flyToTheMoon")).ShouldBe("There is no request 'flyToTheMoon'.");
        (await session.Client.RefusedAsync("scopes", new { })).ShouldContain("frameId");
        await session.Client.SendBytesAsync("{\"type\": 7}");
        await session.Client.AskAsync("attach", new { run = "last" });
        await session.Client.EventAsync("initialized");
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");
        (await session.Client.RefusedAsync("evaluate", new { expression = "scroe < 1" })).ShouldStartWith("There is no name `scroe`");
        (await session.Client.RefusedAsync("exceptionInfo", new { threadId = 1 })).ShouldBe("Nothing has failed here, and no box that is ticked is met.");
        session.Log.ShouldHaveSingleItem().ShouldContain("passed by");
    }

    [Fact]
    public async Task A_client_that_takes_its_leave_ends_the_adapter_and_one_that_hangs_up_too()
    {
        await using DebugSession polite = new();
        await polite.InitializeAsync();
        await polite.Client.AskAsync("disconnect");
        (await polite.Adapter).ShouldBe(0);

        await using DebugSession rude = new();
        await rude.InitializeAsync();
        await rude.Client.DisposeAsync();
        (await rude.Adapter).ShouldBe(0);
    }

    [Fact]
    public async Task A_client_that_counts_from_zero_and_names_files_by_uri_gets_them_so()
    {
        await using DebugSession session = new();
        await ThreeNodesAsync(session);
        await session.Client.AskAsync("initialize", new { adapterID = "agentide", linesStartAt1 = false, columnsStartAt1 = false, pathFormat = "uri" });
        await session.Client.AskAsync("attach", new { at = 15 });
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");

        JsonElement frame = (await session.StackAsync())[1];

        (frame.GetProperty("line").GetInt32(), frame.GetProperty("column").GetInt32()).ShouldBe((1, 0));
        frame.GetProperty("source").GetProperty("path").GetString()!.ShouldStartWith("file:///");
    }

    [Fact]
    public async Task Launch_starts_a_run_and_attaches_to_it()
    {
        ScriptedRun? started = null;
        DebugSession? opened = null;
        await using DebugSession session = opened = new(async (request, _) =>
        {
            request.TaskFolder.ShouldEndWith("/tasks/diamonds");
            (request.Nodes, request.Seconds).ShouldBe((7, 90));
            started = await opened!.RunAsync();
            return started.Run;
        });
        await session.InitializeAsync();
        await session.Client.AskAsync("launch", new { task = "tasks/diamonds", nodes = 7, seconds = 90, stopOnEntry = true });
        await session.Client.EventAsync("initialized");
        await session.Client.AskAsync("configurationDone");

        Describe(await session.Client.EventAsync("stopped")).ShouldBe("entry, live");
        await started!.DisposeAsync();
    }

    internal static string Describe(JsonElement stopped) => $"{stopped.GetProperty("reason").GetString()}, {stopped.GetProperty("description").GetString()}";

    internal static string? Value(Dictionary<string, JsonElement> scope, string name) => scope[name].GetProperty("value").GetString();

    /// <summary>1 run; 2 to 6 a draft; 7 to 11 an improvement that fails; 12 to 15 what mends it; 16 the choice, 17 the end.</summary>
    internal static async Task ThreeNodesAsync(DebugSession session)
    {
        ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "Few leaves.", First, 0.12, new Reason(2, 2, "model", "Few leaves overfit less."));
        int second = await run.ProposeAsync(Operator.Improve, 1, "More leaves.", Second);
        await run.ExecuteAsync(second, "Traceback (most recent call last):\nKeyError: 'z'\n");
        await run.FailAsync(second, "KeyError: 'z'", 2, "Traceback (most recent call last):\n  File \"solution.py\", line 2\nKeyError: 'z'");
        int third = await run.ProposeAsync(Operator.Debug, second, "Print less.", Second.Replace("print(leaves)", "print()", StringComparison.Ordinal));
        await run.AppendAsync([new ExecutionStarted(third, 1, ExecutionPurpose.Search)]);
        await run.ScoreAsync(third, 0.1);
        await run.FinishAsync();
    }
}
