using AgentIde.Core.Runs;
using AgentIde.Models.Keys;
using AgentIde.Models.Providers;
using AgentIde.ModelServer;

namespace AgentIde.Models.Tests.Providers;

/// <summary>Answers that don't come, or not whole, or not as they should.</summary>
public sealed class BrokenAnswerTests
{
    private static readonly string LongText = string.Concat(Enumerable.Repeat("word ", 200));

    public static TheoryData<Protocol, bool> All => Peer.All;

    public static TheoryData<Protocol> Protocols => [.. Enum.GetValues<Protocol>()];

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_answer_that_never_begins(Protocol protocol, bool streamed)
    {
        await using var server = ScriptedServer.Of(new WireAnswer(200, "application/json", [new WirePart.Stall()]));
        using ProviderModel model = Peer.Model(server, protocol, streamed, change: Impatient);

        ModelException problem = await model.FailsAsync();

        (problem.Problem, problem.Spent, problem.IsTransient).ShouldBe((CallProblem.TimedOut, model.Maximum(Peer.Question), true));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task An_answer_that_stalls_counts_in_full(Protocol protocol)
    {
        await using var server = ScriptedServer.Of(WireAnswer.Events(Peer.Stream(protocol, new CannedAnswer(LongText))).StalledAfter(8));
        using ProviderModel model = Peer.Model(server, protocol, change: settings => settings with { Idle = TimeSpan.FromMilliseconds(200) });
        List<ModelPiece> pieces = [];

        var problem = await Should.ThrowAsync<ModelException>(() => model.AskAsync(pieces: pieces));

        problem.Problem.ShouldBe(CallProblem.TimedOut);
        problem.Message.ShouldContain("nothing came for 0.2 s");
        problem.Spent.Output.ShouldBe(Peer.Question.MaximumOutput);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task An_answer_that_takes_too_long_in_all(Protocol protocol)
    {
        await using var server = ScriptedServer.Of(WireAnswer.Events(Peer.Stream(protocol, new CannedAnswer("Text."))).StalledAfter(2));
        using ProviderModel model = Peer.Model(server, protocol, change: settings => settings with { Total = TimeSpan.FromMilliseconds(200) });

        (await model.FailsAsync()).Problem.ShouldBe(CallProblem.TimedOut);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_cut_stream_costs_at_least_what_came(Protocol protocol)
    {
        await using var server = ScriptedServer.Of(WireAnswer.Events(Peer.Stream(protocol, new CannedAnswer(LongText))).CutAfter(20));
        using ProviderModel model = Peer.Model(server, protocol);
        List<ModelPiece> pieces = [];

        var problem = await Should.ThrowAsync<ModelException>(() => model.AskAsync(pieces: pieces));

        (problem.Problem, problem.IsTransient).ShouldBe((CallProblem.Cut, true));
        pieces.ShouldNotBeEmpty();
        problem.Spent.Output.ShouldBeInRange(pieces.Sum(piece => piece.Text.Length) / 5, Peer.Question.MaximumOutput);
        problem.Spent.Input.ShouldBeGreaterThan(0);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_stream_that_ends_politely_in_the_middle_is_cut_too(Protocol protocol)
    {
        await using var server = ScriptedServer.Of(WireAnswer.Events(Peer.Stream(protocol, new CannedAnswer(LongText))).EndedAfter(8));
        using ProviderModel model = Peer.Model(server, protocol);

        (await model.FailsAsync()).Problem.ShouldBe(CallProblem.Cut);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task What_is_no_JSON_is_malformed(Protocol protocol, bool streamed)
    {
        await using var server = ScriptedServer.Of(streamed
            ? WireAnswer.Events([.. Peer.Stream(protocol, new CannedAnswer(LongText)).Take(6), "data: {\"type\": \"response.output_text.delta\", \"choices\": [{\n\n"])
            : WireAnswer.Json("{\"choices\": [{"));
        using ProviderModel model = Peer.Model(server, protocol, streamed);

        ModelException problem = await model.FailsAsync();

        (problem.Problem, problem.IsTransient).ShouldBe((CallProblem.Malformed, false));
        problem.Message.ShouldContain("is not of its protocol");
        problem.Spent.Output.ShouldBe(Peer.Question.MaximumOutput);
        problem.Spent.Input.ShouldBeGreaterThanOrEqualTo(model.Maximum(Peer.Question).Input);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task What_is_no_stream_of_events_is_malformed(Protocol protocol)
    {
        await using var server = ScriptedServer.Of(WireAnswer.Text("]]]\n\n\0\u0001 data {", "text/event-stream"));
        using ProviderModel model = Peer.Model(server, protocol);

        (await model.FailsAsync()).Problem.ShouldBeOneOf(CallProblem.Malformed, CallProblem.Cut);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_whole_answer_where_a_stream_was_asked_for_is_told_so(Protocol protocol)
    {
        await using var server = new ScriptedServer(request => ModelServer.Protocols.Answer(request with { Body = request.Body.Replace("\"stream\":true", "\"stream\":false", StringComparison.Ordinal) }, new CannedAnswer("x")));
        using ProviderModel model = Peer.Model(server, protocol);

        ModelException problem = await model.FailsAsync();

        problem.Problem.ShouldBe(CallProblem.Malformed);
        problem.Message.ShouldContain("did not stream");
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_web_page_is_no_answer(Protocol protocol, bool streamed)
    {
        await using var server = ScriptedServer.Of(WireAnswer.Text("<!doctype html><title>Log in</title>", "text/html"));
        using ProviderModel model = Peer.Model(server, protocol, streamed);

        ModelException problem = await model.FailsAsync();

        problem.Problem.ShouldBe(CallProblem.Malformed);
        problem.Message.ShouldContain("a web page came instead");
    }

    [Theory]
    [InlineData(Protocol.Chat, "data: {\"error\":{\"message\":\"Provider returned error\",\"code\":502}}\n\n", CallProblem.Broken)]
    [InlineData(Protocol.Chat, "data: {\"error\":{\"message\":\"Rate limit\",\"code\":429},\"choices\":[]}\n\n", CallProblem.Busy)]
    [InlineData(Protocol.Responses, "event: error\ndata: {\"type\":\"error\",\"code\":\"rate_limit_exceeded\",\"message\":\"Slow down\",\"param\":null,\"sequence_number\":9}\n\n", CallProblem.Busy)]
    [InlineData(Protocol.Messages, "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n", CallProblem.Broken)]
    [InlineData(Protocol.Messages, "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Slow down\"}}\n\n", CallProblem.Busy)]
    public async Task An_error_in_the_middle_of_a_stream_is_told_as_what_it_is(Protocol protocol, string last, CallProblem expected)
    {
        await using var server = ScriptedServer.Of(WireAnswer.Events([.. Peer.Stream(protocol, new CannedAnswer(LongText)).Take(5), last]));
        using ProviderModel model = Peer.Model(server, protocol);

        ModelException problem = await model.FailsAsync();

        problem.Problem.ShouldBe(expected);
        problem.Spent.Input.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_response_that_failed_says_why(bool streamed)
    {
        System.Text.Json.Nodes.JsonObject response = ResponsesWire.Response("scripted", new CannedAnswer("x"), isDone: false);
        response["status"] = "failed";
        response["error"] = new System.Text.Json.Nodes.JsonObject { ["code"] = "server_error", ["message"] = "The model crashed." };
        await using var server = ScriptedServer.Of(streamed
            ? WireAnswer.Events([ResponsesWire.Event(new() { ["type"] = "response.failed", ["sequence_number"] = 1, ["response"] = response })])
            : WireAnswer.Json(response.ToJsonString()));
        using ProviderModel model = Peer.Model(server, Protocol.Responses, streamed);

        ModelException problem = await model.FailsAsync();

        problem.Problem.ShouldBe(CallProblem.Broken);
        problem.Message.ShouldContain("The model crashed.");
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_redirect_is_not_followed(Protocol protocol, bool streamed)
    {
        await using var thief = ScriptedServer.Of(new CannedAnswer("I have the key."));
        await using var server = ScriptedServer.Of(WireAnswer.Redirect(new Uri(thief.Url + "/chat/completions")));
        using ProviderModel model = Peer.Model(server, protocol, streamed);

        ModelException problem = await model.FailsAsync();

        (problem.Problem, problem.Spent).ShouldBe((CallProblem.Request, TokenUsage.None));
        problem.Message.ShouldContain($"redirects to http://127.0.0.1:{thief.Url.Port}");
        thief.Requests.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Where_nobody_listens_nothing_is_spent(Protocol protocol, bool streamed)
    {
        Uri gone;
        await using (var server = ScriptedServer.Of(new CannedAnswer("x")))
        {
            gone = server.Url;
        }
        using ProviderModel model = Peer.Model(gone, protocol, streamed);

        ModelException problem = await model.FailsAsync();

        (problem.Problem, problem.Spent, problem.IsTransient).ShouldBe((CallProblem.Unreachable, TokenUsage.None, true));
        problem.Message.ShouldContain("is the server running?");
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_connection_that_breaks_before_an_answer_is_not_tried_again(Protocol protocol, bool streamed)
    {
        await using var server = ScriptedServer.Of(new WireAnswer(200, "application/json", [new WirePart.Cut()]));
        using ProviderModel model = Peer.Model(server, protocol, streamed);

        ModelException problem = await model.FailsAsync();

        (problem.Problem, problem.Spent).ShouldBe((CallProblem.Cut, model.Maximum(Peer.Question)));
        server.Requests.Length.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Who_stops_waiting_gets_no_other_error(Protocol protocol, bool streamed)
    {
        using var stop = new CancellationTokenSource();
        await using var server = new ScriptedServer(_ =>
        {
            stop.Cancel();
            return new WireAnswer(200, "text/event-stream", [new WirePart.Stall()]);
        });
        using ProviderModel model = Peer.Model(server, protocol, streamed);

        await Should.ThrowAsync<OperationCanceledException>(() => model.AskAsync(Peer.Question, null, stop.Token));
    }

    private static ProviderSettings Impatient(ProviderSettings settings) =>
        settings with { First = TimeSpan.FromMilliseconds(200), Idle = TimeSpan.FromMilliseconds(200), Total = settings.Stream ? settings.Total : TimeSpan.FromMilliseconds(200) };

    [Theory]
    [InlineData("http://localhost:11434/v1", "qwen3", 10, 5, 60)]
    [InlineData("http://192.168.1.7:8000/v1", "qwen3", 10, 5, 60)]
    [InlineData("https://openrouter.ai/api/v1", "qwen/qwen3", 5, 5, 20)]
    [InlineData("https://api.openai.com/v1", "gpt-5.5-pro", 5, 30, 60)]
    [InlineData("https://api.openai.com/v1", "gpt-5-pro-2025-10-06", 5, 30, 60)]
    public void Servers_of_ones_own_and_models_that_think_longest_are_waited_for_longer(string address, string model, int first, int idle, int total)
    {
        TimeLimits limits = new ProviderSettings().LimitsFor(Origin.Of(new Uri(address)), model);

        (limits.First.TotalMinutes, limits.Idle.TotalMinutes, limits.Total.TotalMinutes).ShouldBe((first, idle, total));
    }

    [Fact]
    public async Task The_first_piece_may_take_longer_than_the_next()
    {
        await using var server = ScriptedServer.Of(WireAnswer.Events(Peer.Stream(Protocol.Chat, new CannedAnswer(LongText))).StalledAfter(0));
        using ProviderModel model = Peer.Model(server, Protocol.Chat, change: settings => settings with { First = TimeSpan.FromMilliseconds(300), Idle = TimeSpan.FromMilliseconds(100) });

        (await model.FailsAsync()).Message.ShouldContain("nothing came for 0.3 s");
    }
}
