using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;
using AgentIde.Models.Tests.Providers;
using AgentIde.ModelServer;

namespace AgentIde.Models.Tests.Engineers;

/// <summary>A request, by which protocol it came, what its answer is to tell of its usage, and where nobody should ever go.</summary>
internal sealed record Asked(ReceivedRequest Request, Protocol Protocol, CannedUsage Usage, Uri Thief);

/// <summary>How the last node of a case ends.</summary>
internal enum End
{
    /// <summary>With a program; the words are of its plan.</summary>
    Proposed,
    /// <summary>Without one; the words say why.</summary>
    NodeFailed,
    /// <summary>The run stops with these words and can be resumed.</summary>
    Stopped,
    /// <summary>The budget allows no call; the words say which cap.</summary>
    Refused,
}

/// <summary>What one call should come to.</summary>
internal sealed record Call(CallProblem? Problem, Spent Spent);

/// <summary>What is right to count for a call.</summary>
internal sealed record Spent(Action<ModelCall, TokenUsage> Check)
{
    /// <summary>As the provider told.</summary>
    public static Spent AsTold { get; } = new((call, told) => call.Usage.ShouldBe(told));

    /// <summary>Nothing: the provider said by its status that there was no answer.</summary>
    public static Spent Nothing { get; } = new((call, _) => call.Usage.ShouldBe(TokenUsage.None));

    /// <summary>The most that was set aside: nobody knows what became of it.</summary>
    public static Spent Most { get; } = new((call, _) => (call.Usage.Input, call.Usage.Output).ShouldBe((call.Maximum.Input, call.Maximum.Output)));

    /// <summary>The prompt as told or the whole of it, and what was seen of the answer by our own count; no more than was set aside.</summary>
    public static Spent AsSeen { get; } = new((call, told) =>
    {
        call.Usage.Input.ShouldBeOneOf(told.Input, call.Maximum.Input);
        call.Usage.Input.ShouldBeInRange(1, call.Maximum.Input);
        call.Usage.Output.ShouldBeInRange(1, call.Maximum.Output);
    });
}

/// <summary>A way in which providers and models don't do as they should, and what should come of it.</summary>
/// <param name="Answers">To each request in order; the last to all that follow.</param>
/// <param name="Calls">One for each request that is sent.</param>
/// <param name="Words">Part of what the user is told at the end.</param>
internal sealed record Edge(string Name, ImmutableArray<Func<Asked, WireAnswer>> Answers, ImmutableArray<Call> Calls, End End, string Words)
{
    public const int MaximumOutput = 16_000;

    public const string Good = "Guess.\n\n```python\n3.5\n```\n";

    private const string Lone = "@@lone@@";

    private static readonly CannedUsage Usual = new(1_000, 100, 50, 0);
    private static readonly Call Fine = new(null, Spent.AsTold);
    private static readonly Func<Asked, WireAnswer> Program = Says(Good);

    public CannedUsage Usage { get; init; } = Usual;

    public int Nodes { get; init; } = 1;

    public decimal? Cap { get; init; } = 100;

    /// <summary>Whether it takes a client that does not wait for long.</summary>
    public bool Stalls { get; init; }

    /// <summary>The answer is longer than was allowed, which is told.</summary>
    public bool Overruns { get; init; }

    public bool OnlyStreamed { get; init; }

    public Budget Budget => new(Nodes, 600, Dollars: Cap);

