using AgentIde.Core.Runs;
using AgentIde.Models.Providers;
using AgentIde.ModelServer;

namespace AgentIde.Models.Tests.Providers;

public sealed class CheckTests
{
    public static TheoryData<Protocol> Protocols => [.. Enum.GetValues<Protocol>()];

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_good_key_and_a_model_that_is_there(Protocol protocol)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("x"));
        using ProviderModel model = Peer.Model(server, protocol);

        ModelCheck check = await model.CheckAsync(TestContext.Current.CancellationToken);

        check.IsGood.ShouldBeTrue();
        check.Line.ShouldEndWith($":scripted is there, at http://127.0.0.1:{server.Url.Port}, and the key is good.");
        server.Requests.ShouldHaveSingleItem().Method.ShouldBe("GET");
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_told_with_those_that_are()
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("x"));
        using ProviderModel model = Peer.Model(server, Protocol.Chat, model: "absent");

        ModelCheck check = await model.CheckAsync(TestContext.Current.CancellationToken);

        (check.Problem, check.Line).ShouldBe((CallProblem.Model, $"http://127.0.0.1:{server.Url.Port} has no model absent; it has scripted, scripted-mini, another-2."));
    }

    [Fact]
    public async Task A_model_that_is_found_by_an_alias_is_there()
    {
        await using var server = ScriptedServer.Of(WireAnswer.Json("""{"type":"model","id":"claude-haiku-4-5-20251001","display_name":"Claude Haiku 4.5","created_at":"2025-10-15T00:00:00Z"}"""));
        using ProviderModel model = Peer.Model(server, Protocol.Messages, model: "claude-haiku-4-5");

        ModelCheck check = await model.CheckAsync(TestContext.Current.CancellationToken);

        check.IsGood.ShouldBeTrue();
        check.Line.ShouldBe($"anthropic:claude-haiku-4-5 is there as claude-haiku-4-5-20251001, at http://127.0.0.1:{server.Url.Port}, and the key is good.");
        server.Requests.ShouldHaveSingleItem().Path.ShouldBe("/v1/models/claude-haiku-4-5");
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_wrong_key(Protocol protocol)
    {
        await using var server = new ScriptedServer(_ => ModelServer.Protocols.Error(protocol == Protocol.Messages, new CannedAnswer(Status: 401, Error: $"invalid {Peer.Canary}", Code: "authentication_error")));
        using ProviderModel model = Peer.Model(server, protocol);

        ModelCheck check = await model.CheckAsync(TestContext.Current.CancellationToken);

        check.Problem.ShouldBe(CallProblem.Key);
        check.Line.ShouldContain("does not accept the key in AGENTIDE_API_KEY");
        check.Line.ShouldNotContain(Peer.Canary);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    public async Task A_server_that_gives_no_list_of_models_is_asked_a_word(int status)
    {
        await using var server = new ScriptedServer(request => request.Method == "GET"
            ? WireAnswer.Json("""{"error":{"message":"Missing scopes: api.model.read"}}""", status)
            : ModelServer.Protocols.Answer(request, new CannedAnswer("ok", Usage: new CannedUsage(9, 0, 1, 0))));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);

        ModelCheck check = await model.CheckAsync(TestContext.Current.CancellationToken);

        check.IsGood.ShouldBeTrue();
        check.Line.ShouldContain("(10 tokens spent on asking)");
        server.Requests[^1].Json.GetProperty("max_tokens").GetInt32().ShouldBe(16);
    }

    [Fact]
    public async Task Nobody_there()
    {
        using ProviderModel model = Peer.Model(new Uri("http://127.0.0.1:1/v1"), Protocol.Chat);

        ModelCheck check = await model.CheckAsync(TestContext.Current.CancellationToken);

        check.Problem.ShouldBe(CallProblem.Unreachable);
    }
}
