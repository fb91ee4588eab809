using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;
using AgentIde.Import;
using AgentIde.Import.Aide;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

/// <summary>A run that another program made: in the tree, in its nodes' documents and as blame, with nothing that can be asked of it.</summary>
public sealed class ImportedRunTests
{
    public static TheoryData<string> Files => [.. ImportedFiles.Journals, .. ImportedFiles.Logs];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Each_node_is_listed_and_opens_with_the_code_that_the_file_has(string file)
    {
        await using Session session = await Session.StartAsync();
        RunId run = await ImportAsync(session, file);
        Journal journal = Journal.Empty.Apply((await session.Store.ReadAsync(run, 0, 10_000, CancellationToken.None)).Events);
        JsonElement listed = (await session.Editor.AskAsync("agentide/runs", [])).GetProperty("runs")[0];
        (listed.GetProperty("run").GetString(), listed.GetProperty("imported").GetString(), listed.GetProperty("nodes").GetInt32(), listed.GetProperty("validNodes").GetInt32()).ShouldBe((run.Value, "AIDE", journal.Nodes.Count, journal.ValidNodes));
        JsonElement[] nodes = [.. (await EventsAsync(session, run)).GetProperty("nodes").EnumerateArray()];
        nodes.Select(node => node.GetProperty("parents").EnumerateArray().Select(parent => parent.GetInt32())).ShouldBe(journal.Nodes.Select(node => node.Parents.AsEnumerable()));
        foreach (Node node in journal.Nodes)
        {
            Digest.Of(await File.ReadAllBytesAsync(await OpenAsync(session, run, node.Id, "solution.py"))).ShouldBe(node.Code!.Value);
        }
    }

    [Fact]
    public async Task A_failure_stands_on_its_line()
    {
        await using Session session = await Session.StartAsync();
        RunId run = await ImportAsync(session, ImportedFiles.Journal);
        string path = await OpenAsync(session, run, 2, "solution.py");
        await session.Editor.OpenAsync(path, await File.ReadAllTextAsync(path));
        JsonElement published = await session.Editor.HearDiagnosticsAsync(path, found => found.Any(diagnostic => diagnostic.GetProperty("severity").GetInt32() == 1));
        JsonElement error = published.GetProperty("diagnostics").EnumerateArray().Single(diagnostic => diagnostic.GetProperty("severity").GetInt32() == 1);
        error.GetProperty("range").GetProperty("start").GetProperty("line").GetInt32().ShouldBe(1);
        error.GetProperty("message").GetString()!.ShouldContain("cannot import name 'KNeighbors'");
    }

    [Fact]
    public async Task A_journal_of_aide_is_in_the_tree_with_its_own_times_and_its_scores_as_claims()
    {
        await using Session session = await Session.StartAsync();
        RunId run = await ImportAsync(session, ImportedFiles.Journal);
        JsonElement events = await EventsAsync(session, run);
        events.GetProperty("view").GetRawText().ShouldBe(
            """{"run":"ripe-1","task":"ripe","title":"ripe","metric":"AIDE\u0027s metric","direction":"higher-is-better","liveness":"finished","nodes":5,"validNodes":2,"budgetNodes":5,"best":{"node":3,"score":0.75,"claimed":true},"seconds":3839.75,"solutionFile":"","imported":"AIDE"}""");
        events.GetProperty("nodes").EnumerateArray().Select(node => node.GetRawText()).Take(3).ShouldBe(
        [
            """{"node":1,"parents":[],"operator":"draft","plan":"Guess the commonest class; it is what all else is compared with.","state":"valid","score":0.6,"claim":0.6,"seconds":0.5,"best":false,"at":0.5,"claimed":true}""",
            """{"node":2,"parents":[],"operator":"draft","plan":"Look at the nearest neighbours by weight.","state":"buggy","failure":"ImportError: cannot import name \u0027KNeighbors\u0027 from \u0027sklearn.neighbors\u0027","seconds":0.25,"best":false,"at":60.5}""",
            """{"node":3,"parents":[2],"operator":"debug","plan":"Import the class by its name.","state":"valid","score":0.75,"claim":0.75,"seconds":2,"best":true,"at":121.75,"claimed":true}""",
        ]);
    }

    [Fact]
    public async Task A_log_has_no_dates_and_says_of_the_last_node_that_nothing_is_known_of_it()
    {
        await using Session session = await Session.StartAsync();
        RunId run = await ImportAsync(session, ImportedFiles.Log);
        JsonElement events = await EventsAsync(session, run);
        JsonElement view = events.GetProperty("view");
        (view.GetProperty("seconds").GetDouble(), view.GetProperty("spent").GetString(), view.TryGetProperty("cost", out _)).ShouldBe((0, "8 calls, tokens and price not known", false));
        JsonElement[] nodes = [.. events.GetProperty("nodes").EnumerateArray()];
        nodes.Select(node => node.GetProperty("state").GetString()).ShouldBe(["buggy", "valid", "buggy", "unknown"]);
        nodes.ShouldAllBe(node => !HasAny(node, "at", "tokens", "dollars"));
        nodes.Select(node => HasAny(node, "seconds")).ShouldBe([true, false, false, false], "the time stands under one output");
        nodes[2].GetProperty("claim").GetDouble().ShouldBe(0.7);
    }