    public static ImmutableArray<Edge> All { get; } =
    [
        new("success", [Program], [Fine], End.Proposed, "Guess."),
        new("a wrong key", [Refuses(401, "invalid_api_key", $"Incorrect API key provided: {Peer.Canary}")], [new(CallProblem.Key, Spent.Nothing)], End.Stopped, "does not accept the key in AGENTIDE_API_KEY (401)"),
        new("no such model", [Refuses(404, "not_found_error", "model: scripted")], [new(CallProblem.Model, Spent.Nothing)], End.Stopped, "has no model scripted"),
        new("no money left", [Refuses(402, "billing_error", "Top up.")], [new(CallProblem.Quota, Spent.Nothing)], End.Stopped, "has no money left"),
        new("a wrong key after an answer", [Program, Refuses(401, "invalid_api_key", "Revoked.")], [Fine, new(CallProblem.Key, Spent.Nothing)], End.Stopped, "\"Revoked.\"") { Nodes = 2 },
        new("a request that is not taken", [Refuses(400, "invalid_request_error", "Unknown thing.")], [new(CallProblem.Request, Spent.Nothing)], End.Stopped, "does not take the request (400): \"Unknown thing.\""),
        new("busy for a while", [Refuses(429, "rate_limit_exceeded", "Slow down.", 1), Program], [new(CallProblem.Busy, Spent.Nothing), Fine], End.Proposed, "Guess."),
        new("busy for too long", [Refuses(429, "rate_limit_exceeded", "Slow down.", 3_600)], [new(CallProblem.Busy, Spent.Nothing)], End.Stopped, "allows no more requests for another 60 minutes: \"Slow down.\""),
        new("a failure", [Refuses(500, "api_error", "Oops."), Program], [new(CallProblem.Broken, Spent.Nothing), Fine], End.Proposed, "Guess."),
        new("failures for ever", [Refuses(500, "api_error", "Oops.")], [.. Enumerable.Repeat(new Call(CallProblem.Broken, Spent.Nothing), 3)], End.Stopped, "failed (500): \"Oops.\""),
        new("failures for ever after an answer", [Program, Refuses(500, "api_error", "Oops.")], [Fine, .. Enumerable.Repeat(new Call(CallProblem.Broken, Spent.Nothing), 3)], End.Proposed, "(By the built-in engineer: ") { Nodes = 2 },
        new("an answer that never begins", [_ => new WireAnswer(200, "application/json", [new WirePart.Stall()]), Program], [new(CallProblem.TimedOut, Spent.Most), Fine], End.Proposed, "Guess.") { Stalls = true },
        new("an answer that stalls", [asked => Stream(asked, Long).StalledAfter(8), Program], [new(CallProblem.TimedOut, Spent.Most), Fine], End.Proposed, "Guess.") { Stalls = true, OnlyStreamed = true },
        new("a cut stream", [asked => Stream(asked, Long).CutAfter(12), Program], [new(CallProblem.Cut, Spent.AsSeen), Fine], End.Proposed, "Guess.") { OnlyStreamed = true },
        new("a stream that ends in the middle", [asked => Stream(asked, Long).EndedAfter(12), Program], [new(CallProblem.Cut, Spent.AsSeen), Fine], End.Proposed, "Guess.") { OnlyStreamed = true },
        new("no JSON at all", [Garbage], [new(CallProblem.Malformed, Spent.Most)], End.Stopped, "answered what is not of its protocol"),
        new("no JSON after an answer", [Program, Garbage], [Fine, new(CallProblem.Malformed, Spent.Most)], End.NodeFailed, "answered what is not of its protocol") { Nodes = 2 },
        new("a web page", [_ => WireAnswer.Text("<!doctype html><title>Log in</title>", "text/html")], [new(CallProblem.Malformed, Spent.Most)], End.Stopped, "a web page came instead"),
        new("an empty answer", [Says("")], [new(CallProblem.Empty, Spent.AsTold)], End.NodeFailed, "gave an empty answer"),
        new("an answer without code", [Says("I would use a forest."), Program], [Fine, Fine], End.Proposed, "Guess."),
        new("answers without code", [Says("I would use a forest.")], [Fine, Fine], End.NodeFailed, "gave no program that can be run, in two answers: "),
        new("two blocks of code", [Says("Guess twice.\n\n```bash\npip install forest\n```\n\n```python\n3.5\n```\n")], [Fine], End.Proposed, "Guess twice."),
        new("a search that is not there", [Program, Says(Edit("4.5", "2.5")), Says(Edit("3.5", "2.5"))], [Fine, Fine, Fine], End.Proposed, "Change it.") { Nodes = 2 },
        new("searches that are not there", [Program, Says(Edit("4.5", "2.5"))], [Fine, Fine, Fine], End.NodeFailed, "in two answers: ") { Nodes = 2 },
        new("200 KB", [Says(new string('x', 100) + string.Concat(Enumerable.Repeat(" and so on", 20_000)) + "\n\n```python\n3.5\n```\n")], [Fine], End.Proposed, "xxx") { Usage = new(1_000, 100, 45_000, 0), Overruns = true },
        new("lone surrogates", [LoneSurrogates], [Fine], End.Proposed, "Half \ufffd a letter."),
        new("absurdly much", [Program], [new(null, Spent.AsSeen)], End.Proposed, "Guess.") { Usage = new(9_000_000_000_000, 0, 9_000_000_000_000, 0) },
        new("less than nothing", [Program], [new(null, Spent.AsSeen)], End.Proposed, "Guess.") { Usage = new(-5, 0, -7, 0) },
        new("nothing told", [asked => Protocols.Answer(asked.Request, new CannedAnswer(Good, Usage: Usual) { WithoutUsage = true })], [new(null, Spent.AsSeen)], End.Proposed, "Guess."),
        new("a redirect", [asked => WireAnswer.Redirect(new Uri(asked.Thief + "/chat/completions"))], [new(CallProblem.Request, Spent.Nothing)], End.Stopped, "which is not followed with a key"),
        new("another model's name", [asked => Protocols.Answer(asked.Request with { Body = asked.Request.Body.Replace("\"scripted\"", "\"another-2\"", StringComparison.Ordinal) }, new CannedAnswer(Good, Usage: Usual))], [Fine], End.Proposed, "Guess."),
        new("a call of a tool that there is none", [CallsTool], [new(CallProblem.Empty, new Spent((call, _) => call.Usage.Output.ShouldBeInRange(1, call.Maximum.Output)))], End.NodeFailed, "gave an empty answer"),
        new("an answer that is cut at its length", [Cut("Guess.\n\n```python\n3."), Program], [Fine, Fine], End.Proposed, "Guess."),
        new("a refusal", [asked => Protocols.Answer(asked.Request, new CannedAnswer("I can't.", Stop: "refusal", Usage: Usual))], [Fine], End.NodeFailed, "refused to answer."),
        new("a cap that allows no call", [Program], [], End.Refused, "the run may cost $0.0010, of which $0.00 is spent, and the next call, to ") { Cap = 0.001m },
    ];

