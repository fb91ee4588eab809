using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Chats;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

/// <summary>A run's questions for the editor's own models, from the desk to the editor and back.</summary>
public sealed class ChatTests
{
    private const string Model = "vscode:gpt-4o";

    private static readonly JsonObject Untrusted = new() { ["trusted"] = false };

    [Fact]
    public async Task A_question_of_a_live_run_is_asked_of_the_editor_and_its_answer_left_for_the_run()
    {
        await using Session session = await StartAsync();
        TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Editor.Chat = async (asked, _) =>
        {
            foreach (string piece in (string[])["Bo", "ost"])
            {
                await session.Editor.TellAsync("agentide/chatPiece", new() { ["run"] = "diamonds-1", ["call"] = 1, ["text"] = piece });
            }

            await heard.Task;
            return new JsonObject { ["text"] = "Boost", ["model"] = "gpt-4o-2024" };
        };
        await using ScriptedRun run = await session.RunAsync();
        using IOpenChat chat = await AskAsync(session, run);
        string pieces = "";
        await LookUntilAsync(chat, news => (pieces += string.Concat(news.Pieces)) == "Boost");
        heard.SetResult();
        (await AnswerAsync(chat)).ShouldBe(new ChatAnswer("Boost", "gpt-4o-2024"));
        JsonElement asked = session.Editor.Heard("agentide/chat").ShouldHaveSingleItem();
        asked.GetRawText().ShouldBe("""{"run":"diamonds-1","node":1,"call":1,"model":"gpt-4o","system":"Be an engineer.","messages":[{"role":"user","text":"Draft."}],"maximumOutput":4000}""");
    }

    [Theory]
    [InlineData("""{"problem":"key","message":"The user did not consent."}""", CallProblem.Key)]
    [InlineData("""{"problem":"model"}""", CallProblem.Model)]
    [InlineData("""{"problem":"quota","message":"Upgrade."}""", CallProblem.Quota)]
    [InlineData("""{"problem":"busy"}""", CallProblem.Busy)]
    [InlineData("""{"problem":"something new"}""", CallProblem.Broken)]
    [InlineData("{}", CallProblem.Malformed)]
    public async Task What_the_editor_can_not_answer_is_left_as_the_problem_that_it_is(string result, CallProblem problem)
    {
        await using Session session = await StartAsync();
        session.Editor.Chat = (_, _) => Task.FromResult(JsonNode.Parse(result)!.AsObject());
        await using ScriptedRun run = await session.RunAsync();
        using IOpenChat chat = await AskAsync(session, run);
        (await AnswerAsync(chat)).Problem.ShouldBe(problem);
    }

    [Fact]
    public async Task An_editor_that_fails_is_told_in_its_own_words()
    {
        await using Session session = await StartAsync();
        session.Editor.Chat = (_, _) => throw new InvalidOperationException("the extension host\u001b broke");
        await using ScriptedRun run = await session.RunAsync();
        using IOpenChat chat = await AskAsync(session, run);
        ChatAnswer answer = (await AnswerAsync(chat));
        (answer.Problem, answer.Message).ShouldBe((CallProblem.Broken, "the extension host␛ broke"));
    }

