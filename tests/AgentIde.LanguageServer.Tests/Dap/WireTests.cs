using System.Text;
using System.Text.Json;
using AgentIde.Testing;
using CsCheck;
using Nerdbank.Streams;
using static AgentIde.LanguageServer.Tests.Dap.SteppingTests;

namespace AgentIde.LanguageServer.Tests.Dap;

/// <summary>What comes over the wire in any form, and in any order.</summary>
public sealed class WireTests
{
    [Fact]
    public async Task Frames_come_whole_in_pieces_and_many_at_once()
    {
        await using RawAdapter adapter = new();
        byte[] frames = [.. Frame("""{"seq":1,"type":"request","command":"initialize","arguments":{"adapterID":"é"}}"""), .. Frame("""{"seq":2,"type":"request","command":"threads"}""")];

        foreach (byte one in frames)
        {
            await adapter.Stream.WriteAsync((byte[])[one]);
            await adapter.Stream.FlushAsync();
        }

        await adapter.Stream.WriteAsync((byte[])[.. Frame("""{"seq":3,"type":"request","command":"threads"}"""), .. Frame("""{"seq":4,"type":"request","command":"disconnect"}""")]);
        await adapter.Stream.FlushAsync();
        JsonElement[] said = await adapter.AllAsync();

        said.Select(message => message.GetProperty("request_seq").GetInt32()).ShouldBe([1, 2, 3, 4]);
        said.Select(message => message.GetProperty("seq").GetInt32()).ShouldBe([1, 2, 3, 4]);
        said.Select(message => message.GetProperty("success").GetBoolean()).ShouldBe([true, false, false, true]);
        (await adapter.Ended).ShouldBe(0);
    }

