using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.Core.Tests.Engineering;

/// <summary>What the built-in engineer writes where the run's language is C#.</summary>
public sealed class CSharpCompositionTests
{
    public static TheoryData<string> AllMetrics => [.. Samples.Metrics];

    private static bool IsTorture => Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1";

    [Fact]
    public async Task Programs_of_long_runs_are_short_and_compile()
    {
        List<Proposal> proposals = [.. await PlayGemsAsync(1, 40), .. await PlayLettersAsync(1, 30)];
        foreach (string metric in Samples.Metrics)
        {
            proposals.AddRange(await PlayMixedAsync(metric, 1, 40));
        }

        proposals.Count.ShouldBe(350);
        proposals.ShouldAllBe(proposal => Brevity.Lines(proposal.Code) <= 120);
        proposals.ShouldAllBe(proposal => proposal.Code.Split('\n').All(line => line.Length <= 220));
        int every = IsTorture ? 1 : 10;
        using CSharpEnvironment csharp = new();
        await csharp.CompileAsync(proposals.Where((_, number) => number % every == 0).Select(proposal => proposal.Code));
    }

    [Theory]
    [MemberData(nameof(AllMetrics))]
    public async Task Every_line_has_exactly_one_reason(string metric)
    {
        foreach (Proposal proposal in await PlayMixedAsync(metric, 2, 20))
        {
            string[] lines = proposal.Code.TrimEnd('\n').Split('\n');
            for (int line = 1; line <= lines.Length; line++)
            {
                int reasons = proposal.Reasons.Count(reason => reason.FirstLine <= line && line <= reason.LastLine);
                reasons.ShouldBeInRange(lines[line - 1].Length == 0 ? 0 : 1, 1, $"line {line} of:\n{proposal.Code}");
            }

            proposal.Plan.Length.ShouldBeInRange(20, 300);
            proposal.Reasons.ShouldAllBe(reason => reason.Text.Length > 10 && reason.LastLine <= lines.Length);
            string[] order = ["load", "clean", "features", "folds", "model", "blend", "write"];
            proposal.Reasons.Select(reason => Array.IndexOf(order, reason.Block)).ShouldBeInOrder();
        }
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_plans_and_code_and_never_one_twice()
    {
        List<Proposal> first = await PlayGemsAsync(4, 40);
        List<Proposal> second = await PlayGemsAsync(4, 40);

        second.Select(proposal => (proposal.Plan, proposal.Code, proposal.Notes)).ShouldBe(first.Select(proposal => (proposal.Plan, proposal.Code, proposal.Notes)));
        first.Select(proposal => proposal.Code).ShouldBeUnique();
        (await PlayGemsAsync(5, 40)).Select(proposal => proposal.Code).ShouldNotBe(first.Select(proposal => proposal.Code));
    }

    [Fact]
    public async Task Each_draft_is_of_another_family()
    {
        List<Proposal> proposals = await PlayGemsAsync(1, 4, failures: 0);

        string[] makers = ["Trainers.Sdca(", "Trainers.FastForest(", "Trainers.FastTree(", "Trainers.LightGbm("];
        makers.ShouldAllBe(maker => proposals.Count(proposal => proposal.Code.Contains(maker)) == 1);
    }

    [Fact]
    public async Task Hostile_names_stay_inside_their_literals()
    {
        string name = "x\"\nSystem.Console.Beep();\n// \u202e\u2028\\";
        DataProfile profile = Samples.Gems with
        {
            Columns = [.. Samples.Gems.Columns, Samples.Number(name, 1, 9, 400, 0.99), Samples.Words("wo\"rd{0}\n", "lo\"w", "me\ndium", "hi\\gh")],
        };
        TaskFacts task = Samples.Task("rmsle") with { Title = "*/ \" + evil\nevil();" };
        List<Proposal> proposals = (await Rehearsal.PlayAsync(task, profile, 1, 8, language: ProgramLanguage.CSharp)).Proposals;

        using CSharpEnvironment csharp = new();
        await csharp.CompileAsync(proposals.Select(proposal => proposal.Code));
        proposals.ShouldAllBe(proposal => proposal.Code.Split('\n').All(line => !line.TrimStart().StartsWith("System.Console") && !line.StartsWith("evil")));
        proposals.ShouldAllBe(proposal => !proposal.Code.Contains('\u202e') && !proposal.Code.Contains('\u2028'));
    }

    [Fact]
    public async Task A_whole_solution_reads_as_expected()
    {
        List<Proposal> gems = await PlayGemsAsync(1, 9, failures: 0);

        ExpectedText.Compare(gems[^1].Code, "Expected/gems-csharp.txt");
    }

    private static async Task<List<Proposal>> PlayGemsAsync(long seed, int nodes, double failures = 0.3) =>
        (await Rehearsal.PlayAsync(Samples.Task("rmsle"), Samples.Gems, seed, nodes, failures, language: ProgramLanguage.CSharp)).Proposals;

    private static async Task<List<Proposal>> PlayMixedAsync(string metric, long seed, int nodes) =>
        (await Rehearsal.PlayAsync(Samples.MixedTask(metric), Samples.Mixed(metric), seed, nodes, language: ProgramLanguage.CSharp)).Proposals;

    private static async Task<List<Proposal>> PlayLettersAsync(long seed, int nodes) =>
        (await Rehearsal.PlayAsync(
            Samples.Task("multi-class-log-loss", "letter", [.. Samples.Letters.Classes.Select(value => value.Value)]), Samples.Letters, seed, nodes, language: ProgramLanguage.CSharp)).Proposals;
}
