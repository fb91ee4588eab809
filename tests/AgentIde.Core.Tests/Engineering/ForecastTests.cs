using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Engineering.BuiltIn.Mends;
using AgentIde.Core.Engineering.BuiltIn.Models;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;

namespace AgentIde.Core.Tests.Engineering;

/// <summary>What programs are forecast to take, by what others took in the run, and what is not proposed by it.</summary>
public sealed class ForecastTests
{
    private static readonly TaskFacts Task = Samples.Task("multi-class-log-loss", "letter", [.. Samples.Letters.Classes.Select(value => value.Value)]);

    private readonly Problem _problem = new(Task, Samples.Letters, 2);

    [Fact]
    public void A_family_is_forecast_by_what_it_took_and_others_by_the_machine()
    {
        Recipe trees = Start(BoostedTrees.Key), kernel = Start(KernelMachine.Key), extra = Start(ExtraTrees.Key);
        JournalBuilder run = Run();
        Executed(run, trees, 3 * Costs.Seconds(_problem, trees));
        Executed(run, kernel, 6 * Costs.Seconds(_problem, kernel));
        Executed(run, kernel, 5 * Costs.Seconds(_problem, kernel));

        Problem measured = Measured(run);

        measured.Pace.Of(Family(BoostedTrees.Key)).ShouldBe(3, 1e-9);
        measured.Pace.Of(Family(KernelMachine.Key)).ShouldBe(5.5, 1e-9);
        measured.Pace.Of(Family(ExtraTrees.Key)).ShouldBe(5, 1e-9);
        Forecast(measured, extra).ShouldBeInRange(4, 5);
        Recipe blend = trees.Add(kernel[KernelMachine.Key]!);
        (measured.Pace.Knows(blend), measured.Pace.Knows(blend.Add(extra[ExtraTrees.Key]!))).ShouldBe((true, false));
        Costs.Seconds(measured, blend).ShouldBe(Costs.Seconds(measured, trees) + (5.5 * Costs.Of(_problem, blend, Family(KernelMachine.Key), kernel[KernelMachine.Key]!)), 0.001);
    }

    [Fact]
    public void Programs_of_a_moment_tell_of_their_start_alone()
    {
        JournalBuilder run = Run();
        Executed(run, Start(LinearModel.Key).Put(Part.Of(RowSample.Key).Set("rows", 500)), 0.5);

        Pace pace = Measured(run).Pace;

        (pace.Machine, pace.Quickest, pace.Of(Family(LinearModel.Key))).ShouldBe((1, 0.5, 1));
        Forecast(Measured(run), Start(ExtraTrees.Key)).ShouldBeLessThan(1);
    }

    [Fact]
    public void What_was_ended_for_its_time_takes_half_as_long_again_at_least()
    {
        Recipe kernel = Start(KernelMachine.Key), trees = Start(BoostedTrees.Key);
        JournalBuilder run = Run();
        Executed(run, trees, Costs.Seconds(_problem, trees));
        TimedOut(run, Operator.Draft, kernel, 200);
        Costs.Seconds(Measured(run), kernel).ShouldBe(300, 1);

        // Of a blend it is the part that nobody has measured.
        Recipe blend = trees.Add(Family(ExtraTrees.Key).Default(_problem)).Add(Part.Of(Pool.Key));
        TimedOut(run, Operator.Improve, blend, 250, 1);
        Measured(run).Pace.Of(Family(BoostedTrees.Key)).ShouldBe(1, 1e-9);
        Costs.Seconds(Measured(run), blend).ShouldBe(375, 1);
    }

    [Fact]
    public async Task An_improvement_that_ran_out_of_time_is_given_up_and_no_row_with_it()
    {
        Recipe trees = Start(BoostedTrees.Key);
        JournalBuilder run = Run();
        Executed(run, trees, 30);
        TimedOut(run, Operator.Improve, trees.Add(Family(KernelMachine.Key).Default(_problem)).Add(Part.Of(Pool.Key)), 150, 1);
        run.Begin(Operator.Debug, 2);

        Proposal proposal = (await ProposeAsync(run, Operator.Debug, 2))!;

        proposal.Plan.ShouldEndWith("Node 2 took too long: its idea is given up.");
        Recipe after = RecipeOf(proposal);
        (after.Has(LessWork.Key), after.Has(RowSample.Key), after.Has(KernelMachine.Key), after.Has(BoostedTrees.Key)).ShouldBe((false, false, false, true));
    }

