using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

/// <summary>A text is blamed on the applied code that it comes from, which is not always the one that was applied last.</summary>
public sealed class StandingCodeTests
{
    private const string Worse = "import pandas as pd\n\ntrain = pd.read_csv('input/train.csv')\nmodel = Linear()\nmodel.fit(train)\nsave(model)\n";

    [Fact]
    public async Task What_is_there_after_an_undo_is_blamed_on_the_node_whose_code_it_is()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await TwoAppliedAsync(session);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Improved);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(one => Node(one) == 2));
        (await session.Editor.HoverAsync(session.SolutionFile, 4)).ShouldNotBeNull().ShouldStartWith("Improve (node 2), model: Trees find thresholds in carat");

        await session.Editor.TypeAsync(session.SolutionFile, Codes.Draft);
        for (int line = 0; line < 6; line++)
        {
            string hover = (await session.Editor.HoverAsync(session.SolutionFile, line)).ShouldNotBeNull();
            hover.ShouldStartWith("Draft (node 1)");
            hover.ShouldNotContain("node 2");
        }

        (await LensAsync(session)).ShouldStartWith("RMSLE 0.20000 ± 0.00040 (node 1 of diamonds-1;");
        Titles(await session.Editor.ActionsAsync(session.SolutionFile, 3)).ShouldBe(["Apply the best node (2, RMSLE 0.10000 ± 0.00040)", "Open node 1", "Stop diamonds-1", "Pause diamonds-1 before its next node", "Give diamonds-1 a hint"]);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Count > 1 && found.All(one => Node(one) == 1 || ThoughtTests.Message(one).StartsWith("diamonds-1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Days_later_it_is_the_same_and_work_upon_it_is_the_persons()
    {
        await using Session session = Session.Unstarted();
        await using ScriptedRun run = await TwoAppliedAsync(session);
        await session.Editor.InitializeAsync(session.Root);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Draft.Replace("Mean()", "Median()", StringComparison.Ordinal) + "more()\n");
        (await session.Editor.HoverAsync(session.SolutionFile, 2)).ShouldNotBeNull().ShouldStartWith("Draft (node 1), data: All rows are read at once");
        (await session.Editor.HoverAsync(session.SolutionFile, 3)).ShouldBe("You changed this line since node 1 of diamonds-1 was applied.");
        (await session.Editor.HoverAsync(session.SolutionFile, 6)).ShouldBe("You changed this line since node 1 of diamonds-1 was applied.");
    }

    [Fact]
    public async Task What_a_command_line_applies_does_not_change_what_an_open_text_comes_from()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2, Codes.DraftReasons);
        await run.AddValidAsync(Operator.Improve, 1, "Trees", Codes.Improved, 0.1, Codes.ImprovedReasons);
        await ThoughtTests.ApplyAsync(run, 1);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Draft);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(one => Node(one) == 1));
        await ThoughtTests.ApplyAsync(run, 2);
        await session.Editor.HearAsync("agentide/runChanged", changed => changed.GetProperty("seq").GetInt64() == run.Journal.Seq);
        (await session.Editor.HoverAsync(session.SolutionFile, 3)).ShouldNotBeNull().ShouldStartWith("Draft (node 1), model: A mean is the floor to beat");

        // Then it reads what was written.
        await session.Editor.TypeAsync(session.SolutionFile, Codes.Improved);
        (await session.Editor.HoverAsync(session.SolutionFile, 4)).ShouldNotBeNull().ShouldStartWith("Improve (node 2), model");
        (await LensAsync(session)).ShouldStartWith("RMSLE 0.10000 ± 0.00040 (node 2 of diamonds-1;");
    }

    [Fact]
    public async Task A_node_is_merged_by_the_code_that_the_persons_text_comes_from()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await TwoAppliedAsync(session);
        await run.AddValidAsync(Operator.Improve, 1, "Lines", Worse, 0.3);
        string mine = Codes.Draft + "more()\n";
        await session.Editor.OpenAsync(session.SolutionFile, mine);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Any(one => Node(one) == 1));
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 3, ["how"] = "merge" });
        await SaidAsync(session, "Node 3 of diamonds-1 is in solution.py: RMSLE 0.30000 ± 0.00040. It was merged with your work. Undo takes it back.");
        session.Editor.TextOf(session.SolutionFile).ShouldBe(Worse + "more()\n");
        (await session.Editor.HoverAsync(session.SolutionFile, 3)).ShouldNotBeNull().ShouldStartWith("Improve (node 3)");

        // The merge is undone by the editor: what stands there comes from node 1 again, and there is nothing to take back.
        await session.Editor.TypeAsync(session.SolutionFile, mine);
        (await session.Editor.HoverAsync(session.SolutionFile, 3)).ShouldNotBeNull().ShouldStartWith("Draft (node 1)");
        (await session.Editor.HoverAsync(session.SolutionFile, 6)).ShouldBe("You changed this line since node 1 of diamonds-1 was applied.");
        Titles(await session.Editor.ActionsAsync(session.SolutionFile)).ShouldNotContain(title => title.StartsWith("Revert to what was there", StringComparison.Ordinal));

        // And made again.
        await session.Editor.TypeAsync(session.SolutionFile, Worse + "more()\n");
        await session.Editor.ChooseAsync(await session.Editor.ActionsAsync(session.SolutionFile), "Revert to what was there before node 3");
        await SaidAsync(session, "solution.py is as it was before node 3 was merged into it. Undo brings the merge back.");
        session.Editor.TextOf(session.SolutionFile).ShouldBe(mine);
        await session.Editor.ExecuteAsync("agentide.node.apply", new() { ["run"] = "diamonds-1", ["node"] = 3, ["how"] = "before" });
        await SaidAsync(session, "solution.py is already as it was before node 3 was merged into it.");
    }

    /// <summary>A run of two nodes, of which the first was applied and then the second.</summary>
    private static async Task<ScriptedRun> TwoAppliedAsync(Session session)
    {
        ScriptedRun run = await session.RunAsync();
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2, Codes.DraftReasons);
        await ThoughtTests.ApplyAsync(run, 1);
        await run.AddValidAsync(Operator.Improve, 1, "Trees", Codes.Improved, 0.1, Codes.ImprovedReasons);
        await ThoughtTests.ApplyAsync(run, 2);
        return run;
    }

    private static async Task<string> LensAsync(Session session) =>
        (await session.Editor.AskAsync("textDocument/codeLens", new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(session.SolutionFile) } }))[0].GetProperty("command").GetProperty("title").GetString()!;

    private static int? Node(JsonElement diagnostic) => diagnostic.GetProperty("data").TryGetProperty("node", out JsonElement node) ? node.GetInt32() : null;

    private static Task SaidAsync(Session session, string message) => session.Editor.HearAsync("window/showMessage", said => said.GetProperty("message").GetString() == message);

    private static string[] Titles(List<JsonElement> actions) => [.. actions.Select(action => action.GetProperty("title").GetString()!)];
}
