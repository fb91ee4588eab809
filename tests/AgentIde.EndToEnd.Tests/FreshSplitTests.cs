using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>A run whose best nodes the holdout does not tell apart, by the product: chosen on a fresh split, told everywhere, replayed.</summary>
public sealed class FreshSplitTests
{
    [Fact]
    public async Task The_leading_nodes_are_executed_on_a_fresh_split_before_one_is_chosen()
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]), workspace = Directory.CreateDirectory(folder["workspace"]).FullName;
        SmallTask.KnowSecret(workspace);
        string recording = folder["proposals.jsonl"];
        double[] shifts = [0, 0.06, 9, 0.12, 7, -0.06];
        await File.WriteAllLinesAsync(recording, shifts.Select(shift => JsonSerializer.Serialize(new { plan = $"Shift by {shift}.", code = SmallTask.Solution(3, 2, shift) })));
        Ended ran = await Product.RunAsync(workspace, "run", task, "--engineer", $"recording:{recording}", "--nodes", "6", "--time", "20m");
        ran.ExitCode.ShouldBe(0, ran.Errors);
        ran.Output.ShouldContain("choosing       the holdout does not tell nodes ");

        RunId run = RunId.Parse("small-1");
        SqliteRunStore store = new(workspace, TimeProvider.System);
        RecordedEvent[] events = [.. (await store.ReadAsync(run, 0, int.MaxValue, CancellationToken.None)).Events];
        Journal journal = Journal.Empty.Apply(events);
        FinalRound round = journal.FinalRound.ShouldNotBeNull();
        round.Finalists.Select(finalist => finalist.Node).Order().ShouldBe([1, 2, 4, 6]);
        round.Finalists.ShouldAllBe(finalist => finalist.Attempts == 1 && finalist.Result!.Score < 2);
        journal.Choice.ShouldNotBeNull().Why.ShouldStartWith("Nodes ");

        // What a program said on the fresh split is what it says of these rows, so the scores of the two splits differ.
        round.Finalists.ShouldAllBe(finalist => Math.Abs(finalist.Result!.Score!.Value - journal[finalist.Node].Score!.Value) > 1e-6);
        using JsonDocument shown = JsonDocument.Parse((await Product.RunAsync(workspace, "show", "small-1", "--json")).Output);
        JsonElement fresh = shown.RootElement.GetProperty("fresh");
        (fresh.GetProperty("rows").GetInt32(), fresh.GetProperty("nodes").GetArrayLength(), fresh.GetProperty("why").GetString()).ShouldBe((214, 4, journal.Choice.Why));
        (await Product.RunAsync(workspace, "show", "small-1")).Output.ShouldContain("fresh split node ");
        Ended replayed = await Product.RunAsync(workspace, "replay", "small-1");
        replayed.ExitCode.ShouldBe(0, replayed.Output + replayed.Errors);
        (await store.ReadAsync(run, 0, int.MaxValue, CancellationToken.None)).Events.Length.ShouldBe(events.Length, "a replay executes nothing");
    }
}
