using System.Text;
using System.Text.RegularExpressions;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Recordings;
using AgentIde.Models.Tests.Engineers;
using AgentIde.Testing;
using CsCheck;

namespace AgentIde.Models.Tests.Recordings;

public sealed class RecordingTests : IDisposable
{
    private static readonly ModelRequest Draft = new("Be an engineer.", [new(ModelRole.User, "Draft for diamonds.")], 4_000, new AnswerForm("solution", [("plan", "What."), ("code", "How.")])) { Effort = Effort.High };
    private static readonly ModelRequest Improve = Draft with { Messages = [new(ModelRole.User, "Improve node 1."), new(ModelRole.Assistant, "How?"), new(ModelRole.User, "By a forest.")], Form = null };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_recorded_is_replied_again()
    {
        ModelReply first = Reply("{\"plan\": \"größer 🌲\"}") with { Thinking = "Trees first." }, second = Reply("two") with { Stop = StopReason.TooLong };
        string text = await RecordAsync([(Draft, first), (Improve, second)]);
        ReplayModel replay = Replay(text);
        List<ModelPiece> pieces = [];
        (await replay.AskAsync(Improve, null, CancellationToken.None)).ShouldBe(second);
        (await replay.AskAsync(Draft, pieces.Add, CancellationToken.None)).ShouldBe(first);
        pieces.ShouldBe([new ModelPiece("Trees first.", true), new ModelPiece("{\"plan\": \"größer 🌲\"}", false)]);
    }

    [Fact]
    public async Task Equal_prompts_are_answered_in_their_order_each_once()
    {
        ReplayModel replay = Replay(await RecordAsync([(Draft, Reply("one")), (Improve, Reply("between")), (Draft, Reply("two"))]));
        (await AskAsync(replay, Draft)).ShouldBe("one");
        (await AskAsync(replay, Draft)).ShouldBe("two");
        (await AskAsync(replay, Draft)).ShouldBe("this prompt was asked more often than it was recorded.");
    }

    [Fact]
    public async Task A_problem_is_recorded_and_met_again()
    {
        ModelException busy = new(CallProblem.Busy, "openai is busy", new TokenUsage(5, 0, 0, 0), TimeSpan.FromSeconds(2.5));
        ReplayModel replay = Replay(await RecordAsync([(Draft, busy), (Draft, Reply("now"))]));
        ModelException met = await Should.ThrowAsync<ModelException>(() => replay.AskAsync(Draft, null, CancellationToken.None));
        (met.Problem, met.Message, met.Spent, met.RetryAfter).ShouldBe((busy.Problem, busy.Message, busy.Spent, busy.RetryAfter));
        (await AskAsync(replay, Draft)).ShouldBe("now");
    }

