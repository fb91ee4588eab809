using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Models.Providers;
using AgentIde.ModelServer;

namespace AgentIde.Models.Tests.Providers;

/// <summary>A setting that a server does not take is left out, at once and from then on.</summary>
public sealed class FallbackTests
{
    private static readonly AnswerForm Form = new("draft", [("plan", "Why.")]);

    [Fact]
    public Task Stream_options() => LearnsAsync(
        Protocol.Chat, Peer.Question, "Extra inputs are not permitted: stream_options", body => body.TryGetProperty("stream_options", out JsonElement _));

    [Fact]
    public Task The_old_name_of_the_maximum() => LearnsAsync(
        Protocol.Chat, Peer.Question, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        body => body.TryGetProperty("max_tokens", out JsonElement _), body => body.GetProperty("max_completion_tokens").GetInt32().ShouldBe(4000));

    [Fact]
    public Task Effort() => LearnsAsync(
        Protocol.Chat, Peer.Question with { Effort = Models.Effort.High }, "Unrecognized request argument supplied: reasoning_effort", body => body.TryGetProperty("reasoning_effort", out JsonElement _));

    [Fact]
    public Task A_schema() => LearnsAsync(
        Protocol.Chat, Peer.Question with { Form = Form }, "'response_format' of type 'json_schema' is not supported", body => body.TryGetProperty("response_format", out JsonElement _));

    [Theory]
    [InlineData(Protocol.Chat)]
    [InlineData(Protocol.Responses)]
    [InlineData(Protocol.Messages)]
    public Task Temperature(Protocol protocol) => LearnsAsync(
        protocol, Peer.Question with { Temperature = 0.3 }, "`temperature` is deprecated for this model.", body => body.TryGetProperty("temperature", out JsonElement _));

    [Fact]
    public Task Summaries() => LearnsAsync(
        Protocol.Responses, Peer.Question with { Effort = Models.Effort.Low }, "Your organization must be verified to generate reasoning summaries.",
        body => body.GetProperty("reasoning").TryGetProperty("summary", out JsonElement _), body => body.GetProperty("reasoning").GetProperty("effort").GetString().ShouldBe("low"));

    [Fact]
    public Task Streams() => LearnsAsync(
        Protocol.Responses, Peer.Question, "Your organization must be verified to stream this model.", body => body.TryGetProperty("stream", out JsonElement stream) && stream.GetBoolean());

    [Fact]
    public Task A_budget_for_thoughts() => LearnsAsync(
        Protocol.Messages, Peer.Question with { Effort = Models.Effort.High },
        "\"thinking.type.enabled\" is not supported for this model. Use \"thinking.type.adaptive\" and \"output_config.effort\" to control thinking behavior.",
        body => body.GetProperty("thinking").GetProperty("type").GetString() == "enabled",
        body => body.GetProperty("output_config").GetProperty("effort").GetString().ShouldBe("high"),
        model: "claude-opus-4-5");

    [Fact]
    public Task A_forced_tool_beside_thoughts_that_cannot_be_turned_off() => LearnsAsync(
        Protocol.Messages, Peer.Question with { Form = Form }, "Thinking may not be enabled when tool_choice forces tool use.",
        body => body.TryGetProperty("tool_choice", out JsonElement _), model: "claude-next");

    [Theory]
    [InlineData("output_config.format: Extra inputs are not permitted")]
    [InlineData("This model does not support output_format.")]
    public Task A_schema_of_messages(string words) => LearnsAsync(
        Protocol.Messages, Peer.Question with { Form = Form, Effort = Models.Effort.High }, words,
        body => body.GetProperty("output_config").TryGetProperty("format", out JsonElement _),
        body => body.GetProperty("output_config").GetProperty("effort").GetString().ShouldBe("high"), model: "claude-opus-5-5");

    [Theory]
    [InlineData("\"qwen2.5-coder:14b\" does not support thinking")]
    [InlineData("think value \"medium\" is not supported for this model")]
    [InlineData("Unknown effort")]
    public Task Effort_in_the_words_of_Ollama(string words) => LearnsAsync(
        Protocol.Chat, Peer.Question with { Effort = Models.Effort.Medium }, words, body => body.TryGetProperty("reasoning_effort", out JsonElement _));

    [Fact]
    public Task Effort_of_messages() => LearnsAsync(
        Protocol.Messages, Peer.Question with { Effort = Models.Effort.High }, "This model does not support the effort parameter.",
        body => body.TryGetProperty("output_config", out JsonElement _), model: "claude-next");

