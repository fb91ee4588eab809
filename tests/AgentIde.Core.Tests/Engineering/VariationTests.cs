using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Runs;

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
        foreach (Tables tables in new[] { "rmse", "multi-class-log-loss" }.Select(metric => Tables.Make(metric)))
        {
            (List<Proposal> proposals, JournalBuilder run) = await Rehearsal.PlayAsync(tables.Task, tables.Profile, 1, 40, failures: 0.1, language: language, policy: "operators");
            proposals.Select(proposal => proposal.Code).ShouldBeUnique();
            proposals.ShouldAllBe(proposal => proposal.Code.TrimEnd('\n').Split('\n').Length <= 120);
            used.UnionWith(run.Journal.Nodes.Where(node => node.Code is not null).Select(node => node.Operator));
            run.Journal.Nodes.Count(node => node.Failure?.Kind == FailureKind.NoAnswer).ShouldBeLessThan(12);
        }

        used.Order().ShouldBe(Enum.GetValues<Operator>());
    }

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
