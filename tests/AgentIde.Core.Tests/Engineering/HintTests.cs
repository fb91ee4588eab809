using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Engineering.BuiltIn.Models;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Tests.Engineering;

/// <summary>What the built-in engineer makes of a person's words.</summary>
public sealed class HintTests
{
    private readonly Tables _tables = Tables.Make("rmse");

    [Theory]
    [InlineData("Try a log target", "log target")]
    [InlineData("What about log1p?", "log target")]
    [InlineData("use ratios of the columns", "ratios")]
    [InlineData("target encoding please", "target-means")]
    [InlineData("pairs of categories", "pair-keys")]
    [InlineData("more folds!", "8 folds")]
    [InlineData("blend it with xgboost", "with xgboost")]
    [InlineData("a random forest might help", "with extra-trees")]
    [InlineData("Ridge", "with linear")]
    [InlineData("k-NN", "with neighbours")]
    [InlineData("smaller learning rate", "boosted-trees slower")]
    [InlineData("Fewer leaves, it learns noise", "boosted-trees smaller")]
    [InlineData("It overfits. Stronger regularisation!", "boosted-trees steadier")]
    public async Task A_hint_that_names_what_it_knows_is_tried_next(string hint, string move)
    {
        Proposal proposal = await AskAsync(Started(), hint);
        Notes notes = NotesOf(proposal);
        notes.Name.ShouldBe(move);
        proposal.Plan.ShouldEndWith(" A person's hint asks for it.");
    }

    [Fact]
    public async Task A_blend_takes_the_model_that_promises_most()
    {
        NotesOf(await AskAsync(Started(), "try an ensemble")).Name.ShouldStartWith("with ");
    }

    [Fact]
    public async Task A_hint_may_name_several_things()
    {
        Notes notes = NotesOf(await AskAsync(Started(), "log target, and blend with ridge"));
        (notes.Kind, notes.Name).ShouldBe(("several", "log target, with linear"));
        (notes.Recipe.Has(LogTarget.Key), notes.Recipe.Has(LinearModel.Key), notes.Recipe.Has(BoostedTrees.Key)).ShouldBe((true, true, true));
    }

    [Theory]
    [InlineData("leave out the ratios: no ratios", "without ratios")]
    [InlineData("Don't use ratios", "without ratios")]
    [InlineData("without ratios", "without ratios")]
    [InlineData("no extra trees", "without extra-trees")]
    public async Task A_hint_may_ask_for_less(string hint, string move)
    {
        NotesOf(await AskAsync(Started(Part.Of("ratios"), Part.Of(ExtraTrees.Key), Part.Of(Pool.Key)), hint)).Name.ShouldBe(move);
    }

    [Fact]
    public async Task Something_in_the_place_of_another()
    {
        Notes notes = NotesOf(await AskAsync(Started(Part.Of(ExtraTrees.Key), Part.Of(Pool.Key)), "ridge instead of extra trees"));
        (notes.Recipe.Has(LinearModel.Key), notes.Recipe.Has(ExtraTrees.Key)).ShouldBe((true, false));
    }

    [Fact]
    public async Task What_it_does_not_understand_it_says_in_one_sentence_and_goes_on()
    {
        JournalBuilder run = Started();
        Proposal usual = await AskAsync(run, null), asked = await AskAsync(run, "Use the moon's phase");
        asked.Code.ShouldBe(usual.Code);
        asked.Plan.ShouldBe($"{usual.Plan} The hint names nothing that this engineer knows; it knows {Known}.");
    }

    private const string Known =
        "plain target, log target, target means, pairs of categories, ratios, frequencies, more folds, more seeds, calibration, clipping, more rows, a linear model, nearest neighbours, extra trees, xgboost, boosted trees, support vectors, "
        + "a blend, pieces of words, squares and products, more trees, smaller steps, larger trees, smaller trees, a depth in numbers, a stronger penalty, fewer columns";

    [Theory]
    [InlineData("boosted trees", "Of the hint it does not do this: boosted trees are there already.")]
    [InlineData("no ratios", "Of the hint it does not do this: ratios are not there anyway.")]
    [InlineData("average over seeds", "Of the hint it does not do this: more seeds do not fit here.")]
    [InlineData("count encoding", "Of the hint it does not do this: frequencies do not fit here.")]
    [InlineData("calibrate the probabilities", "Of the hint it does not do this: calibration does not fit here.")]
    public async Task What_can_not_be_done_is_said_with_its_reason(string hint, string said) => (await AskAsync(Started(), hint)).Plan.ShouldEndWith(said);

