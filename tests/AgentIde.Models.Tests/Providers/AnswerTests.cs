using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Models.Providers;
using AgentIde.ModelServer;

namespace AgentIde.Models.Tests.Providers;

public sealed class AnswerTests
{
    private const string Program = "Plan.\n\n```python\nprint(\"naïve 🚀\")\n```\n";

    public static TheoryData<Protocol, bool> All => Peer.All;

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_answer_has_its_text_its_model_and_its_usage(Protocol protocol, bool streamed)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer(Program, Usage: new CannedUsage(120, 20, 60, 0)));
        using ProviderModel model = Peer.Model(server, protocol, streamed);
        List<ModelPiece> pieces = [];

        ModelReply reply = await model.AskAsync(pieces: pieces);

        reply.ShouldBe(new ModelReply(Program, "", new TokenUsage(120, 20, 60, 0), StopReason.Finished, "scripted"));
        string.Concat(pieces.Select(piece => piece.Text)).ShouldBe(Program);
        pieces.Count.ShouldBe(streamed ? 2 : 1);
        pieces.ShouldAllBe(piece => !piece.IsThinking);
        server.Requests.Length.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Thoughts_are_no_part_of_the_text(Protocol protocol, bool streamed)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer(Program, Thinking: "The data is small, so a linear model will do."));
        using ProviderModel model = Peer.Model(server, protocol, streamed);
        List<ModelPiece> pieces = [];

        ModelReply reply = await model.AskAsync(Peer.Question with { Effort = Effort.High }, pieces);

        reply.Text.ShouldBe(Program);
        reply.Thinking.ShouldBe("The data is small, so a linear model will do.");
        string.Concat(pieces.Where(piece => piece.IsThinking).Select(piece => piece.Text)).ShouldBe(reply.Thinking);
        reply.Usage.Reasoning.ShouldBeInRange(1, reply.Usage.Output);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_form_gives_the_object_as_text(Protocol protocol, bool streamed)
    {
        const string Json = """{"plan":"Trees.","code":"print(1)"}""";
        await using var server = ScriptedServer.Of(new CannedAnswer(Json));
        using ProviderModel model = Peer.Model(server, protocol, streamed);

        ModelReply reply = await model.AskAsync(Peer.Question with { Form = new AnswerForm("draft", [("plan", "What and why."), ("code", "The program.")]) });

        using var document = JsonDocument.Parse(reply.Text);
        document.RootElement.GetProperty("code").GetString().ShouldBe("print(1)");
        reply.Stop.ShouldBe(StopReason.Finished);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_answer_that_came_to_the_limit_says_so(Protocol protocol, bool streamed)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("print(", Stop: "length", Usage: new CannedUsage(30, 0, 4000, 0)));
        using ProviderModel model = Peer.Model(server, protocol, streamed);

        ModelReply reply = await model.AskAsync();

        (reply.Stop, reply.Text, reply.Usage.Output).ShouldBe((StopReason.TooLong, "print(", 4000));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_refusal_is_no_finished_answer(Protocol protocol, bool streamed)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("I can't help with that.", Stop: "refusal"));
        using ProviderModel model = Peer.Model(server, protocol, streamed);

        ModelReply reply = await model.AskAsync();

        (reply.Stop, reply.Text).ShouldBe((StopReason.Refused, "I can't help with that."));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_empty_answer_is_told_with_what_it_cost(Protocol protocol, bool streamed)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("", Usage: new CannedUsage(50, 0, 3, 0)));
        using ProviderModel model = Peer.Model(server, protocol, streamed);

        ModelException problem = await model.FailsAsync();

        (problem.Problem, problem.Spent.Input, problem.Spent.Output, problem.IsTransient).ShouldBe((CallProblem.Empty, 50, 3, false));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Thoughts_that_leave_no_room_for_an_answer_are_told_so(Protocol protocol, bool streamed)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("", Thinking: "Hmm. Or else", Stop: "length", Usage: new CannedUsage(50, 0, 4000, 4000)));
        using ProviderModel model = Peer.Model(server, protocol, streamed);

        ModelException problem = await model.FailsAsync(Peer.Question with { Effort = Effort.High });

        problem.Problem.ShouldBe(CallProblem.Empty);
        problem.Message.ShouldContain("4000 tokens before it came to an answer");
        problem.Spent.Output.ShouldBe(4000);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_long_answer_arrives_whole(Protocol protocol, bool streamed)
    {
        string text = string.Concat(Enumerable.Range(0, 12_000).Select(line => $"x{line} = {line} # é\n"))[..200_000];
        await using var server = ScriptedServer.Of(new CannedAnswer(text, Usage: new CannedUsage(100, 0, 90_000, 0)));
        using ProviderModel model = Peer.Model(server, protocol, streamed);

        ModelReply reply = await model.AskAsync(Peer.Question with { MaximumOutput = 100_000 });

        reply.Text.ShouldBe(text);
        reply.Usage.Output.ShouldBe(90_000);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_answer_far_beyond_what_was_asked_for_is_cut_off_and_paid_for(Protocol protocol, bool streamed)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer(string.Concat(Enumerable.Repeat(" and so on", 40_000))));
        using ProviderModel model = Peer.Model(server, protocol, streamed);

        ModelException problem = await model.FailsAsync(Peer.Question);

        (problem.Problem, problem.IsTransient).ShouldBe((CallProblem.Malformed, false));
        problem.Message.ShouldContain("goes on far beyond the 4,000 tokens that were asked for");
        problem.Spent.Output.ShouldBeGreaterThan(50_000);
    }

    [Theory]
    [InlineData(Protocol.Chat)]
    [InlineData(Protocol.Responses)]
    [InlineData(Protocol.Messages)]
    public async Task Broken_letters_are_replaced_and_the_rest_survives(Protocol protocol)
    {
        // As they stand in JSON: half a pair, a NUL, a carriage return, a byte order mark, a whole pair.
        const string Mark = "BROKEN";
        string whole = string.Concat(Peer.Stream(protocol, new CannedAnswer($"a {Mark} z")));
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. System.Text.Encoding.UTF8.GetBytes(whole.Replace(Mark, """\ud83d x\udc00 \u0000 b\r\nc \ufeff \ud83d\ude80""", StringComparison.Ordinal))];
        await using var server = ScriptedServer.Of(new WireAnswer(200, "text/event-stream", [new WirePart.Bytes(bytes)]));
        using ProviderModel model = Peer.Model(server, protocol);

        ModelReply reply = await model.AskAsync();

        reply.Text.ShouldBe("a \uFFFD x\uFFFD \uFFFD b\r\nc \uFEFF 🚀 z");
    }

    [Theory]
    [InlineData(Protocol.Chat)]
    [InlineData(Protocol.Responses)]
    [InlineData(Protocol.Messages)]
    public async Task Bytes_that_are_no_text_are_replaced(Protocol protocol)
    {
        string whole = string.Concat(Peer.Stream(protocol, new CannedAnswer("a ? z")));
        byte[] bytes = [.. System.Text.Encoding.UTF8.GetBytes(whole).Select(each => each == (byte)'?' ? (byte)0xFF : each)];
        await using var server = ScriptedServer.Of(new WireAnswer(200, "text/event-stream", [.. bytes.Chunk(7).Select(chunk => (WirePart)new WirePart.Bytes(chunk))]));
        using ProviderModel model = Peer.Model(server, protocol);

        (await model.AskAsync()).Text.ShouldBe("a \uFFFD z");
    }

    [Theory]
    [InlineData("<think>Trees or lines?</think>\n\nTrees.", "Trees or lines?", "\n\nTrees.")]
    [InlineData("Trees or lines?\n</think>\n\nTrees.", "Trees or lines?", "Trees.")]
    [InlineData("print('</think>')", "", "print('</think>')")]
    public async Task Marks_of_open_models_part_thoughts_from_text(string answer, string thinking, string text)
    {
        await using var server = ScriptedServer.Of(new CannedAnswer(answer));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);

        ModelReply reply = await model.AskAsync();

        (reply.Thinking, reply.Text).ShouldBe((thinking, text));
    }

    [Fact]
    public async Task Thoughts_without_an_end_are_no_answer()
    {
        await using var server = ScriptedServer.Of(new CannedAnswer("<think>Trees or lines? Trees or"));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);

        (await model.FailsAsync()).Problem.ShouldBe(CallProblem.Empty);
    }

    [Theory]
    [InlineData("reasoning_content")]
    [InlineData("reasoning")]
    public async Task Both_fields_that_servers_put_thoughts_in_are_read(string field)
    {
        await using var server = ScriptedServer.Of(WireAnswer.Events(ChatWire.Stream("scripted", new CannedAnswer("Trees.", Thinking: "Trees or lines?"), usage: true, field)));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);

        ModelReply reply = await model.AskAsync();

        (reply.Thinking, reply.Text).ShouldBe(("Trees or lines?", "Trees."));
    }
}