    [Fact]
    public async Task A_cancelled_call_leaves_no_line()
    {
        await using (RecordingFile file = RecordingFile.Create(_folder["r.jsonl"], text => text))
        {
            RecordingModel model = new(new ScriptedModel(Gives(Reply("one"))), file);
            await Should.ThrowAsync<OperationCanceledException>(() => model.AskAsync(Draft, null, new CancellationToken(canceled: true)));
        }

        (await File.ReadAllTextAsync(_folder["r.jsonl"])).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_replay_costs_nothing_and_counts_as_it_was_counted()
    {
        ReplayModel replay = Replay(await RecordAsync([(Draft, Reply("one"))]));
        replay.Price.ShouldNotBeNull().Of(new TokenUsage(1_000_000, 0, 1_000_000, 0)).ShouldBe(0);
        replay.Maximum(Draft with { MaximumOutput = 7 }).ShouldBe(new ScriptedModel().Maximum(Draft));
        replay.Maximum(Improve).ShouldBe(TokenUsage.None);
        replay.Name.ShouldMatch("^recording:[0-9a-f]{8}$");
    }

    [Fact]
    public async Task Length_effort_and_temperature_do_not_decide_which_reply_belongs_to_a_prompt()
    {
        ReplayModel replay = Replay(await RecordAsync([(Draft, Reply("one"))]));
        (await AskAsync(replay, Draft with { MaximumOutput = 1, Effort = null, Temperature = 0.5 })).ShouldBe("one");
    }

    [Fact]
    public async Task What_differs_between_equal_runs_can_be_left_out_of_the_comparison()
    {
        static ModelRequest Left(int seconds) => Draft with { Messages = [new(ModelRole.User, $"Draft. The run has {seconds} s left.")] };
        string text = await RecordAsync([(Left(600), Reply("one"))]);
        (await AskAsync(Replay(text), Left(599))).ShouldContain("message 1 (user) differs");
        ReplayModel replay = ReplayModel.Parse(text, unredacted => unredacted, prompt => Regex.Replace(prompt, "[0-9]+ s left", "time left"));
        (await AskAsync(replay, Left(599))).ShouldBe("one");
    }

    [Fact]
    public async Task No_secret_enters_the_file_and_a_prompt_that_held_one_is_found_all_the_same()
    {
        const string key = "sk-\"very\"\nsecret";
        string Redact(string text) => text.Replace(key, "***", StringComparison.Ordinal);
        ModelRequest request = new($"system {key}", [new(ModelRole.User, $"user {key}")], 10, new AnswerForm("f", [("plan", $"what {key}")]));
        ModelReply reply = new($"text {key}", $"thinking {key}", TokenUsage.None, StopReason.Finished, $"model {key}");
        ModelException problem = new(CallProblem.Key, $"message {key}", TokenUsage.None);
        string text = await RecordAsync([(request, reply), (request, problem)], Redact);
        text.ShouldNotContain("very");
        text.Split("***").Length.ShouldBe(11);
        (await ReplayModel.Parse(text, Redact).AskAsync(request, null, CancellationToken.None)).Text.ShouldBe("text ***");
    }

    [Fact]
    public async Task Text_that_is_not_unicode_is_found_again()
    {
        ModelRequest request = new("cut \ud83c", [new(ModelRole.User, "\udf32\0\u2028")], 10);
        string text = await RecordAsync([(request, Reply("half \ud83c"))]);
        (await AskAsync(Replay(text), request)).ShouldBe("half \ufffd");
    }

    [Theory]
    [InlineData("Be a pilot.", "Draft for diamonds.", "the system text differs from the nearest recorded one at character 5: \"Be a pilot.\", and it was \"Be an engineer.\". No recorded prompt has these instructions, so their template has changed.")]
    [InlineData("Be an engineer.", "Draft for letters.", "message 1 (user) differs from the nearest recorded one at character 11: \"Draft for letters.\", and it was \"Draft for diamonds.\".")]
    public async Task A_prompt_that_was_not_recorded_is_told_by_its_first_difference(string system, string message, string why)
    {
        ReplayModel replay = Replay(await RecordAsync([(Improve, Reply("two")), (Draft, Reply("one"))]));
        (await AskAsync(replay, Draft with { System = system, Messages = [new(ModelRole.User, message)] }))
            .ShouldBe(why);
    }

    [Fact]
    public async Task Another_form_or_another_turn_is_told_so()
    {
        ReplayModel replay = Replay(await RecordAsync([(Draft, Reply("one"))]));
        (await AskAsync(replay, Draft with { Form = null })).ShouldContain("the form of the answer differs");
        (await AskAsync(replay, Draft with { Messages = [.. Draft.Messages, new(ModelRole.Assistant, "{}"), new(ModelRole.User, "Again.")] }))
            .ShouldContain("the nearest recorded one has 3 parts, and this has 5.");
    }

    [Fact]
    public async Task A_recording_is_for_its_owner_alone_and_overwrites_nothing()
    {
        await RecordAsync([(Draft, Reply("one"))]);
        File.GetUnixFileMode(_folder["r.jsonl"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Should.Throw<IOException>(() => RecordingFile.Create(_folder["r.jsonl"], text => text)).Message
            .ShouldBe($"There is a file {_folder["r.jsonl"]} already, and a recording overwrites nothing: name another.");
        Directory.CreateSymbolicLink(_folder["link"], _folder["target"]);
        Should.Throw<IOException>(() => RecordingFile.Create(_folder["link"], text => text));
        Should.Throw<IOException>(() => RecordingFile.Create(_folder["no", "folder"], text => text)).Message.ShouldStartWith($"The recording {_folder["no", "folder"]} can't be written: ");
    }

    [Fact]
    public async Task Each_exchange_is_in_the_file_before_its_reply_is_handed_on()
    {
        await using RecordingFile file = RecordingFile.Create(_folder["r.jsonl"], text => text);
        RecordingModel model = new(new ScriptedModel(Gives(Reply("one")), Gives(Reply("two"))), file);
        for (int count = 1; count <= 2; count++)
        {
            await model.AskAsync(Draft, null, CancellationToken.None);
            (await File.ReadAllLinesAsync(_folder["r.jsonl"])).Length.ShouldBe(count);
        }
    }

    [Fact]
    public async Task Several_models_at_once_leave_whole_lines()
    {
        await using (RecordingFile file = RecordingFile.Create(_folder["r.jsonl"], text => text))
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
                Task.Run(() => new RecordingModel(new ScriptedModel(Gives(Reply(new string('x', 50_000)))), file).AskAsync(Draft, null, CancellationToken.None))));
        }

        ReplayModel replay = Replay(await File.ReadAllTextAsync(_folder["r.jsonl"]));
        for (int count = 0; count < 20; count++)
        {
            (await AskAsync(replay, Draft)).Length.ShouldBe(50_000);
        }
    }

