using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Models.Providers;
using AgentIde.Models.Providers.Wire;
using AgentIde.ModelServer;
using CsCheck;

namespace AgentIde.Models.Tests.Providers;

/// <summary>Servers that speak chat completions each in their own form, which OpenAI's client library does not take.</summary>
public sealed class ChatFormsTests
{
    private const string Usage = """{"prompt_tokens":90,"completion_tokens":9,"total_tokens":99}""";
    private const string Done = "data: [DONE]\n\n";
    private static readonly string Hello = Chunk("""{"role":"assistant","content":"Hello there."}""", "null");

    [Theory]
    [InlineData("stop", StopReason.Finished)]
    [InlineData("STOP", StopReason.Finished)]
    [InlineData("eos", StopReason.Finished)]
    [InlineData("end_turn", StopReason.Finished)]
    [InlineData("", StopReason.Finished)]
    [InlineData("repetition", StopReason.Finished)]
    [InlineData("tool_calls", StopReason.Finished)]
    [InlineData("length", StopReason.TooLong)]
    [InlineData("max_tokens", StopReason.TooLong)]
    [InlineData("MAX_TOKENS", StopReason.TooLong)]
    [InlineData("model_length", StopReason.TooLong)]
    [InlineData("content_filter", StopReason.Refused)]
    [InlineData("content_filter: SAFETY", StopReason.Refused)]
    [InlineData("SAFETY", StopReason.Refused)]
    [InlineData("PROHIBITED_CONTENT", StopReason.Refused)]
    [InlineData("RECITATION", StopReason.Refused)]
    public async Task Every_reason_to_end_an_answer_is_understood(string reason, StopReason expected)
    {
        foreach (bool streamed in new[] { true, false })
        {
            ModelReply reply = await AskAsync(streamed, $$"""{"role":"assistant","content":"Hello there."}""", $"\"{reason}\"");

            (reply.Text, reply.Stop, reply.Usage).ShouldBe(("Hello there.", expected, new TokenUsage(90, 0, 9, 0)));
        }
    }

    [Fact]
    public async Task A_whole_answer_without_a_reason_has_ended() =>
        (await AskAsync(false, """{"role":"assistant","content":"Hello there."}""", "null")).Stop.ShouldBe(StopReason.Finished);

    [Fact]
    public async Task An_empty_reason_in_each_piece_does_not_make_a_cut_answer_whole()
    {
        await using var server = ScriptedServer.Of(WireAnswer.Events([Chunk("""{"content":"Hello"}""", "\"\""), Chunk("""{"content":" there"}""", "\"\"")]));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);

