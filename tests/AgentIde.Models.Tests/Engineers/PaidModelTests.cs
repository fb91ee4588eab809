using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Models.Engineers;
using Microsoft.Extensions.Time.Testing;
using static AgentIde.Models.Tests.Engineers.ScriptedModel;

namespace AgentIde.Models.Tests.Engineers;

public sealed class PaidModelTests
{
    private static readonly ModelRequest Request = new("Be brief.", [new ModelMessage(ModelRole.User, "What is the mean?")], MaximumOutput: 500);
    private static readonly Patience AtOnce = new(4, TimeSpan.Zero, TimeSpan.FromMinutes(2));

    [Fact]
    public async Task A_call_is_reserved_at_its_most_and_settled_at_what_it_came_to()
    {
        Ledger ledger = new();
        ModelReply reply = await new PaidModel(new ScriptedModel(Says("3.5")), AtOnce, TimeProvider.System).AskAsync(Request, ledger.Purse, CancellationToken.None);
        reply.Text.ShouldBe("3.5");
        CallReservation reserved = ledger.Reserved.ShouldHaveSingleItem();
        (reserved.Model, reserved.Maximum.Total, reserved.Dollars).ShouldBe(("scripted:one", 1500, 0.006m));
        reserved.Prompt.ShouldBe("# system\n\nBe brief.\n\n# user\n\nWhat is the mean?\n\n");
        CallEnd end = ledger.Ended.ShouldHaveSingleItem();
        (end.Call, end.Answer, end.Problem, end.Dollars).ShouldBe((1, "3.5", null, 0.0028m));
    }

    [Theory]
    [InlineData(CallProblem.Busy)]
    [InlineData(CallProblem.Broken)]
    [InlineData(CallProblem.TimedOut)]
    [InlineData(CallProblem.Cut)]
    [InlineData(CallProblem.Unreachable)]
    public async Task What_may_pass_is_tried_again_and_each_attempt_is_a_call_of_its_own(CallProblem problem)
    {
        Ledger ledger = new();
        ScriptedModel model = new(Fails(problem), Fails(problem, new TokenUsage(1000, 0, 500, 0)), Says("3.5"));
        (await new PaidModel(model, AtOnce, TimeProvider.System).AskAsync(Request, ledger.Purse, CancellationToken.None)).Text.ShouldBe("3.5");
        ledger.Ended.Select(end => (end.Call, end.Problem, end.Dollars)).ShouldBe([(1, problem, 0m), (2, problem, 0.006m), (3, null, 0.0028m)]);
    }

    [Theory]
    [InlineData(CallProblem.Key)]
    [InlineData(CallProblem.Model)]
    [InlineData(CallProblem.Request)]
    [InlineData(CallProblem.Quota)]
    [InlineData(CallProblem.Malformed)]
    [InlineData(CallProblem.Empty)]
    [InlineData(CallProblem.Refused)]
    public async Task What_will_not_pass_is_not_tried_again(CallProblem problem)
    {
        ScriptedModel model = new(Fails(problem), Says("3.5"));
        ModelException error = await Should.ThrowAsync<ModelException>(new PaidModel(model, AtOnce, TimeProvider.System).AskAsync(Request, new Ledger().Purse, CancellationToken.None));
        (error.Problem, model.Requests.Count).ShouldBe((problem, 1));
    }

    [Fact]
    public async Task A_provider_that_stays_down_is_given_up_after_its_attempts()
    {
        Ledger ledger = new();
        ScriptedModel model = new(Fails(CallProblem.Broken));
        await Should.ThrowAsync<ModelException>(new PaidModel(model, AtOnce, TimeProvider.System).AskAsync(Request, ledger.Purse, CancellationToken.None));
        (ledger.Reserved.Count, ledger.Ended.Count).ShouldBe((5, 5));
    }

    [Fact]
    public async Task A_provider_is_left_alone_for_as_long_as_it_says()
    {
        FakeTimeProvider clock = new();
        ScriptedModel model = new(Fails(CallProblem.Busy, retryAfter: TimeSpan.FromSeconds(30)), Says("3.5"));
        Task<ModelReply> asking = new PaidModel(model, Patience.Default, clock).AskAsync(Request, new Ledger().Purse, CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(29));
        model.Requests.Count.ShouldBe(1);
        clock.Advance(TimeSpan.FromSeconds(1));
        (await asking).Text.ShouldBe("3.5");
    }

