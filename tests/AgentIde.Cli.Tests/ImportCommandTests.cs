using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

/// <summary><c>agentide import aide</c>, and what the other commands make of a run that comes of it.</summary>
public sealed class ImportCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Journal => ImportedFiles.Journal;

    private static string Log => ImportedFiles.Log;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_imported_run_is_listed_shown_and_replayed_and_says_that_its_scores_are_claims()
    {
        string imported = await SayAsync("import", "aide", Journal);
        imported.ShouldContain("imported    from AIDE: ripe.journal.json (SHA-256 ");
        imported.ShouldContain("claims      AIDE's metric 0.75, as AIDE's own code measured it; nothing was graded here");
        imported.ShouldContain("nodes       5: 2 with a claimed score, 3 failed");
        imported.ShouldContain("not there   the sandbox that the code ran in, the blind holdout, submissions");
        imported.ShouldContain("ripe-1 is here: 'agentide show ripe-1'");

        string runs = await SayAsync("runs");
        runs.ShouldMatch(@"ripe-1 +imported +5 +2 +AIDE's metric 0\.75 \(claimed\)");
        string shown = await SayAsync("show", "last");
        shown.ShouldContain("imported from AIDE");
        shown.ShouldMatch(@"★ 3 debug +0\.75 \(claimed\)");
        shown.ShouldNotMatch("time [━─]");
        string node = await SayAsync("show", "last", "--node", "3");
        node.ShouldContain("score    AIDE's metric 0.75 (as AIDE's own code measured it; nothing was graded here)");
        node.ShouldContain("review   by AIDE: It ran and reaches an accuracy of 0.75.");
        node.ShouldContain("known as c3 there, made 2023-11-14 22:15:20 UTC");
        node.ShouldContain("──── output (2.0 s)\naccuracy: 0.75");
        node.ShouldNotContain("verified");
        string replay = await SayAsync("replay", "last");
        replay.ShouldContain("scores are as AIDE's own code measured it, and nothing was graded here");
        replay.ShouldContain("the chain fits, the decisions are AIDE's and not checked");
        replay.ShouldNotContain("seed 0");
    }

    [Fact]
    public async Task As_JSON_there_are_the_run_its_nodes_and_what_is_missing()
    {
        using JsonDocument document = JsonDocument.Parse(await SayAsync("import", "aide", Log, "--name", "melons", "--json"));
        JsonElement report = document.RootElement;
        (report.GetProperty("run").GetString(), report.GetProperty("nodes").GetInt32(), report.GetProperty("validNodes").GetInt32(), report.GetProperty("failedNodes").GetInt32()).ShouldBe(("melons-1", 4, 1, 2));
        report.GetProperty("imported").GetProperty("missing").EnumerateArray().Select(line => line.GetString()).ShouldContain("what became of it: of node 4");

        using JsonDocument shown = JsonDocument.Parse(await SayAsync("show", "melons-1", "--json"));
        JsonElement best = shown.RootElement.GetProperty("best");
        (best.GetProperty("kind").GetString(), best.GetProperty("standardError").ValueKind, shown.RootElement.GetProperty("seconds").ValueKind).ShouldBe(("claimed", JsonValueKind.Null, JsonValueKind.Null));
        (await SayAsync("show", "last", "--node", "4")).ShouldContain("known as reply 4 there; what became of it is not in the file");
        (await SayAsync("show", "last", "--call", "1")).ShouldContain("I would rather think about it first.");
    }

    [Fact]
    public async Task Nothing_can_be_asked_of_it()
    {
        await SayAsync("import", "aide", Journal);
        string[][] commands = [["run", "--resume", "last"], ["hint", "last", "Try more."], ["branch", "last", "3"], ["reject", "last", "1"], ["runs", "--step", "last"], ["runs", "--stop", "last"]];
        foreach (string[] command in commands)
        {
            Ended ended = await Program.RunAsync(_folder.Path, command);
            ended.ExitCode.ShouldBeOneOf(1, 2);
            ended.Errors.ShouldBe("agentide: ripe-1 was imported from AIDE: it can be read, replayed and stepped through, and nothing can be asked of it. 'agentide run TASK' starts a run that can be steered.\n");
        }
    }

    [Fact]
    public async Task With_its_task_a_node_can_be_applied_and_without_one_it_can_not()
    {
        await SayAsync("import", "aide", Journal);
        Ended refused = await Program.RunAsync(_folder.Path, "apply", "last");
        (refused.ExitCode, refused.Errors).ShouldBe((2, "agentide: ripe-1 was imported without a task, so there is no file to apply it to: take the code from 'agentide show ripe-1 --node 3', or import it again with --task FOLDER.\n"));

        string task = SmallTask.Create(_folder["small"]);
        (await SayAsync("import", "aide", Journal, "--task", task)).ShouldContain("small-1 is here");
        await SayAsync("apply", "small-1");
        (await File.ReadAllTextAsync(Path.Combine(task, "solution.py"))).ShouldContain("KNeighborsClassifier()");
        (await SayAsync("show", "small-1")).ShouldContain("AIDE's metric, higher is better");
    }

    [Fact]
    public async Task What_can_not_be_imported_is_one_message_and_leaves_nothing()
    {
        _folder.Write("bad.json", "{\"nodes\": [{\"id\": \"a\"}], \"node2parent\": {\"a\": \"a\"}}");
        (string[] Arguments, string Message)[] cases =
        [
            (["import", "aide", "bad.json"], "agentide: bad.json: node 1 ('a') comes from node 1, which does not stand before it"),
            (["import", "aide", "none.json"], "agentide: There is no file none.json."),
            (["import", "aide", Journal, "--name", "No Name"], "agentide: 'No Name' can't be the name of a run"),
            (["import", "aide", Journal, "--task", "nowhere"], "agentide: "),
            (["import", "aide"], "agentide: "),
        ];
        foreach ((string[] arguments, string message) in cases)
        {
            Ended ended = await Program.RunAsync(_folder.Path, arguments);
            ended.ExitCode.ShouldBe(2);
            ended.Errors.ShouldStartWith(message);
            ended.Errors.TrimEnd('\n').ShouldNotContain("\n");
        }

        (await SayAsync("runs")).ShouldStartWith("There are no runs");
    }

    private async Task<string> SayAsync(params string[] arguments)
    {
        Ended ended = await Program.RunAsync(_folder.Path, arguments);
        ended.ExitCode.ShouldBe(0, ended.Errors);
        return ended.Output;
    }
}