    [Fact]
    public async Task A_start_that_ran_out_of_time_does_less_once_and_is_then_left_for_another()
    {
        JournalBuilder run = Run();
        TimedOut(run, Operator.Draft, Start(BoostedTrees.Key), 100);
        run.Begin(Operator.Debug, 1);
        Proposal less = (await ProposeAsync(run, Operator.Debug, 1))!;
        RecipeOf(less).Has(LessWork.Key).ShouldBeTrue();
        run.Propose(less).Execute(Digest.Of("output"), 100).Add(new NodeFailed(2, new Failure(FailureKind.TimeOut, "did not end within 100 s", null, null))).Begin(Operator.Debug, 2);

        Proposal other = (await ProposeAsync(run, Operator.Debug, 2))!;

        other.Plan.ShouldContain("boosted trees can't be made to end in time");
        (RecipeOf(other).Has(BoostedTrees.Key), RecipeOf(other).Has(LessWork.Key)).ShouldBe((false, false));
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(400, false)]
    public async Task A_blend_of_what_was_measured_may_take_a_quarter_of_what_is_left(int spent, bool isProposed)
    {
        Recipe kernel = Start(KernelMachine.Key), trees = Start(ExtraTrees.Key);
        JournalBuilder run = Run(600);
        Executed(run, kernel, 75);
        Executed(run, trees, 30);
        while (run.Journal.Spent.TotalSeconds < spent)
        {
            run.Add(new HintGiven("a clock", "tick")).Add(new RunPaused("a clock")).Add(new RunContinued("a clock"));
        }

        run.Begin(Operator.Merge, 1, 2);
        Assignment assignment = Assigned(run, Operator.Merge, [1, 2], 300);
        Allowance allowance = Allowance.Of(assignment);
        Recipe blend = kernel.Add(trees[ExtraTrees.Key]!);
        allowance.Improve.ShouldBeLessThanOrEqualTo(75);
        allowance.For(Measured(run), blend).ShouldBe(Math.Max(allowance.Improve, (600 - run.Journal.Spent.TotalSeconds) / 4), 0.1);
        (Costs.Seconds(Measured(run), blend) <= Math.Max(2 * allowance.Improve, allowance.For(Measured(run), blend)) && Costs.Seconds(Measured(run), blend) <= allowance.Most).ShouldBe(isProposed);
        RecipeOf((await new BuiltInEngineer().ProposeAsync(assignment, TestContext.Current.CancellationToken))!).Models.Count().ShouldBe(isProposed ? 2 : 1);
    }

    [Fact]
    public async Task Where_nothing_would_end_in_time_nothing_is_proposed_once_there_is_a_score()
    {
        JournalBuilder run = Run();
        run.Begin(Operator.Draft);
        (await ProposeAsync(run, Operator.Draft, seconds: 2)).ShouldNotBeNull("a first program is better than none");
        Executed(run.Add(new NodeFailed(1, new Failure(FailureKind.Exception, "ValueError", 3, null))), Start(BoostedTrees.Key), 40);
        run.Begin(Operator.Improve, 2);

        NoTimeLeftException nothing = await Should.ThrowAsync<NoTimeLeftException>(() => ProposeAsync(run, Operator.Improve, 2, seconds: 2));

        nothing.Message.ShouldMatch(@"^nothing that builtin/1 could still propose would end in time: .+ would take some \d+ s, and at most 2 s are left for one program, its refit aside$");
        Costs.Seconds(Measured(run), RecipeOf((await ProposeAsync(run, Operator.Improve, 2, seconds: 30))!)).ShouldBeLessThanOrEqualTo(24);
    }

    [Fact]
    public async Task Where_no_change_of_the_best_fits_a_family_that_was_never_tried_may_start_and_no_other_again()
    {
        JournalBuilder run = Run();
        foreach (string family in (string[])[BoostedTrees.Key, KernelMachine.Key, ExtraTrees.Key, XgBoost.Key, Neighbours.Key])
        {
            Executed(run, Start(family), 100);
        }

        run.Begin(Operator.Improve, 1);
        Proposal untried = (await ProposeAsync(run, Operator.Improve, 1, seconds: 25))!;
        RecipeOf(untried).Models.Single().Family.Name.ShouldBe(LinearModel.Key);
        Executed(run.Propose(untried).Score(0.9), Start(LinearModel.Key), 30);
        run.Begin(Operator.Improve, 1);

        await Should.ThrowAsync<NoTimeLeftException>(() => ProposeAsync(run, Operator.Improve, 1, seconds: 25));
    }

    [Fact]
    public async Task A_family_that_started_in_place_of_a_change_does_not_start_again()
    {
        JournalBuilder run = Run();
        foreach (string family in (string[])[BoostedTrees.Key, KernelMachine.Key, ExtraTrees.Key, XgBoost.Key, Neighbours.Key])
        {
            Executed(run, Start(family), 100);
        }

        run.Begin(Operator.Improve, 1);
        run.Propose((await ProposeAsync(run, Operator.Improve, 1, seconds: 25))!).Execute(Digest.Of("output"), 100).Score(0.9);
        run.Begin(Operator.Improve, 1);

        await Should.ThrowAsync<NoTimeLeftException>(() => ProposeAsync(run, Operator.Improve, 1, seconds: 25));
    }

    [Fact]
    public void How_sure_a_model_is_made_is_no_ablation() =>
        Simplifications.Without(_problem, Start(ExtraTrees.Key).Add(Part.Of(Pool.Key))).Select(move => move.Name).ShouldNotContain($"without {Pool.Key}");

