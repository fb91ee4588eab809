using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Core.Tests.Search;

/// <summary>What is true of every policy, whatever comes of the nodes.</summary>
public sealed class PolicyPropertiesTests
{
    public static TheoryData<string, int> Each => [.. Policies.Names.SelectMany(name => new[] { 1, 4 }.Select(workers => new TheoryDataRow<string, int>(name, workers)))];

    [Theory]
    [MemberData(nameof(Each))]
    public void A_decision_follows_from_journal_and_draws_and_takes_only_parents_that_may_be_taken(string name, int workers)
    {
        int decisions = 0;
        for (int seed = 0; seed < 8; seed++)
        {
            ImmutableArray<Operator>? operators = seed % 4 == 3 ? [Operator.Draft, Operator.Debug, Operator.Improve] : null;
            new RandomRuns(seed, 50, workers, seed % 2 == 0 ? "rmse" : "accuracy", operators).Play(Policies.Find(name)!, (journal, decision, draws) =>
            {
                Draws again = new(seed, journal.Nodes.Count + 1, "policy");
                Decision same = Policies.Find(name)!.Choose(journal, again);
                (same.Operator, same.Why, string.Join(',', same.Parents)).ShouldBe((decision.Operator, decision.Why, string.Join(',', decision.Parents)));
                again.Drawn.ShouldBe(draws.Drawn);
                MustBeAllowed(journal, decision, operators);
                decisions++;
            });
        }

        decisions.ShouldBeGreaterThan(300);
    }

    [Theory]
    [InlineData("mcts", Operator.Draft, Operator.Debug, Operator.Improve, Operator.Tune, Operator.Ablate, Operator.Merge, Operator.Simplify)]
    [InlineData("best-of-n", Operator.Draft, Operator.Debug)]
    [InlineData("evolution", Operator.Draft, Operator.Debug, Operator.Improve, Operator.Tune, Operator.Merge)]
    [InlineData("aide-mlebench", Operator.Draft, Operator.Debug, Operator.Improve)]
    public void Comes_to_each_of_its_operators_and_to_no_other(string name, params Operator[] expected)
    {
        HashSet<Operator> seen = [];
        for (int seed = 0; seed < 12; seed++)
        {
            new RandomRuns(seed, 60, 2).Play(Policies.Find(name)!, (_, decision, _) => seen.Add(decision.Operator));
        }

        seen.Order().ShouldBe(expected);
    }

    [Theory]
    [InlineData("mcts", 4)]
    [InlineData("best-of-n", 2)]
    [InlineData("evolution", 2)]
    public void Mends_a_failure_so_many_times_and_no_more_and_not_where_it_comes_back(string name, int deepest)
    {
        IPolicy policy = Policies.Find(name)!;
        JournalBuilder run = new JournalBuilder(budget: new Budget(40, 100_000)).Node(Operator.Draft, null, null);
        for (int depth = 1; depth <= deepest; depth++)
        {
            Decision mend = policy.Choose(run.Journal, new Draws(1, depth, "policy"));
            (mend.Operator, mend.Parents[0]).ShouldBe((Operator.Debug, depth));
            run.Node(Operator.Debug, depth, null);
        }

        policy.Choose(run.Journal, new Draws(1, 9, "policy")).Operator.ShouldBe(Operator.Draft);

        JournalBuilder repeated = new JournalBuilder().Begin(Operator.Draft).Add(Failed(1, "KeyError: 'a'")).Begin(Operator.Debug, 1).Add(Failed(2, "KeyError: 'a'"));
        policy.Choose(repeated.Journal, new Draws(1, 3, "policy")).Operator.ShouldBe(Operator.Draft);

        JournalBuilder speechless = new JournalBuilder().Begin(Operator.Draft).Add(Failed(1, "KeyError: 'a'")).Begin(Operator.Debug, 1).Add(new NodeFailed(2, new Failure(FailureKind.NoAnswer, "nothing", null, null)));
        policy.Choose(speechless.Journal, new Draws(1, 3, "policy")).Operator.ShouldBe(Operator.Draft);
    }

