using AgentIde.Models.Providers;
using AgentIde.ModelServer;

namespace AgentIde.Models.Tests.Providers;

/// <summary>What is sent, to the letter.</summary>
public sealed class RequestTests
{
    private const string Schema = """{"type":"object","properties":{"plan":{"type":"string","description":"Why."}},"required":["plan"],"additionalProperties":false}""";
    private static readonly AnswerForm Form = new("draft", [("plan", "Why.")]);

    private static readonly ModelRequest Dialogue = new(
        "Be brief.", [new(ModelRole.User, "One?"), new(ModelRole.Assistant, "1"), new(ModelRole.User, "Two \uD83D?")], 3000);

    [Fact]
    public Task Chat_completions() => SentAsync(Protocol.Chat, "m", Dialogue with { Effort = Effort.Low, Temperature = 0.5, Form = Form }, "/v1/chat/completions", $$$"""
        {
          "model": "m",
          "messages": [
            {"role": "system", "content": "Be brief."}, {"role": "user", "content": "One?"},
            {"role": "assistant", "content": "1"}, {"role": "user", "content": "Two \uFFFD?"}
          ],
          "stream": true, "stream_options": {"include_usage": true},
          "max_tokens": 3000, "reasoning_effort": "low", "temperature": 0.5,
          "response_format": {"type": "json_schema", "json_schema": {"name": "draft", "strict": true, "schema": {{{Schema}}}}}
        }
        """);

    [Fact]
    public Task Chat_completions_with_nothing_optional() => SentAsync(Protocol.Chat, "m", Peer.Question with { System = "" }, "/v1/chat/completions", """
        {"model": "m", "messages": [{"role": "user", "content": "Write a program."}], "max_tokens": 4000}
        """, streamed: false);

    [Fact]
    public Task Responses() => SentAsync(Protocol.Responses, "m", Dialogue with { Effort = Effort.Medium, Temperature = 0.5, Form = Form }, "/v1/responses", $$$"""
        {
          "model": "m", "stream": true, "store": false, "max_output_tokens": 3000, "temperature": 0.5,
          "input": [
            {"type": "message", "role": "system", "content": [{"type": "input_text", "text": "Be brief."}]},
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "One?"}]},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "1", "annotations": []}]},
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Two \uFFFD?"}]}
          ],
          "reasoning": {"effort": "medium", "summary": "auto"},
          "text": {"format": {"type": "json_schema", "name": "draft", "strict": true, "schema": {{{Schema}}}}}
        }
        """);

    [Fact]
    public Task Responses_of_a_model_that_is_known_to_reason_are_asked_for_a_summary() => SentAsync(Protocol.Responses, "gpt-5.1", Peer.Question with { System = "" }, "/v1/responses", """
        {
          "model": "gpt-5.1", "store": false, "max_output_tokens": 4000, "reasoning": {"summary": "auto"},
          "input": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Write a program."}]}]
        }
        """, streamed: false);

