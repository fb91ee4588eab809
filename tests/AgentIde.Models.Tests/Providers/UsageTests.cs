using AgentIde.Core.Runs;
using AgentIde.Models.Providers;
using AgentIde.ModelServer;

namespace AgentIde.Models.Tests.Providers;

public sealed class UsageTests
{
    private const string Text = "A hundred and more letters of an answer, which is something that nobody can give for three tokens, not even they.";

    public static TheoryData<Protocol, bool> All => Peer.All;

    [Theory]
    [MemberData(nameof(All))]
    public async Task Where_nothing_is_reported_our_own_count_stands(Protocol protocol, bool streamed)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer(Text) { WithoutUsage = true });
        using ProviderModel model = Peer.Model(server, protocol, streamed);

        ModelReply reply = await model.AskAsync();

        reply.Text.ShouldBe(Text);
        reply.Usage.Output.ShouldBeInRange(20, Peer.Question.MaximumOutput);
        reply.Usage.Input.ShouldBeGreaterThanOrEqualTo(model.Maximum(Peer.Question).Input);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Absurd_reports_are_not_believed(Protocol protocol, bool streamed)
    {
        CannedUsage[] absurd = [new(-5, 0, -7, 0), new(1_000_000_000_000_000_000, 0, 1_000_000_000_000_000_000, 0), new(100, 0, 3_000_000_000, 0), new(2_000_000_000, 0, 10, 0)];
        await using var server = ScriptedServer.Of([.. absurd.Select(usage => new CannedAnswer(Text, Usage: usage))]);
        using ProviderModel model = Peer.Model(server, protocol, streamed);
        foreach (CannedUsage _ in absurd)
        {
            ModelReply reply = await model.AskAsync();

            reply.Text.ShouldBe(Text);
            reply.Usage.Input.ShouldBe(model.Maximum(Peer.Question).Input);
            reply.Usage.Output.ShouldBeInRange(20, Peer.Question.MaximumOutput);
        }
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("1e18")]
    [InlineData("12.5")]
    [InlineData("\"many\"")]
    [InlineData("[]")]
    public async Task Reports_that_are_no_numbers_cost_no_answer(string written)
    {
        foreach (Protocol protocol in Enum.GetValues<Protocol>())
        {
            string[] events = [.. Peer.Stream(protocol, new CannedAnswer(Text, Usage: new CannedUsage(1234, 0, 4321, 0)))
                .Select(piece => piece.Replace("4321", written, StringComparison.Ordinal).Replace("1234", written, StringComparison.Ordinal))];
            await using var server = ScriptedServer.Of(WireAnswer.Events(events));
            using ProviderModel model = Peer.Model(server, protocol);

            if (protocol == Protocol.Responses && written is "12.5" or "\"many\"" or "[]")
            {
                // The last event of this protocol is the whole answer again: without it, it is not known to be whole.
                (await model.FailsAsync()).Problem.ShouldBe(CallProblem.Malformed);
                continue;
            }
            ModelReply reply = await model.AskAsync();
            reply.Text.ShouldBe(Text);
            reply.Usage.Output.ShouldBeInRange(20, Peer.Question.MaximumOutput);
        }
    }

    [Theory]
    [InlineData(true, """{"prompt_tokens":37,"completion_tokens":7,"total_tokens":1044,"completion_tokens_details":{"reasoning_tokens":1000}}""", 1007, 1000)]
    [InlineData(false, """{"prompt_tokens":37,"completion_tokens":7,"total_tokens":1044,"completion_tokens_details":{"reasoning_tokens":1000}}""", 1007, 1000)]
    [InlineData(true, """{"prompt_tokens":37,"completion_tokens":7,"total_tokens":1044}""", 1007, 0)]
    [InlineData(true, """{"prompt_tokens":37,"completion_tokens":7,"total_tokens":0}""", 7, 0)]
    public async Task Thoughts_that_are_told_in_the_whole_alone_are_paid_for(bool streamed, string usage, long output, long reasoning)
    {
        await using var server = new ScriptedServer(request => request.WantsStream
            ? WireAnswer.Events(ChatWire.Stream("scripted", new CannedAnswer("Trees."), usage: true).Select(piece => WithUsage(piece, usage)))
            : WireAnswer.Json($$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Trees."},"finish_reason":"stop"}],"usage":{{usage}}}"""));
        using ProviderModel model = Peer.Model(server, Protocol.Chat, streamed);

        ModelReply reply = await model.AskAsync();

        reply.Usage.ShouldBe(new TokenUsage(37, 0, output, reasoning));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hidden_thoughts_of_messages_are_told_apart(bool streamed)
    {
        await using var server = new ScriptedServer(request => request.WantsStream
            ? WireAnswer.Events(MessagesWire.Stream("scripted", new CannedAnswer("Trees.", Usage: new CannedUsage(90, 0, 60, 0))).Select(piece => piece.Replace("\"output_tokens\":60", Details, StringComparison.Ordinal)))
            : WireAnswer.Json($$$"""{"type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Trees."}],"stop_reason":"end_turn","usage":{"input_tokens":90,{{{Details}}}}}"""));
        using ProviderModel model = Peer.Model(server, Protocol.Messages, streamed, "claude-opus-5-5");

        (await model.AskAsync()).Usage.ShouldBe(new TokenUsage(90, 0, 60, 48));
    }

    private const string Details = "\"output_tokens\":60,\"output_tokens_details\":{\"thinking_tokens\":48}";

    [Theory]
    [InlineData("https://generativelanguage.googleapis.com/v1beta/openai", true)]
    [InlineData("https://openrouter.ai/api/v1", true)]
    [InlineData("http://192.168.1.7:8000/v1", true)]
    [InlineData("http://localhost:11434/v1", false)]
    public void A_server_elsewhere_may_hide_thoughts(string address, bool hides) =>
        new ChatDialect(new Uri(address), "m", newMaximumName: false, streams: true).HidesThinking(Peer.Question).ShouldBe(hides);

    private static string WithUsage(string piece, string usage) =>
        piece.Contains("\"usage\":{", StringComparison.Ordinal) ? piece[..piece.IndexOf("\"usage\":{", StringComparison.Ordinal)] + $"\"usage\":{usage}}}\n\n" : piece;

    [Theory]
    [InlineData(2048, "openai:scripted read only 2048 tokens of a prompt of 62 KB: raise the context of its server")]
    [InlineData(16_000, "")]
    [InlineData(0, "")]
    public async Task A_prompt_that_the_server_cut_is_told_of(int read, string remark)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer(Text, Usage: new CannedUsage(read, 0, 60, 0)));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);

        ModelReply reply = await model.AskAsync(Peer.Question with { System = string.Concat(Enumerable.Repeat("x = y + 1  # one of them\n", 2560)) });

        reply.Remark.ShouldBe(remark);
    }

    [Fact]
    public void A_report_far_below_what_was_seen_is_raised_to_it()
    {
        var maximum = new TokenUsage(1000, 0, 4000, 0);

        UsageSense.Of(new TokenUsage(10, 0, 10, 0), maximum, sent: 900, seen: 500, thinking: 100, hidesThinking: false, slack: 1)
            .ShouldBe(new TokenUsage(900, 0, 500, 100));
        UsageSense.Of(new TokenUsage(700, 900, 400, 900), maximum, sent: 900, seen: 500, thinking: 0, hidesThinking: false, slack: 1)
            .ShouldBe(new TokenUsage(700, 700, 400, 400));
    }

    [Fact]
    public void Hidden_thoughts_without_a_report_cost_all_that_was_allowed() =>
        UsageSense.Of(null, new TokenUsage(1000, 0, 4000, 0), sent: 900, seen: 500, thinking: 0, hidesThinking: true, slack: 1)
            .ShouldBe(new TokenUsage(1000, 0, 4000, 0));
}
