using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.Core.Tests.Engineering;

public sealed class CompositionTests
{
    public static TheoryData<string> AllMetrics => [.. Samples.Metrics];

    [Fact]
    public async Task Every_program_of_long_runs_compiles()
    {
        List<string> programs = [];
        foreach (string metric in Samples.Metrics)
        {
            programs.AddRange((await PlayMixedAsync(metric, 1, 40)).Select(proposal => proposal.Code));
        }

        programs.AddRange((await Rehearsal.PlayAsync(Samples.Task("rmsle"), Samples.Gems, 1, 30)).Proposals.Select(proposal => proposal.Code));
        programs.AddRange((await PlayLettersAsync(1, 30)).Select(proposal => proposal.Code));
        programs.Count.ShouldBeGreaterThan(250);

        using Python python = new();
        await python.CompileAsync(programs);
    }

    [Theory]
    [MemberData(nameof(AllMetrics))]
    public async Task Every_line_has_exactly_one_reason(string metric)
    {
        foreach (Proposal proposal in await PlayMixedAsync(metric, 2, 30))
        {
            string[] lines = proposal.Code.TrimEnd('\n').Split('\n');
            for (int line = 1; line <= lines.Length; line++)
            {
                int reasons = proposal.Reasons.Count(reason => reason.FirstLine <= line && line <= reason.LastLine);
                reasons.ShouldBeInRange(lines[line - 1].Length == 0 ? 0 : 1, 1, $"line {line} of:\n{proposal.Code}");
            }

            proposal.Reasons.ShouldAllBe(reason => reason.Text.Length > 10 && reason.LastLine <= lines.Length);
            string[] order = ["load", "clean", "features", "folds", "model", "blend", "write"];
            proposal.Reasons.Select(reason => Array.IndexOf(order, reason.Block)).ShouldBeInOrder();
        }
    }

    [Theory]
    [MemberData(nameof(AllMetrics))]
    public async Task Programs_and_plans_can_be_read_by_a_person(string metric)
    {
        foreach (Proposal proposal in await PlayMixedAsync(metric, 3, 30))
        {
            proposal.Code.Split('\n').ShouldAllBe(line => line.Length <= 180);
            proposal.Plan.Length.ShouldBeInRange(20, 300);
            proposal.Plan.ShouldNotContain('\n');
        }
    }

    [Fact]
    public async Task No_program_is_longer_than_120_lines()
    {
        List<Proposal> proposals = [.. await PlayLettersAsync(2, 60), .. (await Rehearsal.PlayAsync(Samples.Task("rmsle"), Samples.Gems, 2, 60)).Proposals];
        foreach (string metric in Samples.Metrics)
        {
            proposals.AddRange([.. await PlayMixedAsync(metric, 6, 40), .. await PlayMixedAsync(metric, 7, 40, failures: 0)]);
        }

        proposals.Count.ShouldBe(680);
        proposals.ShouldAllBe(proposal => Brevity.Lines(proposal.Code) <= 120);
    }

    [Theory]
    [MemberData(nameof(AllMetrics))]
    public async Task The_same_seed_gives_the_same_plans_and_code_and_never_one_twice(string metric)
    {
        List<Proposal> first = await PlayMixedAsync(metric, 4, 40);
        List<Proposal> second = await PlayMixedAsync(metric, 4, 40);
        List<Proposal> other = await PlayMixedAsync(metric, 5, 40);

        second.Select(proposal => (proposal.Plan, proposal.Code, proposal.Notes)).ShouldBe(first.Select(proposal => (proposal.Plan, proposal.Code, proposal.Notes)));
        other.Select(proposal => proposal.Code).ShouldNotBe(first.Select(proposal => proposal.Code));
        first.Select(proposal => proposal.Code).ShouldBeUnique();
        first.Count.ShouldBe(40);
    }

    [Fact]
    public async Task A_long_run_never_runs_dry()
    {
        (List<Proposal> proposals, _) = await Rehearsal.PlayAsync(Samples.Task("rmsle"), Samples.Gems, 9, 120);

        proposals.Count.ShouldBe(120);
        proposals.Select(proposal => proposal.Code).ShouldBeUnique();
    }

    [Fact]
    public async Task Each_draft_is_of_another_family()
    {
        (List<Proposal> proposals, _) = await Rehearsal.PlayAsync(Samples.Task("rmsle"), Samples.Gems, 1, 5, failures: 0);

        string[] makers = ["Ridge(", "ExtraTreesRegressor(", "HistGradientBoostingRegressor(", "XGBRegressor(", "KNeighborsRegressor("];
        makers.ShouldAllBe(maker => proposals.Count(proposal => proposal.Code.Contains(maker)) == 1);
    }

    [Fact]
    public async Task An_improvement_changes_one_block_and_says_which()
    {
        JournalBuilder run = new(Samples.Task("rmsle"), Samples.Gems);
        run.Begin(Operator.Draft);
        Proposal draft = (await Rehearsal.ProposeAsync(run.Journal, Operator.Draft, null, 1))!;
        run.Propose(draft).Score(0.1);
        run.Begin(Operator.Improve, 1);
        Proposal improved = (await Rehearsal.ProposeAsync(run.Journal, Operator.Improve, 1, 1))!;

        // Imports, the list of columns and the blend follow from the change; what was left is left as it was.
        string[] before = draft.Code.Split('\n');
        improved.Code.Split('\n').Count(line => !before.Contains(line)).ShouldBeInRange(1, 25);
        improved.Plan.ShouldNotBe(draft.Plan);
    }