    [Fact]
    public async Task A_run_that_takes_its_question_back_has_the_request_cancelled_at_the_editor()
    {
        await using Session session = await StartAsync();
        TaskCompletionSource cancelled = Never(session);
        await using ScriptedRun run = await session.RunAsync();
        using IOpenChat chat = await AskAsync(session, run);
        await session.Editor.HearAsync("agentide/chat", _ => true);
        chat.Withdraw().ShouldBeFalse();
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_run_that_is_paused_asks_nothing_and_what_it_asked_is_cancelled()
    {
        await using Session session = await StartAsync();
        TaskCompletionSource cancelled = Never(session);
        await using ScriptedRun run = await session.RunAsync();
        using IOpenChat chat = await AskAsync(session, run);
        await session.Editor.HearAsync("agentide/chat", _ => true);
        await run.AppendAsync([new RunPaused("somebody")]);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
        (await LookUntilAsync(chat, news => news.IsLost)).Answer.ShouldBeNull();

        // The next attempt waits until the run goes on.
        await run.AppendAsync([new CallEnded(1, 1, null, null, CallProblem.Cut, "the editor gave it up", new TokenUsage(1, 0, 1, 0), null, 1)]);
        session.Editor.Chat = (_, _) => Task.FromResult(new JsonObject { ["text"] = "Boost" });
        using IOpenChat second = await AskAsync(session, run, call: 2, newNode: false);
        session.Editor.Heard("agentide/chat").Count.ShouldBe(1);
        await run.AppendAsync([new RunContinued("somebody")]);
        (await AnswerAsync(second)).Text.ShouldBe("Boost");
    }

    [Fact]
    public async Task Where_the_editor_leaves_in_the_midst_of_it_the_run_learns_that_its_question_is_lost()
    {
        Session first = await StartAsync();
        Never(first);
        ScriptedRun run = await first.RunAsync();
        using IOpenChat chat = await AskAsync(first, run);
        await first.Editor.HearAsync("agentide/chat", _ => true);
        first.KillEditor();
        await first.Server.WaitAsync(TimeSpan.FromSeconds(30));
        chat.Look().IsLost.ShouldBeTrue();
        await run.DisposeAsync();
        await first.DisposeAsync();
    }

    [Fact]
    public async Task Only_calls_that_the_run_has_under_way_are_asked()
    {
        await using Session session = await StartAsync();
        session.Editor.Chat = (asked, _) => Task.FromResult(new JsonObject { ["text"] = $"call {asked.GetProperty("call")}" });
        await using ScriptedRun run = await session.RunAsync();
        ChatQuestion question = Question(1);
        using IOpenChat stranger = session.DeskOf(run.Run).Ask(question with { Call = 9 }), other = session.DeskOf(run.Run).Ask(question with { Call = 8, Model = "openai:gpt-5.1" });
        using IOpenChat chat = await AskAsync(session, run);
        (await AnswerAsync(chat)).Text.ShouldBe("call 1");
        session.Editor.Heard("agentide/chat").Count.ShouldBe(1);
        session.DeskOf(run.Run).Unanswered().Select(waiting => (waiting.Call, waiting.By)).ShouldBe([(8, null), (9, null)], ignoreOrder: true);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task An_editor_that_offers_no_models_or_whose_person_does_not_trust_the_folder_is_not_asked(bool trusted, bool offers)
    {
        await using Session session = Session.Unstarted();
        JsonObject capabilities = TestEditor.Capabilities();
        await session.Editor.InitializeAsync(session.Root, offers ? TestEditor.WithChat(capabilities) : capabilities, trusted ? null : Untrusted.DeepClone());
        await using ScriptedRun run = await session.RunAsync();
        using IOpenChat chat = await AskAsync(session, run);
        await run.AppendAsync([new NodeStarted(2, Operator.Draft, [], "a second", [])]);
        await session.Editor.HearAsync("agentide/runChanged", news => news.GetProperty("seq").GetInt64() >= 4);
        session.DeskOf(run.Run).Unanswered().ShouldHaveSingleItem().By.ShouldBeNull();

        // It shows what the run waits for.
        JsonElement runs = await session.Editor.AskAsync("agentide/runs");
        runs.GetProperty("runs")[0].GetProperty("now").GetString()!.ShouldStartWith("Draft (waiting for the editor's model vscode:gpt-4o)");
    }

    private static async Task<Session> StartAsync()
    {
        Session session = Session.Unstarted();
        await session.Editor.InitializeAsync(session.Root, TestEditor.WithChat(TestEditor.Capabilities()));
        return session;
    }

    /// <summary>An editor whose model never answers.</summary>
    /// <returns>Completes once the server cancels.</returns>
    private static TaskCompletionSource Never(Session session)
    {
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Editor.Chat = async (_, cancellationToken) =>
        {
            TaskCompletionSource<JsonObject> never = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using CancellationTokenRegistration registration = cancellationToken.Register(() =>
            {
                cancelled.TrySetResult();
                never.TrySetCanceled(cancellationToken);
            });
            return await never.Task;
        };
        return cancelled;
    }

    private static ChatQuestion Question(int call) => new(call, Model, "Be an engineer.", [new ChatTurn(ChatRole.User, "Draft.")], 4_000);

    /// <summary>As a runner does it: the call is in the log first, then the question on the desk.</summary>
    private static async Task<IOpenChat> AskAsync(Session session, ScriptedRun run, int call = 1, bool newNode = true)
    {
        if (newNode)
        {
            await run.BeginAsync(Operator.Draft, null);
        }

        Blob prompt = Blob.Of("Draft.");
        await run.AppendAsync([new CallReserved(1, call, Model, prompt.Digest, new TokenUsage(100, 0, 4_000, 0), null, new DateOnly(2026, 11, 29))], prompt);
        return session.DeskOf(run.Run).Ask(Question(call));
    }

    private static async Task<ChatAnswer> AnswerAsync(IOpenChat chat) => (await LookUntilAsync(chat, news => news.Answer is not null)).Answer!;

    private static async Task<ChatNews> LookUntilAsync(IOpenChat chat, Func<ChatNews, bool> fits)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        using PeriodicTimer looks = new(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            ChatNews news = chat.Look();
            if (fits(news))
            {
                return news;
            }

            await looks.WaitForNextTickAsync(limit.Token);
        }
    }
}
