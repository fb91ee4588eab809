using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests.Runs;

public sealed class SpendingTests
{
    private static readonly Digest Text = Digest.Of("text");
    private static readonly DateOnly Day = new(2026, 5, 1);

    [Fact]
    public void A_call_counts_at_its_most_until_it_has_ended()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft).Add(Reserved(1, 1, "strong", 1_000, 0.5m));

        (run.Journal.Spending.Total.Tokens, run.Journal.Spending.Total.Dollars, run.Journal.Spending.Total.Open).ShouldBe((1_000, 0.5m, 1));
        run.Add(Ended(1, 1, 300, 0.1m));

        (run.Journal.Spending.Total.Tokens, run.Journal.Spending.Total.Dollars, run.Journal.Spending.Total.Open).ShouldBe((300, 0.1m, 0));
        run.Journal[1].Calls.ShouldHaveSingleItem().Outcome!.Answer.ShouldBe(Text);
    }

    [Fact]
    public void Calls_are_summed_by_model_and_kept_by_node()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft).Begin(Operator.Draft)
            .Add(Reserved(1, 1, "strong", 1_000, 0.5m)).Add(Reserved(2, 2, "cheap", 100, 0.01m)).Add(Ended(2, 2, 50, 0.005m)).Add(Reserved(2, 3, "strong", 1_000, 0.5m)).Add(Ended(2, 3, 900, 0.4m));

        Spending spending = run.Journal.Spending;
        spending.Calls.ShouldBe(3);
        spending.ByModel.Keys.ShouldBe(["cheap", "strong"]);
        spending.ByModel["strong"].ShouldBe(new Outlay(2, 1, 0, new TokenUsage(450, 0, 450, 0), 0.4m, new TokenUsage(500, 0, 500, 0), 0.5m));
        spending.Total.Dollars.ShouldBe(0.905m);
        run.Journal[2].Calls.Select(call => (call.Number, call.Model, call.Dollars)).ShouldBe([(2, "cheap", 0.005m), (3, "strong", 0.4m)]);
        run.Journal[1].Calls[0].Model.ShouldBeSameAs(run.Journal[2].Calls[1].Model);
    }

    [Fact]
    public void An_end_that_does_not_say_what_it_cost_costs_what_was_set_aside()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft).Add(Reserved(1, 1, "m", 1_000, 0.5m)).Add(Ended(1, 1, 300, null));

        run.Journal.Spending.Total.Dollars.ShouldBe(0.5m);
    }

    [Fact]
    public void A_call_without_a_price_is_in_no_sum_of_dollars_and_is_counted()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft).Add(Reserved(1, 1, "m", 1_000, null)).Add(Ended(1, 1, 300, null));

        (run.Journal.Spending.Total.Unpriced, run.Journal.Spending.Total.Dollars, run.Journal.Spending.Total.Tokens).ShouldBe((1, 0m, 300));
    }

    [Fact]
    public void A_call_ends_once_and_for_its_own_node()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft).Begin(Operator.Draft).Add(Reserved(1, 1, "m", 1_000, null));

        Should.Throw<RunStoreException>(() => run.Add(Ended(2, 1, 1, null))).Message.ShouldContain("did not begin");
        run.Add(Ended(1, 1, 1, null));
        Should.Throw<RunStoreException>(() => run.Add(Ended(1, 1, 1, null))).Message.ShouldContain("did not begin");
    }

    [Fact]
    public void A_larger_budget_gives_a_refused_search_another_try()
    {
        JournalBuilder run = new JournalBuilder(budget: new Budget(20, 600, Dollars: 1)).Begin(Operator.Draft).Add(new CallRefused(1, "the first")).Add(new CallRefused(1, "the second"));
        run.Journal.Refused.ShouldBe("the first");
        run.Add(new RunResumed("again"));
        run.Journal.Refused.ShouldBe("the first");

        run.Add(new RunResumed("again", null, new Budget(20, 600, Dollars: 2)));

        (run.Journal.Refused, run.Journal.Settings!.Budget.Dollars).ShouldBe((null, 2m));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(1_000L, null, 0.8)]
    [InlineData(null, 1.0, 0.4)]
    [InlineData(1_000L, 1.0, 0.8)]
    [InlineData(1_600L, 0.5, 0.8)]
    [InlineData(null, 0.0, 1.0)]
    public void What_is_spent_of_a_budget_is_the_largest_part_of_its_caps(long? tokens, double? dollars, double? share)
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft)
            .Add(Reserved(1, 1, "m", 1_000, 0.5m)).Add(Ended(1, 1, 800, 0.4m)).Add(Reserved(1, 2, "m", 5_000, 9));

        run.Journal.Spending.Share(new Budget(20, 600, tokens, (decimal?)dollars)).ShouldBe(share);
    }

    [Fact]
    public void The_journal_of_a_run_that_asked_no_model_says_nothing_of_models()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft);
        string without = Encoding.UTF8.GetString(RunJson.WriteCanonical(run.Journal));
        run.Add(Reserved(1, 1, "m", 1_000, 0.50m));
        string with = Encoding.UTF8.GetString(RunJson.WriteCanonical(run.Journal));

        without.ShouldNotContain("calls");
        without.ShouldNotContain("dollars");
        with.ShouldContain("\"maximumDollars\": 0.50");
        with.ShouldNotContain("isOpen");
    }

    [Fact]
    public void A_journal_of_ten_thousand_nodes_with_their_calls_stays_small()
    {
        JournalBuilder run = new(budget: new Budget(10_000, 600));
        for (int node = 1; node <= 10_000; node++)
        {
            run.Begin(Operator.Draft);
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        Journal journal = run.Journal;
        for (int node = 1; node <= 10_000; node++)
        {
            // The events themselves are not kept: only what the journal makes of them counts.
            journal = Apply(Apply(journal, Reserved(node, node, new string("openai:gpt-5.1"), 1_000, 0.5m)), Ended(node, node, 800, 0.4m));
        }

        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / 10_000;
        each.ShouldBeLessThan(1_000, "bytes a call");
        journal.Spending.Total.Calls.ShouldBe(10_000);
    }

    [Theory]
    [InlineData(0, "$0.00")]
    [InlineData(0.42, "$0.42")]
    [InlineData(12.3456, "$12.35")]
    [InlineData(0.0314, "$0.031")]
    [InlineData(0.00126, "$0.0013")]
    [InlineData(0.000005, "$0.000005")]
    public void Dollars_are_told_to_the_cent_and_small_amounts_to_two_digits(double dollars, string text) => Figures.Dollars((decimal)dollars).ShouldBe(text);

    [Theory]
    [InlineData(950, "950")]
    [InlineData(1_250, "1.3k")]
    [InlineData(81_234, "81k")]
    [InlineData(999_600, "1M")]
    [InlineData(1_250_000, "1.25M")]
    public void Tokens_are_told_in_thousands_and_millions(long tokens, string text) => Figures.Tokens(tokens).ShouldBe(text);

    private static Journal Apply(Journal journal, RunEvent @event) => journal.Apply(new RecordedEvent(journal.Seq + 1, journal.LastAt!.Value, 1, @event));

    private static CallReserved Reserved(int node, int call, string model, long tokens, decimal? dollars) =>
        new(node, call, model, Text, new TokenUsage(tokens / 2, 0, tokens / 2, 0), dollars, Day);

    private static CallEnded Ended(int node, int call, long tokens, decimal? dollars) =>
        new(node, call, Text, null, null, "", new TokenUsage(tokens / 2, 0, tokens / 2, 0), dollars, 1.5);
}