    [Fact]
    public async Task Hostile_names_stay_inside_their_literals()
    {
        string name = "x\"\n__import__('os').system('id')\n# \u202e\\";
        DataProfile profile = Samples.Gems with
        {
            Columns = [.. Samples.Gems.Columns, Samples.Number(name, 1, 9, 400, 0.99), Samples.Words("wo\"rd\n", "lo\"w", "me\ndium", "hi\\gh")],
        };
        TaskFacts task = Samples.Task("rmsle") with { Title = "\"\"\" + evil\n" };
        (List<Proposal> proposals, _) = await Rehearsal.PlayAsync(task, profile, 1, 12);

        using Python python = new();
        await python.CompileAsync(proposals.Select(proposal => proposal.Code));
        proposals.ShouldAllBe(proposal => proposal.Code.Split('\n').All(line => !line.TrimStart().StartsWith("__import__")));
        proposals.ShouldAllBe(proposal => !proposal.Code.Contains('\u202e'));
    }

    [Fact]
    public async Task Short_of_time_it_plans_cheap_programs()
    {
        (List<Proposal> rich, _) = await Rehearsal.PlayAsync(Samples.Task("rmsle"), Samples.Gems, 1, 8, 0, new Budget(8, 3_600));
        (List<Proposal> poor, _) = await Rehearsal.PlayAsync(Samples.Task("rmsle"), Samples.Gems, 1, 8, 0, new Budget(8, 60));

        poor.Max(Expected).ShouldBeLessThanOrEqualTo(12);
        rich.Max(Expected).ShouldBeGreaterThan(poor.Max(Expected));
    }

    [Fact]
    public async Task What_pays_is_done_more_often()
    {
        JournalBuilder run = new(Samples.Task("rmsle"), Samples.Gems);
        int blends = 0;
        for (int node = 1; node <= 8; node++)
        {
            run.Begin(node == 1 ? Operator.Draft : Operator.Improve, node == 1 ? [] : [node - 1]);
            Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, node == 1 ? Operator.Draft : Operator.Improve, node == 1 ? null : node - 1, 1))!;
            run.Propose(proposal);
            bool blend = proposal.Notes!.Contains("\"kind\":\"blend\"");
            blends += blend ? 1 : 0;
            run.Score(1 - (node * 0.01), node == 1 ? [] : [new Comparison(node - 1, blend ? 0.3 : -0.3, 0.1)]);
        }

        blends.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task Notes_of_another_engineer_lead_to_a_start_of_its_own()
    {
        JournalBuilder run = new(Samples.Task("rmsle"), Samples.Gems);
        run.Begin(Operator.Draft).Add(new NodeProposed(1, "A plan.", Digest.Of("print()"), [], "{\"thoughts\": \"…\"}", null)).Score(0.3);
        run.Begin(Operator.Improve, 1);

        Proposal proposal = (await Rehearsal.ProposeAsync(run.Journal, Operator.Improve, 1, 1))!;

        proposal.Plan.ShouldContain("Node 1 is not of this engineer's making");
    }

    [Fact]
    public async Task Whole_solutions_read_as_expected()
    {
        List<Proposal> gems = (await Rehearsal.PlayAsync(Samples.Task("rmsle"), Samples.Gems, 1, 8, failures: 0)).Proposals;
        List<Proposal> letters = await PlayLettersAsync(1, 8, failures: 0);
        List<Proposal> mixed = await PlayMixedAsync("roc-auc", 1, 7, failures: 0);

        ExpectedText.Compare(gems[^1].Code, "Expected/gems.py");
        ExpectedText.Compare(letters[^1].Code, "Expected/letters.py");
        ExpectedText.Compare(mixed[^1].Code, "Expected/mixed.py");
    }

    [Fact]
    public void Observations_are_what_a_person_would_say()
    {
        ImmutableArray<string> gems = new BuiltInEngineer().Observe(Samples.Task("rmsle"), Samples.Gems);
        ImmutableArray<string> mixed = new BuiltInEngineer().Observe(Samples.Task("roc-auc"), Samples.Mixed("roc-auc"));

        ExpectedText.Compare(string.Join('\n', [.. gems, "", .. mixed]) + "\n", "Expected/observations.txt");
    }

    private static async Task<List<Proposal>> PlayMixedAsync(string metric, long seed, int nodes, double failures = 0.3) =>
        (await Rehearsal.PlayAsync(Samples.MixedTask(metric), Samples.Mixed(metric), seed, nodes, failures)).Proposals;

    private static async Task<List<Proposal>> PlayLettersAsync(long seed, int nodes, double failures = 0.3) =>
        (await Rehearsal.PlayAsync(
            Samples.Task("multi-class-log-loss", "letter", [.. Samples.Letters.Classes.Select(value => value.Value)]), Samples.Letters, seed, nodes, failures)).Proposals;

    private static double Expected(Proposal proposal) =>
        System.Text.Json.JsonDocument.Parse(proposal.Notes!).RootElement.GetProperty("seconds").GetDouble();
}
