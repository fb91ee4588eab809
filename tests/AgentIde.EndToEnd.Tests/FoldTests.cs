using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>A run on 300 rows, by the product: five folds, of which each row is blind on one; told everywhere, replayed, executed again.</summary>
public sealed class FoldTests
{
    [Fact]
    public async Task A_small_task_is_scored_on_all_its_rows_and_chosen_by_them()
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"], trainRows: 300), workspace = Directory.CreateDirectory(folder["workspace"]).FullName;
        string recording = folder["proposals.jsonl"];
        double[] shifts = [0, 9, 0.02];
        await File.WriteAllLinesAsync(recording, shifts.Select(shift => JsonSerializer.Serialize(new { plan = $"Shift by {shift}.", code = SmallTask.Solution(3, 2, shift) })));
        Ended ran = await Product.RunAsync(workspace, "run", task, "--engineer", $"recording:{recording}", "--nodes", "3", "--time", "20m");
        ran.ExitCode.ShouldBe(0, ran.Errors);
        ran.Output.ShouldContain("5 folds, for train has only 300 rows: each train row is held out by one of them");
        ran.Output.ShouldMatch(@"(?m)^ +over all 5 folds: node 1: RMSE \d\.\d+ ± 0\.\d+, of \d\.\d+ ± 0\.\d+ on the first, the best so far$");
        ran.Output.ShouldMatch(@"(?m)^holdout +RMSE \d\.\d+ ± 0\.\d+, verified by folds, on 300 rows, each blind on one of 5; the code itself claims 0\.000$");

        RunId run = RunId.Parse("small-1");
        SqliteRunStore store = new(workspace, TimeProvider.System);
        Journal journal = Journal.Empty.Apply((await store.ReadAsync(run, 0, int.MaxValue, CancellationToken.None)).Events);
        (journal.Split!.Folds, journal.Split.HoldoutRows, journal.Split.TrainRows).ShouldBe((5, 60, 240));
        journal.Nodes.Select(node => node.Folded?.Kind).ShouldBe([ScoreKind.VerifiedByFolds, null, ScoreKind.VerifiedByFolds]);
        journal[1].Folds!.Result!.Rows.ShouldBe(300);

        // Shifting by 0.02 changes nothing that chance would not: the two differ by what the shift itself says of 300 rows.
        journal[1].Folded!.StandardError!.Value.ShouldBeLessThan(journal[1].Score!.StandardError!.Value);
        journal.Choice.ShouldNotBeNull().Why.ShouldMatch("^Nodes 1 and 3 led on the first fold, so they were executed on all of them\\. Node [13] has the best score over all folds less half an error: ");
        using JsonDocument shown = JsonDocument.Parse((await Product.RunAsync(workspace, "show", "small-1", "--json")).Output);
        JsonElement best = shown.RootElement.GetProperty("best"), folds = shown.RootElement.GetProperty("folds");
        (best.GetProperty("kind").GetString(), best.GetProperty("score").GetDouble()).ShouldBe(("verified-by-folds", journal[journal.Choice.Node].Folded!.Value));
        (folds.GetProperty("folds").GetInt32(), folds.GetProperty("rows").GetInt32(), folds.GetProperty("nodes").GetArrayLength(), folds.GetProperty("why").GetString()).ShouldBe((5, 300, 2, journal.Choice.Why));
        (await Product.RunAsync(workspace, "show", "small-1", "--node", "2")).Output.ShouldContain("(verified on the first of 5 folds)");

        Ended verified = await Product.RunAsync(workspace, "replay", "small-1", "--verify", "--nodes", "3");
        verified.ExitCode.ShouldBe(0, verified.Output + verified.Errors);
        verified.Output.ShouldMatch(@"(?m)^5/[56] +3 on fold 5 +same ");
    }
}