        (await model.FailsAsync()).Problem.ShouldBe(CallProblem.Cut);
    }

    [Theory]
    [InlineData("error")]
    [InlineData("insufficient_system_resource")]
    [InlineData("abort")]
    public async Task An_answer_that_the_server_gave_up_is_asked_for_again(string reason)
    {
        await using var server = ScriptedServer.Of(WireAnswer.Events([Hello, Chunk("{}", $"\"{reason}\""), Done]));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);

        ModelException problem = await model.FailsAsync();

        (problem.Problem, problem.IsTransient).ShouldBe((CallProblem.Broken, true));
        problem.Message.ShouldContain(reason);
        problem.Spent.Output.ShouldBeInRange(1, 100);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_error_beside_the_reason_is_told_as_what_it_is(bool streamed)
    {
        const string Error = ""","error":{"code":502,"message":"Provider disconnected"}""";
        await using var server = ScriptedServer.Of(streamed
            ? WireAnswer.Events([Hello, Chunk("""{"content":""}""", "\"error\"", Error), Done])
            : WireAnswer.Json(Whole("""{"role":"assistant","content":"Hello"}""", "\"error\"", Error)));
        using ProviderModel model = Peer.Model(server, Protocol.Chat, streamed);

        ModelException problem = await model.FailsAsync();

        problem.Problem.ShouldBe(CallProblem.Broken);
        problem.Message.ShouldContain("Provider disconnected");
    }

    [Theory]
    [InlineData("""{"error":{"code":429,"message":"Slow down, try again in 7s"},"user_id":"u"}""", CallProblem.Busy, 7.0)]
    [InlineData("""[{"error":{"code":429,"message":"Slow down","status":"RESOURCE_EXHAUSTED"}}]""", CallProblem.Busy, null)]
    [InlineData("""{"error":{"code":402,"message":"Insufficient credits"}}""", CallProblem.Quota, null)]
    [InlineData("""{"object":"error","message":"no such model","type":"NotFoundError","code":404}""", CallProblem.Model, null)]
    [InlineData("""{"error":{"message":"bad key","type":"authentication_error"}}""", CallProblem.Key, null)]
    public async Task An_error_in_the_place_of_an_answer_is_a_refusal_whatever_the_status_says(string body, CallProblem expected, double? wait)
    {
        foreach ((bool streamed, WireAnswer answer) in new[] { (false, WireAnswer.Json(body)), (true, WireAnswer.Json(body)), (true, WireAnswer.Events([": waiting\n\n", $"data: {body}\n\n", Done])) })
        {
            await using var server = ScriptedServer.Of(answer);
            using ProviderModel model = Peer.Model(server, Protocol.Chat, streamed);

            ModelException problem = await model.FailsAsync();

            (problem.Problem, problem.Spent, problem.RetryAfter).ShouldBe((expected, TokenUsage.None, wait is { } seconds ? TimeSpan.FromSeconds(seconds) : null));
            server.Requests.Length.ShouldBe(1);
        }
    }

    [Fact]
    public async Task An_error_in_the_place_of_an_answer_that_is_about_a_setting_leaves_it_out()
    {
        await using var server = new ScriptedServer(request => request.Body.Contains("reasoning_effort", StringComparison.Ordinal)
            ? WireAnswer.Json("""{"error":{"code":400,"message":"reasoning_effort is not supported"}}""")
            : Protocols.Answer(request, new CannedAnswer("Done.")));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);

        (await model.AskAsync(Peer.Question with { Effort = Effort.High })).Text.ShouldBe("Done.");
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"model\"")]
    [InlineData("\"ASSISTANT\"")]
    [InlineData("null")]
    public async Task Whoever_is_said_to_speak_it_is_the_model(string role)
    {
        foreach (bool streamed in new[] { true, false })
        {
            (await AskAsync(streamed, $$"""{"role":{{role}},"content":"Hello there."}""", "\"stop\"")).Text.ShouldBe("Hello there.");
        }
    }

    [Theory]
    [InlineData("""{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"Hmm"}]},{"type":"text","text":"Hello there."}]}""")]
    [InlineData("""{"role":"assistant","content":[{"type":"thinking","thinking":"Hmm"},"Hello ","there."]}""")]
    [InlineData("""{"role":"assistant","content":"Hello there.","reasoning_content":"Hmm","reasoning":"Hmm"}""")]
    [InlineData("""{"role":"assistant","content":"Hello there.","reasoning_content":null,"reasoning":"Hmm","reasoning_details":[{"type":"reasoning.text","text":"Hmm"}]}""")]
    [InlineData("""{"role":"assistant","content":"Hello there.","reasoning_details":[{"type":"reasoning.text","text":"Hmm","index":0},{"type":"reasoning.encrypted","data":"AAAA"}]}""")]
    [InlineData("""{"role":"assistant","content":"Hello there.","reasoning_details":[{"type":"reasoning.summary","summary":"Hmm"}]}""")]
    public async Task Thoughts_are_found_wherever_they_stand(string message)
    {
        foreach (bool streamed in new[] { true, false })
        {
            ModelReply reply = await AskAsync(streamed, message, "\"stop\"");

            (reply.Text, reply.Thinking).ShouldBe(("Hello there.", "Hmm"));
        }
    }

    [Theory]
    [InlineData("\"created\":1780000000", "\"created\":null")]
    [InlineData("\"created\":1780000000", "\"created\":\"today\"")]
    [InlineData("\"created\":1780000000", "\"created\":1780000000.25")]
    [InlineData("\"model\":\"m\"", "\"model\":null,\"id\":null,\"system_fingerprint\":null,\"service_tier\":null")]
    [InlineData("\"index\":0", "\"index\":null,\"logprobs\":{\"content\":\"none\"}")]
    public async Task What_is_null_or_strange_beside_the_answer_is_passed_over(string usual, string strange)
    {
        await using var server = ScriptedServer.Of(WireAnswer.Events([Hello.Replace(usual, strange, StringComparison.Ordinal), Chunk("{}", "\"stop\"").Replace(usual, strange, StringComparison.Ordinal), Done]));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);

        (await model.AskAsync()).Text.ShouldBe("Hello there.");
    }

    [Theory]
    [InlineData("""{"prompt_tokens":90,"completion_tokens":null,"total_tokens":99}""", 90, 9)]
    [InlineData("""{"prompt_tokens":null,"completion_tokens":9,"total_tokens":99}""", 90, 9)]
    [InlineData("""{"prompt_tokens":90,"completion_tokens":9,"total_tokens":null,"prompt_tokens_details":null,"completion_tokens_details":{"reasoning_tokens":null},"cost":0.0012}""", 90, 9)]
    [InlineData("""{"prompt_tokens":null,"completion_tokens":null,"total_tokens":99}""", null, null)]
    [InlineData("null", null, null)]
    public async Task A_report_with_holes_is_read_as_far_as_it_goes(string usage, int? input, int? output)
    {
        await using var server = ScriptedServer.Of(WireAnswer.Events([Hello, Chunk("{}", "\"stop\"", $",\"usage\":{usage}"), Done]));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);

        ModelReply reply = await model.AskAsync();

        reply.Usage.Input.ShouldBe(input ?? model.Maximum(Peer.Question).Input);
        reply.Usage.Output.ShouldBe(output ?? "Hello there.".Length);
    }

    [Fact]
    public async Task Events_of_any_form_are_read_one_at_a_time()
    {
        const string Head = "{\"id\":\"c\",\"choices\":[{\"delta\":{\"content\":";
        await using var server = ScriptedServer.Of(WireAnswer.Events(
            ["\r\n: a comment\r\n\r\n", $"event: message\r\ndata:{Head}\"Hello \"}}}}]}}\r\n\r\n", $"data: {Head}\ndata: \"there.\"}}}}]}}\n\n", "data: {\"type\":\"ping\"}\n\n", Chunk("{}", "\"stop\"").TrimEnd()]));
        using ProviderModel model = Peer.Model(server, Protocol.Chat);
        List<ModelPiece> pieces = [];

        ModelReply reply = await model.AskAsync(pieces: pieces);

        (reply.Text, reply.Stop).ShouldBe(("Hello there.", StopReason.Finished));
        pieces.Select(piece => piece.Text).ShouldBe(["Hello ", "there."]);
    }

    [Fact]
    public void It_does_not_matter_where_the_pieces_of_the_wire_end()
    {
        string[] parts = [Hello, Done, ": note\n\n", "\n", "data: {", "\r\n\r\n", "data: {\"error\":{\"code\":502}}\n\n", "é🚀", "event: x\n", Chunk("{}", "\"eos\"", $",\"usage\":{Usage}")];
        Gen.Select(Gen.Int[0, parts.Length - 1].Select(part => parts[part]).Array[0, 12], Gen.Int[1, 9])
            .Sample((chosen, size) => Formed("data: x\n\n" + string.Concat(chosen), size) == Formed("data: x\n\n" + string.Concat(chosen), int.MaxValue));
    }

    private static string Formed(string text, int size)
    {
        var chat = new ChatText();
        var output = new StringBuilder();
        for (int start = 0; start < text.Length; start += Math.Min(size, text.Length - start))
        {
            chat.Push(text.Substring(start, Math.Min(size, text.Length - start)), output);
        }
        chat.End(output);
        return $"{output}|{chat.Trouble?.Code}|{chat.IsAllTrouble}";
    }

    private static async Task<ModelReply> AskAsync(bool streamed, string message, string finish)
    {
        await using var server = ScriptedServer.Of(streamed
            ? WireAnswer.Events([Chunk(message, "null"), Chunk("{}", finish, $",\"usage\":{Usage}"), Done])
            : WireAnswer.Json(Whole(message, finish, $",\"usage\":{Usage}")));
        using ProviderModel model = Peer.Model(server, Protocol.Chat, streamed);
        return await model.AskAsync();
    }

    private static string Chunk(string delta, string finish, string more = "") =>
        $"data: {{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1780000000,\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":{finish}}}]{more}}}\n\n";

    private static string Whole(string message, string finish, string more) =>
        $"{{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1780000000,\"model\":\"m\",\"choices\":[{{\"index\":0,\"message\":{message},\"finish_reason\":{finish}}}]{more}}}";
}
