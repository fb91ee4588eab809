using System.Collections.Concurrent;
using AgentIde.Core.Chats;
using AgentIde.Core.Runs;
using AgentIde.Storage.Chats;
using AgentIde.Storage.Files;

namespace AgentIde.Storage.Tests;

public sealed class ChatTests : IDisposable
{
    private static readonly ChatQuestion Question = new(3, "vscode:gpt-4o", "Be an engineer.", [new(ChatRole.User, "Draft."), new(ChatRole.Assistant, "How?"), new(ChatRole.User, "By trees.")], 4_000);

    private readonly string _run = Directory.CreateTempSubdirectory("agentide-chats-").FullName;

    [Fact]
    public void A_question_reaches_a_server_and_its_answer_comes_back_with_its_pieces()
    {
        using IOpenChat chat = Desk.Ask(Question);
        chat.Look().ShouldBe(new ChatNews(null, [], null, IsLost: false), ChatNewsByValue);
        using IChatClaim claim = Desk.TryClaim("VS Code", _ => true).ShouldNotBeNull();
        (claim.Question with { Messages = [] }).ShouldBe(Question with { Messages = [] });
        claim.Question.Messages.ShouldBe(Question.Messages);
        claim.IsWanted.ShouldBeTrue();
        claim.Tell("Bo");
        claim.Tell("ost\n");
        ChatNews news = chat.Look();
        (news.By, string.Concat(news.Pieces), news.Answer, news.IsLost).ShouldBe(("VS Code", "Boost\n", null, false));
        claim.Tell("ing");
        claim.Answer(new ChatAnswer("Boost\ning", "gpt-4o-2024"));
        news = chat.Look();
        (string.Concat(news.Pieces), news.Answer, news.IsLost).ShouldBe(("ing", new ChatAnswer("Boost\ning", "gpt-4o-2024"), false));
    }

    [Fact]
    public void Of_many_servers_exactly_one_claims_a_question()
    {
        for (int call = 1; call <= 20; call++)
        {
            using IOpenChat chat = Desk.Ask(Question with { Call = call });
            ConcurrentBag<IChatClaim> claims = [];
            Parallel.For(0, 8, server =>
            {
                if (Desk.TryClaim($"server {server}", _ => true) is { } claim)
                {
                    claims.Add(claim);
                }
            });
            claims.ShouldHaveSingleItem();
            Desk.Unanswered().ShouldHaveSingleItem().By.ShouldNotBeNull().ShouldStartWith("server");
            claims.Single().Dispose();
        }
    }

    [Fact]
    public void A_server_that_lets_go_without_an_answer_loses_the_question_and_nobody_asks_it_again()
    {
        using IOpenChat chat = Desk.Ask(Question);
        Desk.TryClaim("VS Code", _ => true)!.Dispose();
        chat.Look().IsLost.ShouldBeTrue();
        Desk.TryClaim("another", _ => true).ShouldBeNull();

        // Another question is another request, and may be claimed.
        using IOpenChat anew = Desk.Ask(Question with { Call = 4 });
        using IChatClaim claim = Desk.TryClaim("another", _ => true).ShouldNotBeNull();
        claim.Question.Call.ShouldBe(4);
    }

    [Fact]
    public void What_is_taken_back_before_anybody_claims_it_is_never_asked()
    {
        using IOpenChat chat = Desk.Ask(Question);
        chat.Withdraw().ShouldBeTrue();
        Desk.TryClaim("VS Code", _ => true).ShouldBeNull();
        Desk.Unanswered().ShouldBeEmpty();
    }

    [Fact]
    public void What_is_taken_back_from_a_server_is_no_longer_wanted_and_may_have_been_asked()
    {
        using IOpenChat chat = Desk.Ask(Question);
        using IChatClaim claim = Desk.TryClaim("VS Code", _ => true).ShouldNotBeNull();
        chat.Withdraw().ShouldBeFalse();
        claim.IsWanted.ShouldBeFalse();
        claim.Answer(new ChatAnswer("too late"));
        Directory.GetFiles(Chats, "*.answer").ShouldBeEmpty();
    }