    [Fact]
    public async Task A_model_of_messages_that_does_not_think_either_way_is_asked_without()
    {
        await using var server = new ScriptedServer(request => request.Json.TryGetProperty("thinking", out JsonElement _)
            ? Refused("This model does not support thinking.")
            : Protocols.Answer(request, new CannedAnswer("Done.")));
        using ProviderModel model = Peer.Model(server, Protocol.Messages, model: "claude-3-haiku-20240307");

        (await model.AskAsync(Peer.Question with { Effort = Models.Effort.High })).Text.ShouldBe("Done.");
        (await model.AskAsync(Peer.Question with { Effort = Models.Effort.High })).Text.ShouldBe("Done.");

        server.Requests.Length.ShouldBe(4);
    }

    [Fact]
    public Task Shown_thoughts_of_a_model_that_always_thinks() => LearnsAsync(
        Protocol.Messages, Peer.Question with { Effort = Models.Effort.Low }, "thinking.display: Extra inputs are not permitted",
        body => body.TryGetProperty("thinking", out JsonElement _), body => body.GetProperty("output_config").GetProperty("effort").GetString().ShouldBe("low"), model: "claude-opus-5-5");

    [Fact]
    public async Task The_latest_version_of_messages()
    {
        await using var server = new ScriptedServer(request => request.Headers["anthropic-version"] == "2023-06-01"
            ? Protocols.Answer(request, new CannedAnswer("Done."))
            : Refused("anthropic-version: unknown version"));
        using ProviderModel model = Peer.Model(server, Protocol.Messages);

        (await model.AskAsync()).Text.ShouldBe("Done.");
        (await model.AskAsync()).Text.ShouldBe("Done.");

        server.Requests.Length.ShouldBe(3);
    }

    [Fact]
    public async Task A_form_that_is_refused_is_told_once_and_not_asked_for_again()
    {
        await using var server = new ScriptedServer(request =>
            request.Json.TryGetProperty("response_format", out JsonElement _) ? Refused("'response_format' of type 'json_schema' is not supported") : Protocols.Answer(request, new CannedAnswer("Done.")));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);
        (model.RefusesForms, model.IsKnownToTakeForms).ShouldBe((false, false));

        (await model.AskAsync(Peer.Question with { Form = Form })).Remark.ShouldBe("openai:scripted can't be held to an object with fields: from now on it is asked in free text");
        (await model.AskAsync(Peer.Question with { Form = Form })).Remark.ShouldBe("");

        model.RefusesForms.ShouldBeTrue();
    }

    [Fact]
    public async Task Two_settings_that_are_refused_one_after_the_other()
    {
        await using var server = new ScriptedServer(request =>
            request.Json.TryGetProperty("stream_options", out _) ? Refused("Unknown field stream_options")
            : request.Json.TryGetProperty("temperature", out _) ? Refused("Unknown field temperature")
            : Protocols.Answer(request, new CannedAnswer("Done.")));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);

        (await model.AskAsync(Peer.Question with { Temperature = 1 })).Text.ShouldBe("Done.");

        server.Requests.Length.ShouldBe(3);
    }

    [Fact]
    public async Task A_refusal_that_is_about_something_else_is_told_and_not_tried_again()
    {
        await using var server = ScriptedServer.Of(new CannedAnswer(Status: 400, Error: "max_tokens is too large: 4000. This model supports at most 2048.", Code: "invalid_value"));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);

        ModelException problem = await model.FailsAsync();

        (problem.Problem, problem.Spent).ShouldBe((CallProblem.Request, TokenUsage.None));
        problem.Message.ShouldContain("supports at most 2048");
        server.Requests.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_setting_that_was_not_sent_is_not_what_was_refused()
    {
        await using var server = ScriptedServer.Of(new CannedAnswer(Status: 400, Error: "temperature is not supported", Code: "unsupported_value"));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);

        (await model.FailsAsync()).Problem.ShouldBe(CallProblem.Request);

        server.Requests.Length.ShouldBe(1);
    }

    private static async Task LearnsAsync(
        Protocol protocol, ModelRequest asked, string refusal, Func<JsonElement, bool> has, Action<JsonElement>? instead = null, string model = "scripted")
    {
        await using var server = new ScriptedServer(request => has(request.Json) ? Refused(refusal) : Protocols.Answer(request, new CannedAnswer("Done.")));
        using ProviderModel peer = Peer.Model(server, protocol, model: model);

        (await peer.AskAsync(asked)).Text.ShouldBe("Done.");
        (await peer.AskAsync(asked)).Text.ShouldBe("Done.");

        server.Requests.Length.ShouldBe(3);
        has(server.Requests[0].Json).ShouldBeTrue();
        instead?.Invoke(server.Requests[1].Json);
        SameJson.Check(server.Requests[2].Body, server.Requests[1].Body);
    }

    private static WireAnswer Refused(string words) => Protocols.Error(isAnthropic: false, new CannedAnswer(Status: 400, Error: words, Code: "invalid_request_error"));
}