    [Fact]
    public async Task A_provider_that_says_to_come_back_at_once_is_left_alone_as_one_that_says_nothing()
    {
        FakeTimeProvider clock = new();
        ScriptedModel model = new(Fails(CallProblem.Busy, retryAfter: TimeSpan.Zero), Says("3.5"));
        Task<ModelReply> asking = new PaidModel(model, Patience.Default, clock).AskAsync(Request, new Ledger().Purse, CancellationToken.None);
        model.Requests.Count.ShouldBe(1);
        clock.Advance(TimeSpan.FromMinutes(2));
        (await asking).Text.ShouldBe("3.5");
    }

    [Fact]
    public async Task A_provider_that_wants_to_be_left_alone_for_an_hour_is_given_up()
    {
        ScriptedModel model = new(Fails(CallProblem.Busy, retryAfter: TimeSpan.FromHours(1)), Says("3.5"));
        await Should.ThrowAsync<ModelException>(new PaidModel(model, Patience.Default, TimeProvider.System).AskAsync(Request, new Ledger().Purse, CancellationToken.None));
        model.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task No_attempt_is_made_that_the_purse_can_not_pay()
    {
        // Two fit, and each fails at its full price: the third is not sent.
        Ledger ledger = new(cap: 0.015m);
        ScriptedModel model = new(Fails(CallProblem.Cut, new TokenUsage(1000, 0, 500, 0)));
        await Should.ThrowAsync<BudgetSpentException>(new PaidModel(model, AtOnce, TimeProvider.System).AskAsync(Request, ledger.Purse, CancellationToken.None));
        (model.Requests.Count, ledger.Spent).ShouldBe((2, 0.012m));
    }

    [Fact]
    public async Task A_call_that_is_given_up_counts_at_its_most()
    {
        Ledger ledger = new();
        using CancellationTokenSource cancellation = new();
        ScriptedModel model = new(_ =>
        {
            cancellation.Cancel();
            throw new OperationCanceledException(cancellation.Token);
        });
        await Should.ThrowAsync<OperationCanceledException>(new PaidModel(model, AtOnce, TimeProvider.System).AskAsync(Request, ledger.Purse, cancellation.Token));
        CallEnd end = ledger.Ended.ShouldHaveSingleItem();
        (end.Problem, end.Dollars).ShouldBe((CallProblem.GivenUp, 0.006m));
    }

    [Theory]
    [InlineData(40, 500)]
    [InlineData(40_000, 10_000)]
    public async Task What_was_heard_of_a_call_that_is_given_up_is_kept_and_paid_for(int length, long output)
    {
        Ledger ledger = new();
        using CancellationTokenSource cancellation = new();
        HeardModel model = new(new ScriptedModel(_ =>
        {
            cancellation.Cancel();
            throw new OperationCanceledException(cancellation.Token);
        }), new ModelPiece("Let me see.", true), new ModelPiece(new string('x', length), false));
        await Should.ThrowAsync<OperationCanceledException>(new PaidModel(model, AtOnce, TimeProvider.System).AskAsync(Request, ledger.Purse, cancellation.Token));
        CallEnd end = ledger.Ended.ShouldHaveSingleItem();
        (end.Problem, end.Thinking, end.Answer, end.IsCut).ShouldBe((CallProblem.GivenUp, "Let me see.", new string('x', length), true));
        end.Usage.Output.ShouldBeInRange(output, output + 10);
    }

    [Fact]
    public async Task An_answer_longer_than_was_allowed_is_told()
    {
        Ledger ledger = new();
        await new PaidModel(new ScriptedModel(ScriptedModel.Says("long", output: 1_400)), AtOnce, TimeProvider.System).AskAsync(Request, ledger.Purse, CancellationToken.None);
        CallEnd end = ledger.Ended.ShouldHaveSingleItem();
        (end.Problem, end.Message).ShouldBe((null, "scripted:one gave 1.4k tokens where 500 were allowed: it does not keep to the length that it is asked for"));
    }

    /// <summary>A model of which pieces are heard before it comes to its end.</summary>
    private sealed class HeardModel(ScriptedModel inner, params ModelPiece[] heard) : IModel
    {
        public string Name => inner.Name;

        public Price? Price => inner.Price;

        public TokenUsage Maximum(ModelRequest request) => inner.Maximum(request);

        public Task<ModelReply> AskAsync(ModelRequest request, Action<ModelPiece>? pieces, CancellationToken cancellationToken)
        {
            Array.ForEach(heard, piece => pieces?.Invoke(piece));
            return inner.AskAsync(request, pieces, cancellationToken);
        }
    }
}
