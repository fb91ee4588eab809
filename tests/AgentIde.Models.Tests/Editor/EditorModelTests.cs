using AgentIde.Core.Chats;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Editor;
using AgentIde.Models.Engineers;
using AgentIde.Models.Tests.Engineers;
using AgentIde.Storage.Chats;
using AgentIde.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AgentIde.Models.Tests.Editor;

/// <summary>The model of an editor over a run's real folder; the other side of the desk is what a server does.</summary>
public sealed class EditorModelTests : IDisposable
{
    private static readonly ModelRequest Request = new("Be brief.", [new ModelMessage(ModelRole.User, "What is the mean of the column?")], MaximumOutput: 500) { Call = 7 };

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task An_answer_comes_with_its_pieces_and_is_counted_here()
    {
        EditorModel model = Model("vscode:gpt-4o");
        List<ModelPiece> pieces = [];
        Task<ModelReply> asking = model.AskAsync(Request, pieces.Add, CancellationToken.None);
        using IChatClaim claim = await ClaimAsync();
        (claim.Question.Call, claim.Question.Model, claim.Question.System, claim.Question.MaximumOutput).ShouldBe((7, "vscode:gpt-4o", "Be brief.", 500));
        claim.Question.Messages.ShouldBe([new ChatTurn(ChatRole.User, "What is the mean of the column?")]);
        claim.Tell("<think>Hm.</think>It is ");
        claim.Tell("3.5");
        claim.Answer(new ChatAnswer("<think>Hm.</think>It is 3.5", "gpt-4o-2024-11"));
        ModelReply reply = await AnsweredAsync(asking);
        (reply.Text, reply.Thinking, reply.Stop, reply.Model).ShouldBe(("It is 3.5", "Hm.", StopReason.Finished, "gpt-4o-2024-11"));
        string.Concat(pieces.Where(piece => !piece.IsThinking).Select(piece => piece.Text)).ShouldBe("It is 3.5");
        reply.Usage.Input.ShouldBe(model.Maximum(Request).Input);
        reply.Usage.Output.ShouldBeInRange(8, 60);
        reply.Usage.Reasoning.ShouldBeInRange(1, reply.Usage.Output);
    }

    [Fact]
    public async Task An_answer_that_came_in_one_piece_is_heard_as_one()
    {
        List<ModelPiece> pieces = [];
        Task<ModelReply> asking = Model("vscode").AskAsync(Request, pieces.Add, CancellationToken.None);
        using IChatClaim claim = await ClaimAsync();
        claim.Answer(new ChatAnswer("3.5"));
        (await AnsweredAsync(asking)).Model.ShouldBe("vscode");
        pieces.ShouldBe([new ModelPiece("3.5", false)]);
    }

    [Theory]
    [InlineData(CallProblem.Key, "the editor did not allow it", false)]
    [InlineData(CallProblem.Model, "the editor has no such model", false)]
    [InlineData(CallProblem.Quota, "allows no more requests for now", false)]
    [InlineData(CallProblem.Busy, "take no more requests for now", false)]
    [InlineData(CallProblem.Refused, "filter refused the prompt", false)]
    [InlineData(CallProblem.Broken, "the editor's model failed", true)]
    public async Task What_the_editor_says_of_a_problem_is_told_in_one_line(CallProblem problem, string says, bool isCounted)
    {
        EditorModel model = Model("vscode:gpt-4o");
        Task<ModelReply> asking = model.AskAsync(Request, null, CancellationToken.None);
        using IChatClaim claim = await ClaimAsync();
        claim.Answer(new ChatAnswer(null, Problem: problem, Message: "Sorry,\n\u202Enot now."));
        ModelException error = await FailsAsync(asking);
        error.Problem.ShouldBe(problem);
        error.Message.ShouldStartWith("vscode:gpt-4o in VS Code: ");
        error.Message.ShouldContain(says);
        error.Message.ShouldEndWith("\"Sorry, not now.\"");
        error.Spent.ShouldBe(isCounted ? model.Maximum(Request) : TokenUsage.None);
    }

    [Fact]
    public async Task An_editor_that_closes_in_the_midst_of_it_ends_the_call_at_its_most_and_the_next_try_is_another_call()
    {
        Ledger ledger = new();
        EditorModel model = Model("vscode");
        Task<ModelReply> asking = new PaidModel(model, new Patience(1, TimeSpan.Zero, TimeSpan.Zero), _clock).AskAsync(Request, ledger.Purse, CancellationToken.None);
        (await ClaimAsync()).Dispose();
        IChatClaim second = await ClaimAsync();
        using (second)
        {
            second.Question.Call.ShouldBe(2);
            second.Answer(new ChatAnswer("3.5"));
            (await AnsweredAsync(asking)).Text.ShouldBe("3.5");
        }

        ledger.Ended.Select(end => (end.Call, end.Problem, end.Usage.Total == model.Maximum(Request).Total)).ShouldBe([(1, CallProblem.Cut, true), (2, null, false)]);
    }

