using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Core.Tests.Engineering;

/// <summary>What the built-in engineer answers where it is to tune, ablate, merge or simplify.</summary>
public sealed class VariationTests
{
    private readonly Tables _tables = Tables.Make("rmse");

    [Fact]
    public async Task Tuning_changes_parameters_and_nothing_else()
    {
        JournalBuilder run = Started(out Notes before);
        run.Begin(Operator.Tune, 1);
        Notes after = NotesOf((await Rehearsal.ProposeAsync(run.Journal, Operator.Tune, 1, 1))!);
        after.Parts.Select(part => part.Component).ShouldBe(before.Parts.Select(part => part.Component));
        after.Parts.Zip(before.Parts).Count(pair => !pair.First.With.SequenceEqual(pair.Second.With)).ShouldBe(1);
    }

    [Fact]
    public async Task Ablation_takes_out_one_part()
    {
        JournalBuilder run = Started(out Notes before, Part.Of("ratios"), Part.Of("frequencies"));
        run.Begin(Operator.Ablate, 1);
        Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, Operator.Ablate, 1, 1))!;
        Notes after = NotesOf(proposal);
        string left = before.Parts.Select(part => part.Component).Except(after.Parts.Select(part => part.Component)).ShouldHaveSingleItem();
        (after.Parts.Length, after.Name).ShouldBe((before.Parts.Length - 1, $"without {left}"));
        proposal.Plan.ShouldContain("to see what it is worth");
    }

    [Fact]
    public async Task Merging_blends_the_models_of_both_with_the_parameters_they_have()
    {
        JournalBuilder run = Started(out Notes first);
        run.Begin(Operator.Draft);
        Proposal other = (await Rehearsal.ProposeAsync(run.Journal, Operator.Draft, null, 1))!;
        run.Propose(other).Score(0.6).Begin(Operator.Merge, 1, 2);
        Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, Operator.Merge, [1, 2], 1))!;
        Notes merged = NotesOf(proposal);
        foreach ((ModelFamily family, Part part) in first.Recipe.Models.Concat(NotesOf(other).Recipe.Models))
        {
            merged.Recipe[family.Name]!.With.SequenceEqual(part.With).ShouldBeTrue();
        }

        merged.Recipe.Has(Pool.Key).ShouldBeTrue();
        proposal.Plan.ShouldStartWith("Blends ");
        proposal.Code.ShouldContain("guesses = [out_of_fold(model) for model in [");
    }

    [Fact]
    public async Task Simplifying_leaves_out_seeds_first_and_then_the_part_that_brought_least()
    {
        JournalBuilder run = Started(out _, Part.Of(SeedBag.Key).Set("seeds", 4), Part.Of("ratios"));
        run.Begin(Operator.Simplify, 1);
        Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, Operator.Simplify, 1, 1))!;
        NotesOf(proposal).Recipe.Seeds.ShouldBe(2);
        proposal.Plan.ShouldStartWith("Fits each model 2 times instead of 4 times");

        run.Propose(proposal).Score(0.5, new Comparison(1, 0, 0.01)).Begin(Operator.Simplify, 2);
        Proposal once = (await Rehearsal.ProposeAsync(run.Journal, Operator.Simplify, 2, 1))!;
        run.Propose(once).Score(0.5, new Comparison(2, 0, 0.01)).Begin(Operator.Simplify, 3);
        Proposal shorter = (await Rehearsal.ProposeAsync(run.Journal, Operator.Simplify, 3, 1))!;
        shorter.Code.Count('\n').ShouldBeLessThan(once.Code.Count('\n'));
    }

    [Theory]
    [InlineData(Operator.Tune)]
    [InlineData(Operator.Ablate)]
    [InlineData(Operator.Simplify)]
    public async Task What_another_wrote_is_told_not_to_be_changed(Operator @operator)
    {
        JournalBuilder run = new(_tables.Task, _tables.Profile);
        run.Begin(Operator.Draft).Add(new NodeProposed(1, "A plan.", Digest.Of("print()"), [], "{\"model\": \"x\"}", null)).Score(0.3).Begin(@operator, 1);
        NoAnswerException nothing = await Should.ThrowAsync<NoAnswerException>(() => Rehearsal.ProposeAsync(run.Journal, @operator, 1, 1));
        nothing.Message.ShouldBe($"The built-in engineer can't {@operator.ToString().ToLowerInvariant()} what it did not write: node 1 is not of its making.");
    }

    [Fact]
    public async Task Two_equal_recipes_have_nothing_to_merge()
    {
        JournalBuilder run = Started(out Notes notes);
        run.Begin(Operator.Draft).Propose(new Proposal("The same.", "other code", [], notes.ToJson())).Score(0.6).Begin(Operator.Merge, 1, 2);
        NoAnswerException nothing = await Should.ThrowAsync<NoAnswerException>(() => Rehearsal.ProposeAsync(run.Journal, Operator.Merge, [1, 2], 1));
        nothing.Message.ShouldBe("The built-in engineer finds nothing to merge in node 1 and node 2 that is new and fits into the time.");
    }

    [Theory]
    [InlineData(ProgramLanguage.Python)]
    [InlineData(ProgramLanguage.CSharp)]
    public async Task Whole_runs_use_each_operator_and_never_write_a_program_twice(ProgramLanguage language)
    {
        HashSet<Operator> used = [];
        var runs = from seed in Enumerable.Range(1, 4) from metric in new[] { "rmse", "multi-class-log-loss" } from policy in new[] { "operators", "mcts" } select (seed, metric, policy);

        // What is slow by chance, and leads, and is made simpler, is rare: other seeds are played until each operator was used.
        foreach ((int seed, string metric, string policy) in runs.TakeWhile(run => run.seed == 1 || used.Count < Enum.GetValues<Operator>().Length))
        {
            Tables tables = Tables.Make(metric);
            (List<Proposal> proposals, JournalBuilder run) = await Rehearsal.PlayAsync(tables.Task, tables.Profile, seed, 40, failures: 0.1, new Budget(40, 1_200), language, policy, timed: true);
            proposals.Select(proposal => proposal.Code).ShouldBeUnique();
            proposals.ShouldAllBe(proposal => Brevity.Lines(proposal.Code) <= 120);
            used.UnionWith(run.Journal.Nodes.Where(node => node.Code is not null).Select(node => node.Operator));
            run.Journal.Nodes.Count(node => node.Failure?.Kind == FailureKind.NoAnswer).ShouldBeLessThan(12);
        }

        used.Order().ShouldBe(Enum.GetValues<Operator>());
    }

    [Fact]
    public void A_blend_whose_program_would_be_too_long_goes_without_what_lost()
    {
        Tables tables = Tables.Make("roc-auc");
        Problem problem = new(tables.Task, tables.Profile, 2);
        Recipe recipe = Drafts.Start(problem, Catalogue.Family("xgboost")!), other = Drafts.Start(problem, Catalogue.Family("boosted-trees")!);
        foreach (Component luxury in Catalogue.All.Where(component => component.Block == Block.Features && component is not ModelFamily && component.Fits(problem)))
        {
            recipe = recipe.Put(Part.Of(luxury.Name)) is var longer && Lines(problem, longer) <= Brevity.MostLines ? longer : recipe;
        }

        Lines(problem, recipe.Add(Catalogue.Family("boosted-trees")!.Default(problem)).Add(Part.Of(Pool.Key))).ShouldBeGreaterThan(Brevity.MostLines);
        JournalBuilder run = new(tables.Task, tables.Profile);
        foreach ((Recipe each, string family) in new[] { (recipe, "xgboost"), (other, "boosted-trees") })
        {
            run.Begin(Operator.Draft).Propose(new Proposal("Trees.", Composer.Compose(problem, each).Code, [], new Notes("draft", family, 5, each.Parts).ToJson())).Score(0.7);
        }

        Next().ShouldNotContain("Blends boosted trees in", Case.Sensitive, "what may be worth something does not make room");
        run.Begin(Operator.Improve, 2).Propose(new Proposal("Means.", "means", [], new Notes("features", TargetMeans.Key, 5, other.Parts).ToJson())).Score(0.6, new Comparison(2, -0.1, 0.02));
        Next().ShouldMatch("Blends boosted trees in.* For room it goes without target means");

        string Next()
        {
            Idea idea = Improvements.Next(problem, recipe, 0.7, new Experience(run.Journal), new Draws(1, 3, "engineer"), new Allowance(600, 600, 600, 600))!;
            Lines(problem, idea.Recipe).ShouldBeLessThanOrEqualTo(Brevity.MostLines);
            return idea.Plan;
        }
    }

    [Theory]
    [InlineData(0.71, true)]
    [InlineData(0.55, false)]
    public void All_kinds_that_are_not_far_behind_are_blended_at_once(double third, bool atOnce)
    {
        Tables tables = Tables.Make("roc-auc");
        Problem problem = new(tables.Task, tables.Profile, 2);
        JournalBuilder run = new(tables.Task, tables.Profile);
        foreach ((string family, double score) in new[] { ("xgboost", 0.72), ("boosted-trees", 0.72), ("extra-trees", third) })
        {
            Recipe start = Drafts.Start(problem, Catalogue.Family(family)!);
            run.Begin(Operator.Draft).Propose(new Proposal("Trees.", Composer.Compose(problem, start).Code, [], new Notes("draft", family, 5, start.Parts).ToJson())).Score(score);
        }

        Recipe recipe = Drafts.Start(problem, Catalogue.Family("xgboost")!);
        Idea idea = Improvements.Next(problem, recipe, 0.72, new Experience(run.Journal), new Draws(1, 3, "engineer"), new Allowance(600, 600, 600, 600))!;
        idea.Plan.StartsWith("Blends boosted trees and extra trees in at once", StringComparison.Ordinal).ShouldBe(atOnce, idea.Plan);
    }

    [Theory]
    [InlineData("f 20000-?", true)]
    [InlineData("f 20000-", true)]
    [InlineData("f 20000-many", false)]
    public void A_range_with_an_open_end_is_a_number_as_the_others_of_its_column(string last, bool isRange)
    {
        DataProfile profile = _tables.Profile with { Columns = _tables.Profile.Columns.Add(Samples.Words("premium", "f 0", "f 1000-4999", last)) };
        RangesAsNumbers.Columns(new Problem(_tables.Task, profile, 2)).Contains("premium").ShouldBe(isRange);
    }

    [Fact]
    public void Parameters_drawn_anew_keep_some_of_what_was_found()
    {
        ModelFamily family = Catalogue.Family("xgboost")!;
        Problem problem = new(_tables.Task, _tables.Profile, 2);
        Part start = family.Default(problem);
        List<int> changes = [];
        for (int seed = 1; seed <= 60; seed++)
        {
            (Part part, ImmutableArray<string> drawn) = family.Redraw(start, new Draws(seed, 1, "redraw"));
            drawn.ShouldNotBeEmpty();
            start.With.Where(pair => !drawn.Contains(pair.Key)).ShouldAllBe(pair => part.With[pair.Key].Equals(pair.Value));
            changes.Add(drawn.Length);

            // What is near, and boosting goes about as far as before, in other steps.
            ((int[])[4, 6, 7, 9]).ShouldContain(part.Whole("depth", 0));
            (part.Number("trees", 0) * part.Number("rate", 0)).ShouldBe(start.Number("trees", 0) * start.Number("rate", 0), 1);
        }

        changes.Distinct().Count().ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task When_all_steps_are_tried_chance_goes_the_way_that_lost_less()
    {
        JournalBuilder run = Started(out _);
        Dictionary<string, int> drawn = [];
        for (int node = 2; node <= 150; node++)
        {
            run.Begin(Operator.Improve, 1);
            Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, Operator.Improve, 1, 1))!;
            string name = NotesOf(proposal).Name;
            if (name == "several" || name.EndsWith(" redrawn", StringComparison.Ordinal))
            {
                drawn[name] = drawn.GetValueOrDefault(name) + 1;
            }

            // Parameters drawn anew lose, several changes at once make no difference.
            run.Propose(proposal).Score(0.5, new Comparison(1, name.EndsWith(" redrawn", StringComparison.Ordinal) ? -0.5 : 0, 0.1));
        }

        drawn["boosted-trees redrawn"].ShouldBeInRange(1, 3);
        drawn["several"].ShouldBeGreaterThan(10);
    }

    private static int Lines(Problem problem, Recipe recipe) => Brevity.Lines(Composer.Compose(problem, recipe).Code);

    /// <summary>A scored draft with further parts.</summary>
    private JournalBuilder Started(out Notes notes, params Part[] parts)
    {
        JournalBuilder run = new(_tables.Task, _tables.Profile);
        Problem problem = new(_tables.Task, _tables.Profile, 2);
        Recipe recipe = parts.Aggregate(Drafts.Start(problem, Catalogue.Family("boosted-trees")!), (recipe, part) => recipe.Put(part));
        notes = new Notes("draft", "boosted-trees", 5, recipe.Parts);
        run.Begin(Operator.Draft).Propose(new Proposal("Trees.", Composer.Compose(problem, recipe).Code, [], notes.ToJson())).Score(0.5);
        return run;
    }

    private static Notes NotesOf(Proposal proposal) => Notes.Of(new Node { Id = 1, Operator = Operator.Draft, Parents = [], Why = "", Notes = proposal.Notes })!;
}