    private static string Long => "Guess.\n\n" + string.Concat(Enumerable.Repeat("word ", 200));

    private static Func<Asked, WireAnswer> Says(string text) => asked => Protocols.Answer(asked.Request, new CannedAnswer(text, Usage: asked.Usage));

    private static Func<Asked, WireAnswer> Cut(string text) => asked => Protocols.Answer(asked.Request, new CannedAnswer(text, Stop: "length", Usage: Usual));

    private static Func<Asked, WireAnswer> Refuses(int status, string code, string words, int? retryAfter = null) =>
        asked => Protocols.Answer(asked.Request, new CannedAnswer(Status: status, Error: words, Code: code, RetryAfter: retryAfter));

    private static WireAnswer Stream(Asked asked, string text) => WireAnswer.Events(Peer.Stream(asked.Protocol, new CannedAnswer(text, Usage: Usual)));

    private static WireAnswer Garbage(Asked asked) => asked.Request.WantsStream
        ? WireAnswer.Events([.. Peer.Stream(asked.Protocol, new CannedAnswer(Long)).Take(4), "data: {\"type\": \"response.output_text.delta\", \"choices\": [{\n\n"])
        : WireAnswer.Json("{\"choices\": [{");

    private static string Edit(string search, string replace) => $"Change it.\n\n<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\n";

    /// <summary>Half of a surrogate pair, as JSON can escape it and no text can hold it.</summary>
    private static WireAnswer LoneSurrogates(Asked asked)
    {
        WireAnswer answer = Protocols.Answer(asked.Request, new CannedAnswer(Good.Replace("Guess", $"Half {Lone} a letter", StringComparison.Ordinal), Usage: Usual));
        return answer with { Parts = [.. answer.Parts.Select(part => part is WirePart.Bytes bytes ? new WirePart.Bytes(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.Value.Span).Replace(Lone, "\\ud83d", StringComparison.Ordinal))) : part)] };
    }

    private static WireAnswer CallsTool(Asked asked)
    {
        const string name = "shell", arguments = "{\"command\": \"cat secret\"}";
        switch (asked.Protocol)
        {
            case Protocol.Chat:
                JsonObject call = new() { ["index"] = 0, ["id"] = "call_1", ["type"] = "function", ["function"] = new JsonObject { ["name"] = name, ["arguments"] = arguments } };
                JsonObject message = new() { ["role"] = "assistant", ["content"] = null, ["tool_calls"] = new JsonArray(call) };
                if (asked.Request.WantsStream)
                {
                    return WireAnswer.Events([ChatWire.Event(ChatWire.Chunk("scripted", message, null)), ChatWire.Event(ChatWire.Chunk("scripted", [], "tool_calls")), "data: [DONE]\n\n"]);
                }

                JsonObject whole = ChatWire.Chunk("scripted", [], null);
                whole["object"] = "chat.completion";
                whole["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["logprobs"] = null, ["finish_reason"] = "tool_calls" });
                return WireAnswer.Json(whole.ToJsonString());
            case Protocol.Responses:
                JsonObject item = new() { ["id"] = "fc_1", ["type"] = "function_call", ["call_id"] = "call_1", ["name"] = name, ["arguments"] = arguments, ["status"] = "completed" };
                JsonObject response = ResponsesWire.Response("scripted", new CannedAnswer(Usage: Usual), isDone: true);
                response["output"] = new JsonArray(item);
                return asked.Request.WantsStream
                    ? WireAnswer.Events(
                    [
                        ResponsesWire.Event(new() { ["type"] = "response.output_item.added", ["sequence_number"] = 0, ["output_index"] = 0, ["item"] = item.DeepClone() }),
                        ResponsesWire.Event(new() { ["type"] = "response.output_item.done", ["sequence_number"] = 1, ["output_index"] = 0, ["item"] = item.DeepClone() }),
                        ResponsesWire.Event(new() { ["type"] = "response.completed", ["sequence_number"] = 2, ["response"] = response }),
                    ])
                    : WireAnswer.Json(response.ToJsonString());
            default:
                return MessagesWire.Answer(asked.Request with { Body = $$"""{"tool_choice": {"type": "tool", "name": "{{name}}"}, {{asked.Request.Body[1..]}}""" }, new CannedAnswer(arguments, Usage: Usual));
        }
    }
}