    [Theory]
    [InlineData("Content-Length: 99999999999\r\n\r\n", "at most")]
    [InlineData("Content-Length: -1\r\n\r\n", "at most")]
    [InlineData("Content-Type: text\r\n\r\n", "without Content-Length")]
    [InlineData("Content-Length: 2\r\nContent-Length: 3\r\n\r\n", "more than one")]
    public async Task What_is_no_frame_ends_the_session_and_is_told_in_the_log(string header, string says)
    {
        await using RawAdapter adapter = new();

        await adapter.Stream.WriteAsync(Encoding.ASCII.GetBytes(header));
        await adapter.Stream.FlushAsync();

        (await adapter.Ended.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(1);
        adapter.Log.ShouldHaveSingleItem().ShouldContain(says);
    }

    [Fact]
    public async Task Whatever_a_client_asks_is_answered_once_in_order_and_the_session_lives()
    {
        string[] commands =
        [
            "initialize", "attach", "launch", "configurationDone", "setBreakpoints", "setExceptionBreakpoints", "threads", "stackTrace", "scopes", "variables", "locations", "evaluate",
            "exceptionInfo", "next", "stepIn", "stepOut", "stepBack", "continue", "reverseContinue", "pause", "restartFrame", "setVariable", "terminate", "nonsense",
        ];
        string[] arguments =
        [
            "{}", "[]", "null", "7", """{"threadId":1}""", """{"threadId":-5}""", """{"threadId":99,"startFrame":-3,"levels":-1}""", """{"frameId":1}""", """{"variablesReference":1,"start":-1,"count":2147483647}""",
            """{"variablesReference":3,"name":"hint","value":""}""", """{"expression":"((((","context":"hover"}""", """{"expression":"score","frameId":77}""", """{"source":{"path":"relative"},"breakpoints":[{"line":-1}]}""",
            """{"source":{},"breakpoints":[{"line":1,"condition":"","hitCondition":"% 0"}]}""", """{"source":{"path":"/etc/passwd"},"breakpoints":[{"line":1,"logMessage":"{"}]}""", """{"source":{"path":"/a/view/2147483647/x.py"},"breakpoints":[{"line":2147483647}]}""",
            """{"filters":["failure","new-best"],"filterOptions":[{"filterId":"draft","condition":"node > 0"}]}""", """{"filters":null}""", """{"run":"last","at":"head"}""", """{"run":"../../x","at":-1}""", """{"locationReference":2}""",
        ];
        await Gen.Select(Gen.Int[0, commands.Length - 1].Select(index => commands[index]), Gen.Int[0, arguments.Length - 1].Select(index => arguments[index])).Array[1, 60].SampleAsync(
            async requests =>
            {
                await using DebugSession session = new(isSound: false);
                await ThreeNodesAsync(session);
                await session.AttachAsync(new { at = 8 });
                List<int> asked = [];
                foreach ((string command, string json) in requests)
                {
                    asked.Add(await session.Client.SendAsync(command, System.Text.Json.Nodes.JsonNode.Parse(json) ?? System.Text.Json.Nodes.JsonValue.Create("null")));
                }

                int last = await session.Client.SendAsync("disconnect");
                await session.Client.AnswerAsync(last);
                (await session.Adapter).ShouldBe(0);
                int[] answered;
                lock (session.Client.Heard)
                {
                    answered = [.. session.Client.Heard.Where(message => message.GetProperty("type").GetString() == "response").Select(message => message.GetProperty("request_seq").GetInt32())];
                }

                answered.Where(asked.Contains).ShouldBe(asked);
                session.Log.ShouldBeEmpty();
            },
            iter: 200, threads: 2);
    }

    [Theory]
    [InlineData("next", """{"threadId":"one"}""", "The argument threadId is \"one\": a whole number is wanted.")]
    [InlineData("next", """{"threadId":1.5}""", "The argument threadId is 1.5: a whole number is wanted.")]
    [InlineData("next", "{}", "The argument threadId is missing: a whole number is wanted.")]
    [InlineData("next", "[1]", "The arguments are [1]: an object is wanted.")]
    [InlineData("stackTrace", """{"threadId":1,"levels":null,"startFrame":{}}""", "The argument startFrame is {}: a whole number is wanted.")]
    [InlineData("evaluate", """{"expression":7}""", "The argument expression is 7: a text is wanted.")]
    [InlineData("evaluate", """{"expression":null}""", "The argument expression is null: a text is wanted.")]
    [InlineData("launch", """{"task":"x","seconds":"90"}""", "The argument seconds is \"90\": a number is wanted.")]
    [InlineData("launch", """{"at":[],"stopOnEntry":true}""", "The argument at is []: a word or a whole number is wanted.")]
    [InlineData("disconnect", """{"terminateDebuggee":"yes"}""", "The argument terminateDebuggee is \"yes\": true or false is wanted.")]
    [InlineData("setBreakpoints", """{"source":"solution.py"}""", "The argument source is \"solution.py\": an object is wanted.")]
    [InlineData("setBreakpoints", """{"source":{"path":3},"breakpoints":[]}""", "The argument source.path is 3: a text is wanted.")]
    [InlineData("setBreakpoints", """{"source":{},"breakpoints":{"line":1}}""", "The argument breakpoints is {\"line\":1}: a list is wanted.")]
    [InlineData("terminateThreads", """{"threadIds":[1,"two"]}""", "The argument threadIds[1] is \"two\": a whole number is wanted.")]
    public async Task An_argument_of_another_type_is_named_with_what_is_wanted(string command, string arguments, string says)
    {
        await using DebugSession session = new(isSound: false);
        await session.InitializeAsync();

        (await session.Client.RefusedAsync(command, System.Text.Json.Nodes.JsonNode.Parse(arguments))).ShouldBe(says);
    }

    [Fact]
    public async Task An_odd_breakpoint_among_others_is_answered_with_why_and_the_others_are_set()
    {
        await using DebugSession session = new(isSound: false);
        await ThreeNodesAsync(session);
        await session.OpenAsync(new { at = "start" });
        string file = session.Write(".agentide/runs/diamonds-1/out/solution.py", "import pandas as pd\nleaves = 63\nprint()\n");

        JsonElement lines = await session.Client.AskAsync("setBreakpoints", new { source = new { path = file }, breakpoints = new object[] { new { line = "two" }, new { line = 2 }, 7, new { line = 2.5 }, new { line = 2, condition = 5 }, new { line = 3 } } });
        JsonElement filters = await session.Client.AskAsync("setExceptionBreakpoints", new { filters = new object[] { 3, "failure" }, filterOptions = new object[] { new { condition = "score < 1" }, new { filterId = "new-best", condition = "score < 1" }, "draft" } });

        Shown(lines).ShouldBe(["The argument breakpoints[0].line is \"two\": a whole number is wanted.", "set", "The argument breakpoints[2] is 7: an object is wanted.", "The argument breakpoints[3].line is 2.5: a whole number is wanted.", "The argument breakpoints[4].condition is 5: a text is wanted.", "set"]);
        Shown(filters).ShouldBe(["The argument filters[0] is 3: a text is wanted.", "set", "The argument filterOptions[0].filterId is missing: a text is wanted.", "set", "The argument filterOptions[2] is \"draft\": an object is wanted."]);
        await session.Client.AskAsync("configurationDone");
        await session.Client.EventAsync("stopped");
        Describe(await session.MoveAsync("continue")).ShouldBe("exception, history 6/17: New best");
        Describe(await session.MoveAsync("continue")).ShouldBe("breakpoint, history 8/17: line 2 of node 2");

        static IEnumerable<string?> Shown(JsonElement answer) => answer.GetProperty("breakpoints").EnumerateArray().Select(one => one.GetProperty("verified").GetBoolean() ? "set" : one.GetProperty("message").GetString());
    }

    private static byte[] Frame(string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        return [.. Encoding.ASCII.GetBytes($"Content-Length: {bytes.Length}\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n"), .. bytes];
    }

    private sealed class RawAdapter : IAsyncDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public RawAdapter()
        {
            (Stream, Stream theirs) = FullDuplexStream.CreatePair();
            MemoryRunStore store = new(_folder.Path, TimeProvider.System);
            Ended = DebugAdapterHost.RunAsync(theirs, theirs, new DebugAdapterOptions(
                _folder.Path, _ => store, static (_, _) => throw new RunNotStartedException("There is nothing to run."), static (_, _, _, _) => Task.CompletedTask, Log.Add));
        }

        public Stream Stream { get; }

        public Task<int> Ended { get; }

        public List<string> Log { get; } = [];

        public async Task<JsonElement[]> AllAsync()
        {
            using MemoryStream all = new();
            await Stream.CopyToAsync(all);
            List<JsonElement> messages = [];
            string[] parts = Encoding.UTF8.GetString(all.ToArray()).Split("Content-Length: ", StringSplitOptions.RemoveEmptyEntries);
            foreach (string part in parts)
            {
                messages.Add(JsonDocument.Parse(part[part.IndexOf('{', StringComparison.Ordinal)..]).RootElement.Clone());
            }

            return [.. messages];
        }

        public async ValueTask DisposeAsync()
        {
            await Stream.DisposeAsync();
            await Ended;
            _folder.Dispose();
        }
    }
}