    [Theory]
    [InlineData("Why is this column dropped?", "it asks for nothing that the built-in engineer can do")]
    [InlineData("Look at the moon.", "the built-in engineer goes by the names of models, features and settings, and finds none here that it knows")]
    [InlineData("Did you consider extra trees?", "it asks for nothing that the built-in engineer can do")]
    [InlineData("Boosted trees, as you have them, are good.", "the built-in engineer has nothing to do by it in node 1 (boosted trees are there already)")]
    [InlineData("Could you try a log target?", null)]
    public void A_wish_that_changes_nothing_is_known_before_a_node_is_spent_on_it(string wish, string? why) => BuiltInEngineer.Refusal(Started().Journal, 1, wish).ShouldBe(why);

    [Fact]
    public async Task What_was_tried_is_said_to_have_been()
    {
        JournalBuilder run = Started();
        Proposal first = await AskAsync(run, "log target");
        run.Begin(Operator.Improve, 1).Propose(first).Score(0.6);
        BuiltInEngineer.Refusal(run.Journal, 1, "log target").ShouldBe("the built-in engineer has nothing to do by it in node 1 (What the hint asks for comes to a program that was tried already (node 2))");
        Proposal second = await AskAsync(run, "log target");
        second.Code.ShouldNotBe(first.Code);
        second.Plan.ShouldEndWith(" What the hint asks for comes to a program that was tried already (node 2).");
    }

    /// <param name="read">A plus for what is asked for, a minus for what is asked away; empty where nothing is.</param>
    [Theory]
    [InlineData("Do not use xgboost, and don't add a log target.", "-log target -xgboost")]
    [InlineData("Do not use random forest, and don't add a log target.", "-log target -extra trees")]
    [InlineData("Do not use xgboost, extra trees or ratios.", "-ratios -extra trees -xgboost")]
    [InlineData("Don't use ridge and use a log target.", "+log target -a linear model")]
    [InlineData("No ratios, log target please", "+log target -ratios")]
    [InlineData("No ratios but ridge.", "-ratios +a linear model")]
    [InlineData("You shouldn't use the logarithm.", "-log target")]
    [InlineData("Please don't tune xgboost any further.", "")]
    [InlineData("Don't drop the ratios.", "")]
    [InlineData("Leave xgboost as it is.", "")]
    [InlineData("Leave out xgboost.", "-xgboost")]
    [InlineData("This is not a random forest.", "")]
    [InlineData("Why is this better than linear regression?", "")]
    [InlineData("Did you consider extra trees, or random forest?", "")]
    [InlineData("Is xgboost in there? How do the ratios help?", "")]
    [InlineData("Could you explain why xgboost is used?", "")]
    [InlineData("Could you try extra trees?", "+extra trees")]
    [InlineData("Can we use ratios?", "+ratios")]
    [InlineData("Why not use ridge?", "+a linear model")]
    [InlineData("Why is it so slow? Drop xgboost.", "-xgboost")]
    [InlineData("What about random forest in the blend?", "+extra trees")]
    [InlineData("Drop the ratios because xgboost ignores them.", "-ratios")]
    [InlineData("Try extra trees instead.", "+extra trees!")]
    [InlineData("Drop xgboost and use ridge instead.", "+a linear model! -xgboost")]
    [InlineData("Replace xgboost with ridge.", "+a linear model -xgboost")]
    [InlineData("Use more trees, please: 300.", "+more trees=300")]
    [InlineData("Learning rate of 0.02, and 10 folds", "+more folds=10 +smaller steps=0.02")]
    [InlineData("A higher learning rate, and no deeper trees.", "")]
    [InlineData("Average 5 seeds and a depth of 8.", "+more seeds=5 +a depth in numbers=8")]
    [InlineData("More depth, fewer columns.", "+larger trees +fewer columns")]
    [InlineData("Please avoid overfitting.", "+a stronger penalty")]
    [InlineData("I wouldn't use xgboost here; can't we try ridge?", "+a linear model -xgboost")]
    [InlineData("We don't need the ratios, but xgboost doesn't hurt.", "-ratios")]
    [InlineData("Shouldn't we drop xgboost?", "-xgboost")]
    [InlineData("Looks good, but could you drop the ratios, please?", "-ratios")]
    [InlineData("Use ridge rather than xgboost, and not more trees.", "+a linear model")]
    [InlineData("If you have time, try ridge.", "+a linear model")]
    [InlineData("Do you think that ridge is better?", "")]
    [InlineData("You can't use xgboost.", "-xgboost")]
    public void Each_clause_has_its_own_denial_question_and_number(string hint, string read)
    {
        Problem problem = new(_tables.Task, _tables.Profile, 1);
        ImmutableArray<Wishes.Named> named = new Wishes(problem, 0.5, new Experience(Started().Journal), 60).Read(hint);
        string.Join(' ', named.OrderBy(one => Topic.All.IndexOf(one.Topic)).Select(one => string.Create(CultureInfo.InvariantCulture,
            $"{(one.IsWanted ? '+' : '-')}{one.Topic.Title}{(one.IsInstead ? "!" : "")}{(one.Number is { } number ? $"={number}" : "")}"))).ShouldBe(read);
    }

