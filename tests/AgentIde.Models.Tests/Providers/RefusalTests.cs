using AgentIde.Core.Runs;
using AgentIde.Models.Providers;
using AgentIde.ModelServer;

namespace AgentIde.Models.Tests.Providers;

/// <summary>A provider says by its status that there will be no answer.</summary>
public sealed class RefusalTests
{
    public static TheoryData<Protocol, bool> All => Peer.All;

    public static TheoryData<Protocol> Protocols => [.. Enum.GetValues<Protocol>()];

    [Theory]
    [MemberData(nameof(All))]
    public Task A_wrong_key(Protocol protocol, bool streamed) => RefusedAsync(
        protocol, streamed, new CannedAnswer(Status: 401, Error: $"Incorrect API key provided: {Peer.Canary}", Code: "invalid_api_key"), CallProblem.Key, "does not accept the key in AGENTIDE_API_KEY");

    [Theory]
    [MemberData(nameof(All))]
    public Task An_unknown_model(Protocol protocol, bool streamed) => RefusedAsync(
        protocol, streamed, new CannedAnswer(Status: 404, Error: "model: scripted", Code: "not_found_error"), CallProblem.Model, "has no model scripted");

    [Theory]
    [MemberData(nameof(All))]
    public Task No_money_left(Protocol protocol, bool streamed) => RefusedAsync(
        protocol, streamed, new CannedAnswer(Status: 429, Error: "You exceeded your current quota", Code: "insufficient_quota", RetryAfter: 5), CallProblem.Quota, "no money left");

    [Theory]
    [MemberData(nameof(All))]
    public Task No_money_left_in_the_words_of_Anthropic(Protocol protocol, bool streamed) => RefusedAsync(
        protocol, streamed, new CannedAnswer(Status: 400, Error: "Your credit balance is too low to access the Anthropic API.", Code: "invalid_request_error"), CallProblem.Quota, "no money left");

    [Theory]
    [MemberData(nameof(All))]
    public Task A_provider_that_fails(Protocol protocol, bool streamed) => RefusedAsync(
        protocol, streamed, new CannedAnswer(Status: 500, Error: "Internal server error", Code: "api_error"), CallProblem.Broken, "failed (500)");

    [Theory]
    [MemberData(nameof(All))]
    public Task A_provider_that_is_overloaded(Protocol protocol, bool streamed) => RefusedAsync(
        protocol, streamed, new CannedAnswer(Status: 529, Error: "Overloaded", Code: "overloaded_error"), CallProblem.Broken, "failed (529)");

    [Theory]
    [InlineData("This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.", "context_length_exceeded")]
    [InlineData("prompt is too long: 208310 tokens > 200000 maximum", "invalid_request_error")]
    [InlineData("input length and `max_tokens` exceed context limit: 198000 + 8192 > 200000", "invalid_request_error")]
    public async Task A_prompt_that_is_too_long(string words, string code)
    {
        foreach (Protocol protocol in Enum.GetValues<Protocol>())
        {
            await RefusedAsync(protocol, true, new CannedAnswer(Status: 400, Error: words, Code: code), CallProblem.Request, "the prompt is too long for");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_provider_that_is_busy_says_for_how_long(Protocol protocol, bool streamed)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer(Status: 429, Error: "Rate limit reached", Code: "rate_limit_exceeded", RetryAfter: 7));
        using ProviderModel model = Peer.Model(server, protocol, streamed);

        ModelException problem = await model.FailsAsync();

        (problem.Problem, problem.RetryAfter, problem.IsTransient, problem.Spent).ShouldBe((CallProblem.Busy, TimeSpan.FromSeconds(7), true, TokenUsage.None));
        server.Requests.Length.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_gateway_that_gave_up_may_have_been_charged_for(Protocol protocol)
    {
        await using var server = ScriptedServer.Of(WireAnswer.Text("<html>504 Gateway Timeout</html>", "text/html", 504));
        using ProviderModel model = Peer.Model(server, protocol);

        ModelException problem = await model.FailsAsync();

        (problem.Problem, problem.Spent).ShouldBe((CallProblem.Broken, model.Maximum(Peer.Question)));
        problem.Message.ShouldNotContain("html");
    }

    private static async Task RefusedAsync(Protocol protocol, bool streamed, CannedAnswer answer, CallProblem expected, string words)
    {
        await using var server = ScriptedServer.Of(answer);
        using ProviderModel model = Peer.Model(server, protocol, streamed);

        ModelException problem = await model.FailsAsync();

        problem.Problem.ShouldBe(expected);
        problem.Message.ShouldContain(words);
        problem.Message.ShouldNotContain(Peer.Canary);
        problem.Message.ShouldNotContain("\n");
        problem.Spent.ShouldBe(TokenUsage.None);
        server.Requests.Length.ShouldBe(1);
    }
}