    [Fact]
    public async Task A_recording_cut_anywhere_plays_its_whole_lines()
    {
        string text = await RecordAsync([(Draft, Reply("one")), (Improve, Reply("two"))]);
        int first = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        for (int length = first; length < text.Length - 1; length++)
        {
            ReplayModel replay = Replay(text[..length]);
            (await AskAsync(replay, Draft)).ShouldBe("one");
            string missing = await AskAsync(replay, Improve);
            missing.ShouldStartWith("the form of the answer differs");
            missing.EndsWith("Its last line, 2, was cut off.", StringComparison.Ordinal).ShouldBe(length > first);
        }

        (await AskAsync(Replay(text[..^1]), Improve)).ShouldBe("two");
        Should.Throw<FormatException>(() => Replay(text[..(first - 5)])).Message.ShouldBe("it holds no whole exchange with a model.");
    }

    [Theory]
    [InlineData("{}\n", "line 2 has no version: it is no exchange with a model")]
    [InlineData("[]\n", "line 2 has no version: it is no exchange with a model")]
    [InlineData("{\"version\": 2, \"ask\": {}}\n", "line 2 has version 2, and this agentide reads version 1: use the one that recorded it")]
    [InlineData("{\"version\": 1e99}\n", "line 2 has version 1e99")]
    [InlineData("{\"version\": 1}\n", "line 2 is no exchange with a model")]
    [InlineData("not JSON\n", "line 2 is no exchange with a model")]
    [InlineData("\n\n{\"version\": 1, \"as\n", "line 4 is no exchange with a model")]
    public async Task A_line_that_is_no_exchange_is_named(string line, string problem)
    {
        string text = await RecordAsync([(Draft, Reply("one"))]);
        Should.Throw<FormatException>(() => Replay(text + line)).Message.ShouldStartWith(problem);
    }

    [Theory]
    [InlineData("\"reply\":", "\"answer\":", "has not either a reply or a problem")]
    [InlineData("\"role\":\"User\"", "\"role\":77", "has a role, an end or a problem that is none of those there are")]
    [InlineData("\"stop\":\"Finished\"", "\"stop\":9", "has a role, an end or a problem that is none of those there are")]
    [InlineData("\"messages\":[{", "\"messages\":[null,{", "has a message or a field that is null")]
    [InlineData("\"fields\":[{", "\"fields\":[null,{", "has a message or a field that is null")]
    [InlineData("\"output\":20", "\"output\":-20", "counts tokens that can't be")]
    [InlineData("\"output\":20", "\"output\":9000000000000000000", "counts tokens that can't be")]
    [InlineData("\"text\":\"one\"", "\"text\":null", "is no exchange with a model: $.reply.text is not what should be there")]
    [InlineData("\"text\":\"one\"", "\"text\":\"\\ud800\"", "is no exchange with a model")]
    public async Task An_exchange_that_can_not_be_is_refused(string before, string after, string problem)
    {
        string text = await RecordAsync([(Draft, Reply("one"))]);
        text.ShouldContain(before);
        Should.Throw<FormatException>(() => Replay(text.Replace(before, after, StringComparison.Ordinal))).Message.ShouldStartWith($"line 1 {problem}");
    }