    [Theory]
    [InlineData(true, false, "default")]
    [InlineData(true, true, null)]
    [InlineData(false, false, null)]
    public async Task At_OpenAI_itself_responses_are_asked_for_at_the_usual_price(bool isOwn, bool isRefused, string? tier)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("x"));
        var dialect = new ResponsesDialect(server.Url, "gpt-5.1", streams: true, isOwn);
        using var http = new HttpClient();

        await foreach (Heard _ in dialect.AskAsync(http, Peer.Question, isRefused ? Quirks.ServiceTier : Quirks.None, TestContext.Current.CancellationToken))
        {
        }

        dialect.Carries(Peer.Question).HasFlag(Quirks.ServiceTier).ShouldBe(isOwn);
        (server.Requests.ShouldHaveSingleItem().Json.TryGetProperty("service_tier", out System.Text.Json.JsonElement told) ? told.GetString() : null).ShouldBe(tier);
    }

    [Fact]
    public void A_tier_of_price_that_is_refused_is_left_out() => RefusedSettings.Of(
        new AgentIde.Models.Providers.Wire.Refusal(400, "", "", "Unsupported parameter: 'service_tier'", null), Quirks.ServiceTier | Quirks.Stream).ShouldBe(Quirks.ServiceTier);

    [Fact]
    public Task Messages() => SentAsync(Protocol.Messages, "claude-opus-4-1", Dialogue with { Temperature = 1.5, Form = Form }, "/v1/messages", $$$"""
        {
          "model": "claude-opus-4-1", "max_tokens": 3000, "system": "Be brief.", "stream": true, "temperature": 1,
          "messages": [{"role": "user", "content": "One?"}, {"role": "assistant", "content": "1"}, {"role": "user", "content": "Two \uFFFD?"}],
          "tools": [{"name": "draft", "description": "Gives the answer.", "input_schema": {{{Schema}}}}],
          "tool_choice": {"type": "tool", "name": "draft"}
        }
        """);

    [Fact]
    public Task Messages_that_think_have_a_budget_and_neither_a_forced_tool_nor_a_temperature() =>
        SentAsync(Protocol.Messages, "claude-sonnet-4-20250514", Peer.Question with { System = "", Effort = Effort.Medium, Temperature = 0.2, Form = Form }, "/v1/messages", """
        {
          "model": "claude-sonnet-4-20250514", "max_tokens": 4000,
          "messages": [{"role": "user", "content": "Write a program."}],
          "thinking": {"type": "enabled", "budget_tokens": 2000}
        }
        """, streamed: false);

    [Theory]
    [InlineData("claude-opus-5")]
    [InlineData("claude-opus-4-6")]
    [InlineData("claude-sonnet-5")]
    public Task Messages_of_later_models_think_as_they_see_fit(string model) => SentAsync(Protocol.Messages, model, Peer.Question with { System = "", Effort = Effort.High }, "/v1/messages", $$"""
        {
          "model": "{{model}}", "max_tokens": 4000, "stream": true,
          "messages": [{"role": "user", "content": "Write a program."}],
          "thinking": {"type": "adaptive", "display": "summarized"}, "output_config": {"effort": "high"}
        }
        """);

    [Theory]
    [InlineData("claude-opus-5-5")]
    [InlineData("claude-sonnet-5-20260210")]
    [InlineData("claude-haiku-5-5")]
    [InlineData("claude-fable-5-1")]
    public Task Messages_of_models_that_always_think_ask_to_be_shown_it(string model) => SentAsync(Protocol.Messages, model, Peer.Question with { System = "", Temperature = 0.5 }, "/v1/messages", $$"""
        {
          "model": "{{model}}", "max_tokens": 4000, "stream": true,
          "messages": [{"role": "user", "content": "Write a program."}],
          "thinking": {"type": "adaptive", "display": "summarized"}
        }
        """);

    [Theory]
    [InlineData("claude-opus-4-8")]
    [InlineData("claude-sonnet-4-6")]
    public Task Messages_of_models_that_think_when_asked_do_not_otherwise(string model) => SentAsync(Protocol.Messages, model, Peer.Question with { System = "" }, "/v1/messages", $$"""
        {"model": "{{model}}", "max_tokens": 4000, "stream": true, "messages": [{"role": "user", "content": "Write a program."}]}
        """);

    [Theory]
    [InlineData("claude-opus-4-5-20251101", null, null)]
    [InlineData("claude-opus-4-6", Effort.ExtraHigh, "xhigh")]
    [InlineData("claude-opus-5-5", Effort.Max, "max")]
    [InlineData("claude-sonnet-5", Effort.Minimal, "low")]
    [InlineData("claude-sonnet-5-5", Effort.None, "low")]
    [InlineData("claude-haiku-5-5", null, null)]
    public async Task Messages_of_later_models_are_held_to_a_schema_whether_they_think_or_not(string name, Effort? effort, string? word)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("""{"plan":"x"}""", Thinking: "Hmm"));
        using ProviderModel model = Peer.Model(server, Protocol.Messages, model: name);

        (await model.AskAsync(Peer.Question with { Form = Form, Effort = effort })).Text.ShouldBe("""{"plan":"x"}""");

        ReceivedRequest request = server.Requests.ShouldHaveSingleItem();
        SameJson.Check(request.Json.GetProperty("output_config").GetRawText(), word is null
            ? $$$"""{"format": {"type": "json_schema", "schema": {{{Schema}}}}}"""
            : $$$"""{"effort": "{{{word}}}", "format": {"type": "json_schema", "schema": {{{Schema}}}}}""");
        request.Body.ShouldNotContain("tool");
    }

    [Theory]
    [InlineData(Effort.None, "none")]
    [InlineData(Effort.Minimal, "minimal")]
    [InlineData(Effort.ExtraHigh, "xhigh")]
    [InlineData(Effort.Max, "max")]
    public async Task Every_effort_is_passed_on(Effort effort, string word)
    {
        foreach (Protocol protocol in new[] { Protocol.Chat, Protocol.Responses })
        {
            await using var server = ScriptedServer.Of(new CannedAnswer("x"));
            using ProviderModel model = Peer.Model(server, protocol);

            await model.AskAsync(Peer.Question with { Effort = effort });

            System.Text.Json.JsonElement body = server.Requests.ShouldHaveSingleItem().Json;
            (protocol == Protocol.Chat ? body.GetProperty("reasoning_effort") : body.GetProperty("reasoning").GetProperty("effort")).GetString().ShouldBe(word);
        }
    }

    [Theory]
    [InlineData(512, null)]
    [InlineData(4000, 3800)]
    public async Task A_budget_for_thoughts_leaves_room_for_an_answer(int output, int? budget)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("x"));
        using ProviderModel model = Peer.Model(server, Protocol.Messages, model: "claude-opus-4-1");

        await model.AskAsync(Peer.Question with { Effort = Effort.Max, MaximumOutput = output });

        System.Text.Json.JsonElement body = server.Requests.ShouldHaveSingleItem().Json;
        (body.TryGetProperty("thinking", out System.Text.Json.JsonElement thinking) ? thinking.GetProperty("budget_tokens").GetInt32() : (int?)null).ShouldBe(budget);
    }

    [Fact]
    public async Task A_short_answer_does_not_take_the_effort_from_a_model_that_has_no_budget()
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("x"));
        using ProviderModel model = Peer.Model(server, Protocol.Messages, model: "claude-opus-4-8");

        await model.AskAsync(Peer.Question with { Effort = Effort.High, MaximumOutput = 512 });

        server.Requests.ShouldHaveSingleItem().Json.GetProperty("output_config").GetProperty("effort").GetString().ShouldBe("high");
    }

    [Fact]
    public async Task Messages_carry_their_version_and_the_key_by_both_headers_that_servers_like_Anthropic_look_for()
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("x"));
        using ProviderModel model = Peer.Model(server, Protocol.Messages);

        await model.AskAsync();

        ReceivedRequest request = server.Requests.ShouldHaveSingleItem();
        request.Headers["x-api-key"].ShouldBe(Peer.Canary);
        request.Headers["anthropic-version"].ShouldBe("2026-10-21");
        request.Headers["content-type"].ShouldBe("application/json");
        request.Headers["authorization"].ShouldBe("Bearer " + Peer.Canary);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_header_is_enough_for_Anthropic_and_for_OpenAI(bool isAnthropic)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("x"));
        using var sockets = new SocketsHttpHandler();
        using var keyed = new AgentIde.Models.Providers.Wire.KeyHandler(
            AgentIde.Models.Keys.Origin.Of(server.Url), new AgentIde.Models.Keys.Secret(Peer.Canary), isAnthropic ? AgentIde.Models.Providers.Wire.KeyHeader.ApiKey : AgentIde.Models.Providers.Wire.KeyHeader.Bearer, sockets);
        using var http = new HttpClient(keyed);

        (await http.GetAsync(new Uri(server.Url + "/models"), TestContext.Current.CancellationToken)).Dispose();

        ReceivedRequest request = server.Requests.ShouldHaveSingleItem();
        (request.Headers.ContainsKey("x-api-key"), request.Headers.ContainsKey("authorization")).ShouldBe((isAnthropic, !isAnthropic));
    }

    [Fact]
    public async Task A_temperature_is_of_the_older_version_of_messages()
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("x"));
        using ProviderModel model = Peer.Model(server, Protocol.Messages);

        await model.AskAsync(Peer.Question with { Temperature = 0.2 });

        server.Requests.ShouldHaveSingleItem().Headers["anthropic-version"].ShouldBe("2023-06-01");
    }

    [Theory]
    [InlineData(Protocol.Chat)]
    [InlineData(Protocol.Responses)]
    public async Task OpenAI_and_those_like_it_are_shown_the_key_as_a_bearer(Protocol protocol)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("x"));
        using ProviderModel model = Peer.Model(server, protocol);

        await model.AskAsync();

        ReceivedRequest request = server.Requests.ShouldHaveSingleItem();
        request.Headers["authorization"].ShouldBe("Bearer " + Peer.Canary);
        request.Headers.ShouldNotContainKey("traceparent");
    }

    private static async Task SentAsync(Protocol protocol, string name, ModelRequest asked, string path, string body, bool streamed = true)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("""{"plan":"x"}"""));
        using ProviderModel model = Peer.Model(server, protocol, streamed, name);

        await model.AskAsync(asked);

        ReceivedRequest request = server.Requests.ShouldHaveSingleItem();
        (request.Method, request.Path).ShouldBe(("POST", path));
        SameJson.Check(request.Body, body);
    }
}