    [Fact]
    public async Task Its_nodes_open_as_documents_with_what_was_asked_and_answered()
    {
        await using Session session = await Session.StartAsync();
        RunId run = await ImportAsync(session, ImportedFiles.Log);
        (await ReadAsync(session, run, 2, "prompt.md")).ShouldContain("# Previous (buggy) implementation");
        (await ReadAsync(session, run, 2, "reply.md")).ShouldContain("Import the class by its name.");
        (await ReadAsync(session, run, 2, "output.txt")).ShouldBe("accuracy: 0.75\n\n".TrimEnd('\n') + "\n");
        string thought = await ReadAsync(session, run, 2, "thought.md");
        thought.ShouldContain("AIDE's metric 0.75 (claimed), as AIDE's own code measured it; nothing was graded here");
        thought.ShouldContain("AIDE on node 2: It ran.");
        thought.ShouldNotContain("suspect");
    }

    [Fact]
    public async Task A_line_of_a_node_says_which_node_wrote_it_and_whose_word_the_score_is()
    {
        await using Session session = await Session.StartAsync();
        RunId run = await ImportAsync(session, ImportedFiles.Journal);
        string path = await OpenAsync(session, run, 3, "solution.py");
        string code = await File.ReadAllTextAsync(path);
        await session.Editor.OpenAsync(path, code);
        string[] lines = code.Split('\n');
        string written = (await session.Editor.HoverAsync(path, Array.FindIndex(lines, line => line.StartsWith("from sklearn", StringComparison.Ordinal))))!;
        written.ShouldContain("Debug (node 3): Import the class by its name.");
        written.ShouldContain("AIDE's metric 0.75 (claimed) as AIDE's own code measured it.");
        string kept = (await session.Editor.HoverAsync(path, 0))!;
        kept.ShouldContain("Draft (node 2): Look at the nearest neighbours by weight.");
        kept.ShouldContain("Failed: ImportError: cannot import name 'KNeighbors' from 'sklearn.neighbors' (line 2)");
    }

    [Theory]
    [InlineData("agentide.run.hint", "nothing can be asked of it")]
    [InlineData("agentide.run.stop", "nothing can be asked of it")]
    [InlineData("agentide.run.step", "nothing can be asked of it")]
    [InlineData("agentide.node.branch", "nothing can be asked of it")]
    [InlineData("agentide.node.reject", "nothing can be asked of it")]
    [InlineData("agentide.node.apply", "was imported without a task")]
    public async Task What_would_change_it_is_refused_in_one_sentence(string command, string refusal)
    {
        await using Session session = await Session.StartAsync();
        RunId run = await ImportAsync(session, ImportedFiles.Journal);
        await EventsAsync(session, run);
        JsonObject arguments = new() { ["run"] = run.Value };
        if (command.StartsWith("agentide.node.", StringComparison.Ordinal))
        {
            arguments["node"] = 3;
        }

        if (command is "agentide.run.hint" or "agentide.node.branch" or "agentide.node.reject")
        {
            arguments["text"] = "Try more.";
        }

        (await Should.ThrowAsync<Exception>(() => session.Editor.ExecuteAsync(command, arguments))).Message.ShouldContain(refusal);
    }

    private static async Task<RunId> ImportAsync(Session session, string file)
    {
        ImportedRun read = await AideImport.ReadAsync(new ImportRequest(file, null, null, "", ""), CancellationToken.None);
        RunId run = await read.StoreAsync(session.Store, CancellationToken.None);
        await session.Editor.HearAsync("agentide/runChanged", changed => changed.GetProperty("run").GetString() == run.Value && changed.GetProperty("seq").GetInt64() >= read.Journal.Seq);
        return run;
    }

    private static Task<JsonElement> EventsAsync(Session session, RunId run) =>
        session.Editor.AskAsync("agentide/events", new JsonObject { ["run"] = run.Value, ["after"] = 0 });

    private static async Task<string> OpenAsync(Session session, RunId run, int node, string file) =>
        (await session.Editor.ExecuteAsync("agentide.node.open", new JsonObject { ["run"] = run.Value, ["node"] = node, ["file"] = file })).GetProperty("path").GetString()!;

    private static async Task<string> ReadAsync(Session session, RunId run, int node, string file) => await File.ReadAllTextAsync(await OpenAsync(session, run, node, file));

    private static bool HasAny(JsonElement node, params string[] names) => names.Any(name => node.TryGetProperty(name, out _));
}