    [Fact]
    public void However_a_claim_and_a_withdrawal_meet_what_was_asked_is_known()
    {
        int asked = 0, never = 0;
        for (int call = 1; call <= 200; call++)
        {
            using IOpenChat chat = Desk.Ask(Question with { Call = call });
            IChatClaim? claim = null;
            bool certain = false;
            using Barrier barrier = new(2);
            Parallel.Invoke(
                () =>
                {
                    barrier.SignalAndWait();
                    claim = Desk.TryClaim("VS Code", _ => true);
                },
                () =>
                {
                    barrier.SignalAndWait();
                    certain = chat.Withdraw();
                });
            (claim is not null && certain).ShouldBeFalse();
            asked += claim is null ? 0 : 1;
            never += certain ? 1 : 0;
            claim?.Dispose();
        }

        (asked + never).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void What_a_dead_run_asked_is_answered_by_nobody_and_cleared_by_the_next_owner()
    {
        byte[] left;
        using (Desk.Ask(Question))
        {
            left = File.ReadAllBytes(Path.Combine(Chats, "3.question"));
        }

        // As a kill leaves it: the file without the lock that the kernel freed.
        File.WriteAllBytes(Path.Combine(Chats, "3.question"), left);
        Desk.TryClaim("VS Code", _ => true).ShouldBeNull();
        Desk.Unanswered().ShouldBeEmpty();
        Desk.Clear();
        Directory.Exists(Chats).ShouldBeFalse();
    }

    [Fact]
    public void Questions_and_answers_are_for_the_user_alone_and_nothing_of_them_stays()
    {
        using (IOpenChat chat = Desk.Ask(Question))
        {
            using IChatClaim claim = Desk.TryClaim("VS Code", _ => true).ShouldNotBeNull();
            claim.Answer(new ChatAnswer("x"));
            Directory.GetFiles(Chats).Select(Path.GetFileName).Order().ShouldBe(["3.answer", "3.claim", "3.question"]);
            Directory.GetFiles(Chats).ShouldAllBe(file => File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
            File.GetUnixFileMode(Chats).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Directory.GetFiles(Chats).ShouldBeEmpty();
    }

    [Fact]
    public void What_came_with_a_repository_is_asked_of_nobody()
    {
        Directory.CreateDirectory(Chats);
        File.WriteAllBytes(Path.Combine(Chats, "3.question"), ChatJson.Write(Question));
        File.WriteAllText(Path.Combine(Chats, "4.question"), "{}");
        Desk.TryClaim("VS Code", _ => true).ShouldBeNull();

        // Even locked, what is no question, or has another number than its name, is none.
        using Microsoft.Win32.SafeHandles.SafeFileHandle third = Lock("3.question"), fourth = Lock("4.question"), fifth = Lock("5.question", ChatJson.Write(Question));
        Desk.TryClaim("VS Code", question => question.Call != 3).ShouldBeNull();
        Directory.Delete(Chats, recursive: true);
        Directory.CreateSymbolicLink(Chats, _run);
        Should.Throw<RunStoreException>(() => Desk.TryClaim("VS Code", _ => true)).Message.ShouldContain("is a link");
        Should.Throw<RunStoreException>(() => Desk.Ask(Question)).Message.ShouldContain("is a link");
        Should.Throw<RunStoreException>(() => Desk.Clear()).Message.ShouldContain("is a link");
    }

    [Fact]
    public void An_answer_that_is_none_is_told_as_such()
    {
        using IOpenChat chat = Desk.Ask(Question);
        using IChatClaim claim = Desk.TryClaim("VS Code", _ => true).ShouldNotBeNull();
        File.WriteAllText(Path.Combine(Chats, "3.claim"), "\"VS Code\"\nnot json\n\"piece\"\n\"torn");
        File.WriteAllText(Path.Combine(Chats, "3.answer"), "{\"text\": 3}");
        ChatNews news = chat.Look();
        news.Pieces.ShouldBe(["piece"]);
        news.Answer!.Problem.ShouldBe(CallProblem.Malformed);
    }

    public void Dispose() => Directory.Delete(_run, recursive: true);

    private ChatDesk Desk => new(_run);

    private string Chats => Path.Combine(_run, "chats");

    private static readonly EqualityComparer<ChatNews> ChatNewsByValue = EqualityComparer<ChatNews>.Create((one, other) =>
        one!.By == other!.By && one.Answer == other.Answer && one.IsLost == other.IsLost && one.Pieces.SequenceEqual(other.Pieces));

    private Microsoft.Win32.SafeHandles.SafeFileHandle Lock(string name, byte[]? text = null)
    {
        string path = Path.Combine(Chats, name);
        if (text is not null)
        {
            File.WriteAllBytes(path, text);
        }

        Microsoft.Win32.SafeHandles.SafeFileHandle file = Libc.OpenOrMake(path);
        Libc.TryLock(file, path).ShouldBeTrue();
        return file;
    }
}