    [Fact]
    public async Task Whatever_is_done_to_a_recording_it_plays_or_is_refused_in_words()
    {
        byte[] whole = Encoding.UTF8.GetBytes(await RecordAsync([(Draft, Reply("one")), (Improve, Reply("two"))]));
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[0, whole.Length - 1], Gen.Int[0, 40]).Sample(
            (at, value, from, length) =>
            {
                byte[] damaged = [.. whole];
                damaged[at] = value;
                string text = Encoding.UTF8.GetString(damaged);
                text = text.Insert(Math.Min(at, text.Length), text.Substring(Math.Min(from, text.Length), Math.Min(length, text.Length - Math.Min(from, text.Length))));
                try
                {
                    return Replay(text).Name.Length > 0;
                }
                catch (FormatException refused)
                {
                    return refused.Message.Length > 0;
                }
            },
            iter: 2_000);
    }

    [Fact]
    public async Task The_two_kinds_of_recording_are_told_apart()
    {
        RecordingFormat.Of(await RecordAsync([(Draft, Reply("one"))])).ShouldBe(RecordingKind.Exchanges);
        const string proposals = "\n{\"plan\": \"p\", \"code\": \"pass\"}\n";
        RecordingFormat.Of(proposals).ShouldBe(RecordingKind.Proposals);
        RecordedEngineer.Parse(proposals).Name.ShouldStartWith("recording/");
        await File.WriteAllTextAsync(_folder["p.jsonl"], proposals);
        (await RecordingFormat.ReadAsync(_folder["p.jsonl"], CancellationToken.None)).ShouldBe(proposals);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("\n \n", "it is empty")]
    [InlineData("\n{\"plan\": \"p\"}", "line 2 has no \"code\" and no \"request\"")]
    [InlineData("5", "line 1 has no \"code\"")]
    [InlineData("import pandas", "line 1 is not JSON")]
    public void What_is_no_recording_is_told_so(string text, string problem) =>
        Should.Throw<FormatException>(() => RecordingFormat.Of(text)).Message.ShouldStartWith(problem);

    private static Func<ModelRequest, ModelReply> Gives(object answer) => _ => answer as ModelReply ?? throw (Exception)answer;

    private static ModelReply Reply(string text) => new(text, "", new TokenUsage(100, 10, 20, 5), StopReason.Finished, "one-2026");

    private static ReplayModel Replay(string text) => ReplayModel.Parse(text, unredacted => unredacted);

    /// <summary>The text of the reply, or the problem and its message.</summary>
    private static async Task<string> AskAsync(ReplayModel model, ModelRequest request)
    {
        try
        {
            return (await model.AskAsync(request, null, CancellationToken.None)).Text;
        }
        catch (ModelException problem) when (problem.Problem == CallProblem.Request)
        {
            problem.Message.ShouldBe("The recording has no answer to this prompt.");
            return problem.InnerException.ShouldBeOfType<UnrecordedPromptException>().Message;
        }
    }

    private async Task<string> RecordAsync((ModelRequest Request, object Answer)[] exchanges, Func<string, string>? redact = null)
    {
        await using (RecordingFile file = RecordingFile.Create(_folder["r.jsonl"], redact ?? (text => text)))
        {
            RecordingModel model = new(new ScriptedModel([.. exchanges.Select(exchange => Gives(exchange.Answer))]), file);
            foreach ((ModelRequest request, object answer) in exchanges)
            {
                if (answer is ModelException problem)
                {
                    (await Should.ThrowAsync<ModelException>(() => model.AskAsync(request, null, CancellationToken.None))).ShouldBe(problem);
                }
                else
                {
                    (await model.AskAsync(request, null, CancellationToken.None)).ShouldBe(answer);
                }
            }
        }

        return await File.ReadAllTextAsync(_folder["r.jsonl"]);
    }
}
