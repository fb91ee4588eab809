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

    [Fact]
    public async Task Googles_limit_of_a_minute_is_no_lack_of_money()
    {
        await using var server = ScriptedServer.Of(WireAnswer.Json(
            """
            [{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.\n* Quota exceeded for metric: generate_content_free_tier_input_token_count, limit: 250000\nPlease retry in 26.5s.",
            "status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"26s"}]}}]
            """, 429));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);

        ModelException problem = await model.FailsAsync();

        (problem.Problem, problem.IsTransient, problem.RetryAfter, problem.Spent).ShouldBe((CallProblem.Busy, true, TimeSpan.FromSeconds(26.5), TokenUsage.None));
    }

    [Theory]
    [InlineData(429, "billing_not_active", "Your account is not active, please check your billing details on our website.", CallProblem.Quota, "no money left")]
    [InlineData(429, "rate_limit_exceeded", "Request too large for gpt-4.1 in organization org-x on tokens per min (TPM): Limit 30000, Requested 37313.", CallProblem.Request, "--max-output N, or ask for a higher limit")]
    [InlineData(413, "rate_limit_exceeded", "Request too large for model `llama` on tokens per minute (TPM): Limit 6000, Requested 9000", CallProblem.Request, "--max-output N, or ask for a higher limit")]
    [InlineData(400, "400", "'max_tokens' or 'max_completion_tokens' is too large: 16000. This model's maximum context length is 8192 tokens and your request has 3000 input tokens (16000 > 8192 - 3000).", CallProblem.Request, "--max-output N")]
    [InlineData(400, "invalid_request_error", "max_tokens: 16000 > 4096, which is the maximum allowed number of output tokens for claude-3-haiku", CallProblem.Request, "can't answer at such length: allow less by --max-output N")]
    [InlineData(400, "invalid_value", "max_tokens is too large: 16000. This model supports at most 4096 completion tokens.", CallProblem.Request, "can't answer at such length: allow less by --max-output N")]
    [InlineData(403, "403", "openai/gpt-5 requires moderation. Your input was flagged for \"violence\".", CallProblem.Refused, "refused the prompt by its filter")]
    [InlineData(400, "400", "API key not valid. Please pass a valid API key.", CallProblem.Key, "does not accept the key in AGENTIDE_API_KEY")]
    [InlineData(400, "400", "foo/bar is not a valid model ID", CallProblem.Model, "has no model scripted")]
    public async Task Each_refusal_comes_with_its_own_way_out(int status, string code, string words, CallProblem expected, string wayOut)
    {
        foreach (Protocol protocol in Enum.GetValues<Protocol>())
        {
            await RefusedAsync(protocol, true, new CannedAnswer(Status: status, Error: words, Code: code), expected, wayOut);
        }
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