    [Theory]
    [InlineData("mcts")]
    [InlineData("evolution")]
    public void What_ran_out_of_time_while_it_was_to_improve_a_solution_is_not_mended_and_a_start_is(string name)
    {
        static NodeFailed Slow(int node) => new(node, new Failure(FailureKind.TimeOut, $"did not end within {node} s", null, null));
        IPolicy policy = Policies.Find(name)!;
        JournalBuilder start = new JournalBuilder(budget: new Budget(40, 100_000)).Begin(Operator.Draft).Add(Slow(1));
        JournalBuilder step = new JournalBuilder(budget: new Budget(40, 100_000)).Node(Operator.Draft, null, 0.5).Begin(Operator.Improve, 1).Add(Slow(2));

        policy.Choose(start.Journal, new Draws(1, 2, "policy")).Operator.ShouldBe(Operator.Debug);
        policy.Choose(step.Journal, new Draws(1, 3, "policy")).Operator.ShouldNotBe(Operator.Debug);
    }

    [Fact]
    public void As_mle_bench_ran_it_a_failure_is_mended_whenever_there_is_one()
    {
        JournalBuilder run = new();
        for (int draft = 0; draft < 5; draft++)
        {
            run.Node(Operator.Draft, null, draft == 2 ? null : 0.5);
        }

        IPolicy policy = Policies.Find("aide-mlebench")!;
        for (int depth = 0, leaf = 3; depth <= 20; depth++, leaf = run.Journal.Nodes.Count)
        {
            Decision mend = policy.Choose(run.Journal, new Draws(1, depth, "policy"));
            (mend.Operator, mend.Parents[0]).ShouldBe((Operator.Debug, leaf));
            run.Node(Operator.Debug, leaf, null);
        }

        policy.Choose(run.Journal, new Draws(1, 99, "policy")).Operator.ShouldBe(Operator.Improve);
    }

    [Fact]
    public void Evolution_takes_its_parents_from_the_newest_alone()
    {
        JournalBuilder run = new JournalBuilder(budget: new Budget(40, 100_000)).Node(Operator.Draft, null, 0.01);
        for (int draft = 2; draft <= 15; draft++)
        {
            run.Node(Operator.Draft, null, draft);
        }

        Dictionary<int, int> parents = [];
        for (int seed = 1; seed <= 400; seed++)
        {
            int parent = Policies.Find("evolution")!.Choose(run.Journal, new Draws(seed, 16, "policy")).Parents[0];
            parents[parent] = parents.GetValueOrDefault(parent) + 1;
        }

        parents.Keys.Min().ShouldBe(6, "the best of all is too old");

        // The best of three that are drawn with replacement among ten: 1 − 0.9³.
        (parents[6] / 400.0).ShouldBeInRange(0.2, 0.36);
        parents.Count.ShouldBeGreaterThan(6);
    }

    private static NodeFailed Failed(int node, string message) => new(node, new Failure(FailureKind.Exception, message, 3, null));

    private static void MustBeAllowed(Journal journal, Decision decision, ImmutableArray<Operator>? operators)
    {
        decision.Parents.Length.ShouldBe(decision.Operator switch { Operator.Draft => 0, Operator.Merge => 2, _ => 1 });
        foreach (Node parent in decision.Parents.Select(id => journal[id]))
        {
            parent.Rejected.ShouldBeNull();
            (decision.Operator == Operator.Debug ? parent is { IsBuggy: true, Failure.Kind: not FailureKind.NoAnswer } : parent.IsValid).ShouldBeTrue();
            if (decision.Operator == Operator.Debug)
            {
                parent.Children.ShouldAllBe(child => journal[child].Failure != null && journal[child].Failure!.Kind == FailureKind.NoAnswer, "nobody mends what is being mended");
            }
        }

        if (operators is { } taken)
        {
            taken.ShouldContain(decision.Operator);
        }

        if (decision is { Operator: Operator.Merge, Parents: [int one, int other] })
        {
            new Branches(journal).AreApart(one, other).ShouldBeTrue();
            journal.Nodes.ShouldNotContain(node => node.Operator == Operator.Merge && node.Parents.Order().SequenceEqual(new[] { one, other }.Order()));
        }

        decision.Why.ShouldNotContain('\n');
        decision.Why.ShouldNotBeEmpty();
    }
}