    [Fact]
    public async Task Where_time_does_not_bound_the_run_a_busy_machine_changes_no_plan()
    {
        for (int node = 0; node < 12; node++)
        {
            (await ImprovedAsync(6, node)).ShouldBe(await ImprovedAsync(0.5, node));
        }

        async Task<string> ImprovedAsync(double slower, int earlier)
        {
            JournalBuilder run = Run(24 * 3600);
            Executed(run, Start(LinearModel.Key), 0.5);
            Executed(run, Start(BoostedTrees.Key), slower);
            Executed(run, Start(ExtraTrees.Key), slower);
            for (int idle = 0; idle < earlier; idle++)
            {
                run.Begin(Operator.Improve, 1).Add(new NodeFailed(run.Journal.Nodes.Count, new Failure(FailureKind.NoAnswer, "nothing", null, null)));
            }

            run.Begin(Operator.Improve, 1);
            return (await ProposeAsync(run, Operator.Improve, 1))!.Plan;
        }
    }

    [Theory]
    [InlineData(600, false)]
    [InlineData(20 * 3600, true)]
    public async Task Which_families_start_next_hangs_on_the_machine_only_where_time_is_short(double budget, bool isTheSame)
    {
        (await StartsAsync(45) == await StartsAsync(0.5)).ShouldBe(isTheSame);

        async Task<string> StartsAsync(double seconds)
        {
            JournalBuilder run = Run(budget);
            Executed(run, Start(BoostedTrees.Key), seconds);
            List<string> plans = [];
            for (int start = 0; start < 4; start++)
            {
                run.Begin(Operator.Draft);
                Proposal proposal = (await ProposeAsync(run, Operator.Draft))!;
                plans.Add(proposal.Plan);
                run.Propose(proposal).Execute(Digest.Of("output"), seconds).Score(0.5);
            }

            return string.Join('\n', plans);
        }
    }

    [Fact]
    public void What_is_negligible_in_a_long_run_tells_nothing_of_the_machine()
    {
        JournalBuilder run = Run();
        Executed(run, Start(BoostedTrees.Key), 45);
        Pace.Of(_problem, run.Journal, negligible: 46).Machine.ShouldBe(1);
        Pace.Of(_problem, run.Journal, negligible: 44).Machine.ShouldBe(45 / Costs.Seconds(_problem, Start(BoostedTrees.Key)), 1e-9);
    }

    private static JournalBuilder Run(double seconds = 3600) => new(Task, Samples.Letters, 1, new Budget(20, seconds));

    private static ModelFamily Family(string name) => Catalogue.Family(name)!;

    private Recipe Start(string family) => Drafts.Start(_problem, Family(family));

    private Problem Measured(JournalBuilder run) => _problem with { Pace = Pace.Of(_problem, run.Journal) };

    /// <summary>In times of what is estimated where nothing was measured.</summary>
    private double Forecast(Problem measured, Recipe recipe) => Costs.Seconds(measured, recipe) / Costs.Seconds(_problem, recipe);

    private void Executed(JournalBuilder run, Recipe recipe, double seconds) =>
        Propose(run, Operator.Draft, recipe).Execute(Digest.Of("output"), seconds).Score(0.5 - (run.Journal.Nodes.Count * 0.01));

    private void TimedOut(JournalBuilder run, Operator @operator, Recipe recipe, double seconds, params int[] parents) =>
        Propose(run, @operator, recipe, parents).Execute(Digest.Of("output"), seconds).Add(new NodeFailed(run.Journal.Nodes.Count, new Failure(FailureKind.TimeOut, $"did not end within {seconds} s", null, null)));

    private JournalBuilder Propose(JournalBuilder run, Operator @operator, Recipe recipe, params int[] parents) =>
        run.Begin(@operator, parents).Propose(new Proposal("A plan.", $"{Composer.Compose(_problem, recipe).Code}# {run.Journal.Nodes.Count}", [], new Notes("draft", "test", 5, recipe.Parts).ToJson()));

    private static Assignment Assigned(JournalBuilder run, Operator @operator, int[] parents, double seconds) => new(
        run.Journal, run.Journal.Nodes.Count, @operator, [.. parents], new Draws(1, run.Journal.Nodes.Count, "engineer"), (_, _) => System.Threading.Tasks.Task.FromResult(""),
        ExecutionLimits.Default with { Time = TimeSpan.FromSeconds(seconds) });

    private static Task<Proposal?> ProposeAsync(JournalBuilder run, Operator @operator, int? parent = null, double seconds = 600) =>
        new BuiltInEngineer().ProposeAsync(Assigned(run, @operator, parent is { } one ? [one] : [], seconds), TestContext.Current.CancellationToken);

    private static Recipe RecipeOf(Proposal proposal) => Notes.Of(new Node { Id = 1, Operator = Operator.Draft, Parents = [], Why = "", Notes = proposal.Notes })!.Recipe;
}