    [Fact]
    public async Task Instead_replaces_and_a_number_is_taken_or_refused()
    {
        Recipe instead = NotesOf(await AskAsync(Started(Part.Of(XgBoost.Key), Part.Of(Pool.Key)), "Try extra trees instead.")).Recipe;
        instead.Models.Select(model => model.Family.Name).ShouldBe([ExtraTrees.Key]);
        Proposal trees = await AskAsync(Started(), "Use more trees, please: 450.");
        (NotesOf(trees).Name, trees.Code.Contains("max_iter=450", StringComparison.Ordinal)).ShouldBe(("boosted-trees trees 450", true));
        (await AskAsync(Started(), "Use more trees: 100000.")).Plan.ShouldEndWith("Of the hint it does not do this: no model here can have 100000 for more trees.");
        NotesOf(await AskAsync(Started(), "10 folds")).Recipe.Folds.ShouldBe(10);
        NotesOf(await AskAsync(Started(Part.Of(XgBoost.Key), Part.Of(Pool.Key)), "Average 5 seeds.")).Recipe.Seeds.ShouldBe(5);
        (await AskAsync(Started(), "Average 50 seeds.")).Plan.ShouldEndWith("Of the hint it does not do this: no model here can have 50 for more seeds.");
        foreach (string hint in (string[])["Set max_depth to 9.", "Deeper trees: 9", "depth 9, please"])
        {
            (await AskAsync(Started(Part.Of(XgBoost.Key), Part.Of(Pool.Key)), hint)).Plan.ShouldBe("Sets depth of xgboost to 9. A person's hint asks for it.", hint);
        }
    }

    [Fact]
    public async Task Quoted_code_says_nothing()
    {
        Notes notes = NotesOf(await AskAsync(Started(), "more folds\n\nAt line 3 of node 1:\n\n    y = np.log1p(train.ratio)"));
        notes.Name.ShouldBe("8 folds");
    }

