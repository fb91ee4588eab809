using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>What a model of a whole run answered: recorded and played again, several to a prompt, and seen while it is said.</summary>
public sealed class ModelAnswerTests
{
    [Fact]
    public async Task What_was_recorded_plays_again_without_the_model()
    {
        using TemporaryFolder folder = new();
        string recording = folder["exchanges.jsonl"], task = FewDiamonds.Create(folder["task"]);
        await using (AnsweringServer model = new("diamonds"))
        {
            Ended run = await Product.RunAsync(folder.Path, ModelRuns.Keys, "run", task, "--engineer", "openai:scripted", "--base-url", $"{model.Server.Url}", "--record", recording, "--nodes", "4", "--time", "8m", "--json");
            run.ExitCode.ShouldBe(0, run.Errors);
        }

        // With more time and nodes, which prompts tell and recordings don't hang on; it ends where the recording does.
        Ended replay = await Product.RunAsync(folder.Path, "run", task, "--engineer", $"recording:{recording}", "--nodes", "5", "--time", "4m", "--json");
        replay.ExitCode.ShouldBe(0, replay.Errors);
        using JsonDocument recorded = await ModelRuns.JournalAsync(folder, "diamonds-1"), played = await ModelRuns.JournalAsync(folder, "diamonds-2");
        ModelRuns.Told(played).ShouldStartWith(ModelRuns.Told(recorded));
    }

    [Fact]
    public async Task Three_answers_to_each_prompt_become_nodes_and_play_again_without_the_model()
    {
        using TemporaryFolder folder = new();
        string recording = folder["exchanges.jsonl"], task = FewDiamonds.Create(folder["task"]);
        await using (AnsweringServer model = new("diamonds"))
        {
            Ended run = await Product.RunAsync(
                folder.Path, ModelRuns.Keys, "run", task, "--engineer", "openai:scripted", "--base-url", $"{model.Server.Url}", "--price", "openai:scripted=1,10", "--cost", "1", "--samples", "3", "--record", recording,
                "--nodes", "5", "--time", "4m", "--json");
            run.ExitCode.ShouldBe(0, run.Errors);
            using JsonDocument report = JsonDocument.Parse(run.Output);
            report.RootElement.GetProperty("spending").GetProperty("calls").GetInt32().ShouldBe(model.Server.Requests.Length);
            model.Server.Requests.Take(3).Select(request => request.Body).Distinct().Count().ShouldBe(1);
        }

        using JsonDocument journal = await ModelRuns.JournalAsync(folder, "diamonds-1");
        JsonElement[] nodes = [.. journal.RootElement.GetProperty("nodes").EnumerateArray()];
        nodes.Length.ShouldBe(5);
        JsonElement[] samples = [.. nodes.Where(node => node.TryGetProperty("sampleOf", out JsonElement _))];
        samples.Length.ShouldBe(3);
        samples.Where(node => node.TryGetProperty("calls", out JsonElement _) || node.GetProperty("sampleOf").GetProperty("node").GetInt32() >= node.GetProperty("id").GetInt32()).ShouldBeEmpty();
        journal.RootElement.GetProperty("started").GetProperty("settings").GetProperty("samples").GetInt32().ShouldBe(3);
        (await Product.RunAsync(folder.Path, "show", "last", "--node", "2")).Output.ShouldContain("answer   of call 2, to the prompt of node 1");

        Ended changed = await Product.RunAsync(folder.Path, ModelRuns.Keys, "run", "--resume", "last", "--samples", "2");
        (changed.ExitCode, changed.Errors.Trim()).ShouldBe((2, "agentide: --samples can't be changed on the way: a resumed run keeps what it began with. What it may spend on models can be (--cost, --tokens)."));

        Ended replay = await Product.RunAsync(folder.Path, "run", task, "--engineer", $"recording:{recording}", "--samples", "3", "--nodes", "3", "--time", "4m", "--json");
        replay.ExitCode.ShouldBe(0, replay.Errors);
        using JsonDocument played = await ModelRuns.JournalAsync(folder, "diamonds-2");
        ModelRuns.Told(journal).ShouldStartWith(ModelRuns.Told(played));
    }

    [Fact]
    public async Task What_a_slow_model_says_is_seen_before_its_call_has_ended_and_holds_no_key()
    {
        using TemporaryFolder folder = new();
        string thought = $"Let me see what the columns hold. The price is skewed, so its logarithm is the better target. The key is {ModelRuns.Key} as it seems, and carat matters most of all.";
        await using ModelServer.ScriptedServer slow = new(request => ModelServer.Protocols.Answer(request, new ModelServer.CannedAnswer("Never said.", Thinking: thought)).StalledAfter(8));
        Ended begun = await Product.RunAsync(folder.Path, ModelRuns.Keys, "run", FewDiamonds.Create(folder["task"]), "--engineer", "openai:scripted", "--base-url", $"{slow.Url}", "--nodes", "1", "--time", "8m", "--detach");
        begun.ExitCode.ShouldBe(0, begun.Errors);
        string shown;
        WaitLimit limit = new();
        do
        {
            shown = (await Product.RunAsync(folder.Path, "show", "last", "--call", "1")).Output;
        }
        while (!shown.Contains("thinking so far", StringComparison.Ordinal) && limit.Lasts());

        shown.ShouldContain("under way");
        shown.ShouldContain("The price is skewed, so its logarithm is the better target. The key is");
        shown.ShouldNotContain(ModelRuns.Key);
        using JsonDocument open = await ModelRuns.JournalAsync(folder, "last");
        open.RootElement.GetProperty("nodes")[0].GetProperty("calls")[0].TryGetProperty("outcome", out JsonElement _).ShouldBeFalse();

        (await Product.RunAsync(folder.Path, "runs", "--stop", "last")).ExitCode.ShouldBe(0);
        await Product.RunAsync(folder.Path, "show", "last", "--follow");
        (await Product.RunAsync(folder.Path, "show", "last", "--call", "1")).Output.ShouldNotContain("so far");
        ModelRuns.NobodyKept(folder.Path, ModelRuns.Key);
    }
}