    [Fact]
    public async Task What_is_given_up_while_it_waits_has_cost_nothing()
    {
        Ledger ledger = new();
        using CancellationTokenSource stop = new();
        Task<ModelReply> asking = new PaidModel(Model("vscode"), Patience.Default, _clock).AskAsync(Request, ledger.Purse, stop.Token);
        Desk.Unanswered().ShouldHaveSingleItem().ShouldBe(new UnansweredChat(1, "vscode", null));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asking);
        CallEnd end = ledger.Ended.ShouldHaveSingleItem();
        (end.Problem, end.Usage).ShouldBe((CallProblem.Unreachable, TokenUsage.None));
        Desk.Unanswered().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_given_up_while_the_editor_is_at_it_counts_at_its_most_and_is_wanted_no_more()
    {
        Ledger ledger = new();
        using CancellationTokenSource stop = new();
        EditorModel model = Model("vscode");
        Task<ModelReply> asking = new PaidModel(model, Patience.Default, _clock).AskAsync(Request, ledger.Purse, stop.Token);
        using IChatClaim claim = await ClaimAsync();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asking);
        claim.IsWanted.ShouldBeFalse();
        CallEnd end = ledger.Ended.ShouldHaveSingleItem();
        (end.Problem, end.Usage).ShouldBe((CallProblem.GivenUp, model.Maximum(Request)));
    }

    [Fact]
    public async Task Silence_in_the_midst_of_an_answer_ends_it_and_silence_before_it_does_not()
    {
        Task<ModelReply> asking = Model("vscode").AskAsync(Request, null, CancellationToken.None);
        using IChatClaim claim = await ClaimAsync();
        for (int minute = 0; minute < 30; minute++)
        {
            // A person may be asked whether the editor's models may be used at all.
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        asking.IsCompleted.ShouldBeFalse();
        claim.Tell("Well");
        ModelException error = await FailsAsync(asking, TimeSpan.FromSeconds(30));
        error.Problem.ShouldBe(CallProblem.TimedOut);
    }

    [Fact]
    public async Task A_long_answer_is_counted_as_it_is_and_taken_for_cut_off()
    {
        Task<ModelReply> asking = Model("vscode").AskAsync(Request, null, CancellationToken.None);
        using IChatClaim claim = await ClaimAsync();
        claim.Answer(new ChatAnswer(string.Concat(Enumerable.Range(0, 2_000).Select(number => $"x{number} = {number}\n"))));
        ModelReply reply = await AnsweredAsync(asking);
        reply.Stop.ShouldBe(StopReason.TooLong);
        reply.Usage.Output.ShouldBeGreaterThan(8_000);
    }

    [Theory]
    [InlineData("vscode", true)]
    [InlineData("vscode:copilot/gpt-4o", true)]
    [InlineData("vscode:", false)]
    [InlineData("vscode:two words", false)]
    public void A_name_is_the_editor_or_one_of_its_models(string name, bool isOne)
    {
        EditorModelName.Is(name).ShouldBeTrue();
        if (isOne)
        {
            EditorModel.Checked(name).ShouldBe(name);
        }
        else
        {
            Should.Throw<ArgumentException>(() => EditorModel.Checked(name)).Message.ShouldContain("vscode:gpt-4o");
        }
    }

    public void Dispose() => _folder.Dispose();

    private ChatDesk Desk => new(_folder.Path);

    private EditorModel Model(string name) => new(name, null, _clock) { Desk = Desk };

    /// <summary>What a server does, once the question is there.</summary>
    private async Task<IChatClaim> ClaimAsync()
    {
        while (true)
        {
            if (Desk.TryClaim("VS Code", _ => true) is { } claim)
            {
                return claim;
            }

            _clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
    }

    private async Task<ModelReply> AnsweredAsync(Task<ModelReply> asking)
    {
        WaitLimit limit = new();
        while (!asking.IsCompleted && limit.Lasts())
        {
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        return await asking;
    }

    private async Task<ModelException> FailsAsync(Task<ModelReply> asking, TimeSpan? step = null)
    {
        WaitLimit limit = new();
        while (!asking.IsCompleted && limit.Lasts())
        {
            _clock.Advance(step ?? TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        return await Should.ThrowAsync<ModelException>(() => asking);
    }
}