    [Fact]
    public async Task Each_hint_for_the_run_is_answered_by_one_node()
    {
        JournalBuilder run = Started();
        run.Add(new HintGiven("nvim", "log target")).Add(new HintGiven("nvim", "the moon")).Add(new HintGiven("nvim", "more folds"));
        List<string> plans = [];
        for (int node = 2; node <= 5; node++)
        {
            run.Begin(Operator.Improve, 1);
            Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, Operator.Improve, 1, 1)).ShouldNotBeNull();
            plans.Add($"{NotesOf(proposal).Hints}: {NotesOf(proposal).Name}");
            run.Propose(proposal).Score(0.6);
        }

        (plans[0], plans[1].StartsWith("2: ", StringComparison.Ordinal), plans[2], plans[3].StartsWith(": ", StringComparison.Ordinal)).ShouldBe(("1: log target", true, "3: 8 folds", true));
    }

    [Fact]
    public async Task A_draft_starts_with_the_model_that_a_hint_names_and_has_what_else_it_asks_for()
    {
        JournalBuilder run = new(_tables.Task, _tables.Profile);
        run.Add(new HintGiven("nvim", "start with xgboost and ratios")).Begin(Operator.Draft);
        Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, Operator.Draft, null, 1)).ShouldNotBeNull();
        Recipe recipe = NotesOf(proposal).Recipe;
        (recipe.Has(XgBoost.Key), recipe.Has("ratios"), recipe.Models.Count()).ShouldBe((true, true, 1));
        proposal.Plan.ShouldStartWith("Starts with xgboost, as a person's hint asks. Adds ratios");
        proposal.Plan.ShouldNotContain("does not do");
    }

    [Fact]
    public async Task The_same_hint_gives_the_same_program()
    {
        Proposal first = await AskAsync(Started(), "an ensemble with more trees"), second = await AskAsync(Started(), "an ensemble with more trees");
        (second.Plan, second.Code, second.Notes).ShouldBe((first.Plan, first.Code, first.Notes));
        first.Plan.ShouldContain("Blends");
    }

    [Theory]
    [InlineData("LightGBM", "with light-gbm")]
    [InlineData("a forest", "with fast-forest")]
    public async Task In_csharp_it_knows_what_there_is(string hint, string move)
    {
        DataProfile profile = _tables.Profile with { Columns = [.. _tables.Profile.Columns.Where(column => column.Name is not ("day" or "share" or "cut"))] };
        JournalBuilder run = new(_tables.Task, profile, language: ProgramLanguage.CSharp);
        run.Begin(Operator.Draft);
        run.Propose((await Rehearsal.ProposeAsync(run.Journal, Operator.Draft, null, 1))!).Score(0.5);
        run.Add(new HintGiven("nvim", hint)).Begin(Operator.Improve, 1);
        Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, Operator.Improve, 1, 1))!;
        NotesOf(proposal).Name.ShouldBe(move, proposal.Plan);
    }

    [Fact]
    public async Task What_makes_a_program_too_long_goes_with_less_of_the_rest_or_not_at_all()
    {
        JournalBuilder run = new(_tables.Task, _tables.Profile, language: ProgramLanguage.CSharp);
        run.Begin(Operator.Draft);
        run.Propose((await Rehearsal.ProposeAsync(run.Journal, Operator.Draft, null, 1))!).Score(0.5);
        (await AskAsync(run, "LightGBM, a forest and boosted trees")).Plan.ShouldEndWith("What the hint asks for comes to a program of more than 120 lines.");

        Problem problem = new(_tables.Task, _tables.Profile, 1) { Language = ProgramLanguage.CSharp };
        Recipe recipe = Notes.Of(run.Journal[1])!.Recipe.Add(Catalogue.Family("light-gbm")!.Default(problem)).Add(Part.Of(Pool.Key));
        (Recipe room, ImmutableArray<string> left) = Brevity.Around(problem, recipe, new HashSet<string> { "calendar" });
        left.ShouldContain("ranges as numbers");
        (room.Has("calendar"), room.Has("ranges-as-numbers"), room.Has("light-gbm")).ShouldBe((true, false, true));
    }

    [Fact]
    public async Task A_program_that_a_person_asked_for_runs()
    {
        using Python python = new();
        ImmutableArray<string> hints = ["log target, and ridge", "support vectors and target encoding", "k-NN instead of boosted trees, with ratios"];
        List<string> folders = [];
        foreach (string hint in hints)
        {
            Proposal proposal = await AskAsync(Started(), hint);
            folders.Add(python.Lay($"hint-{folders.Count}", proposal.Code, _tables.Train, _tables.Test, _tables.Sample));
        }

        string[] outputs = await Python.ExecuteAsync(null, [.. folders]);
        outputs.ShouldAllBe(output => output.Contains("score: "));
        folders.ShouldAllBe(folder => File.Exists(Path.Combine(folder, "submission.csv")));
    }

    private static Notes NotesOf(Proposal proposal) => Notes.Of(new Node { Id = 1, Operator = Operator.Draft, Parents = [], Why = "", Notes = proposal.Notes }).ShouldNotBeNull();

    /// <summary>A run with one valid node: boosted trees, and what else is given.</summary>
    private JournalBuilder Started(params Part[] more)
    {
        Problem problem = new(_tables.Task, _tables.Profile, 1);
        Recipe recipe = more.Aggregate(Drafts.Start(problem, Catalogue.Family(BoostedTrees.Key)!), (with, part) => with.Add(Catalogue.Family(part.Component) is { } family ? family.Default(problem) : part));
        (string code, ImmutableArray<Reason> reasons) = Composer.Compose(problem, recipe);
        return new JournalBuilder(_tables.Task, _tables.Profile).Begin(Operator.Draft).Propose(new Proposal("A start.", code, reasons, new Notes("draft", "boosted-trees", 5, recipe.Parts).ToJson())).Score(0.5);
    }

    /// <summary>What is proposed where a person asks for a branch of node 1; nothing of it stays in the run.</summary>
    private static async Task<Proposal> AskAsync(JournalBuilder run, string? hint)
    {
        Journal journal = run.Journal;
        ImmutableArray<RunEvent> asked = [new BranchAsked(1, "nvim", hint), new NodeStarted(journal.Nodes.Count + 1, Operator.Improve, [1], "asked", [], Asked: journal.BranchesAsked + 1)];
        Journal with = journal.Apply(asked.Select((@event, index) => new RecordedEvent(journal.Seq + index + 1, DateTimeOffset.UnixEpoch, 1, @event)));
        return (await Rehearsal.ProposeAsync(with, Operator.Improve, 1, 1)).ShouldNotBeNull();
    }
}
