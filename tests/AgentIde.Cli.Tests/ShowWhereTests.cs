using System.Text.Json;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Conditions;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

/// <summary><c>agentide show RUN --where CONDITION</c>: which nodes are listed, and what is said of a condition that can't be read.</summary>
public sealed class ShowWhereTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteRunStore _store;

    public ShowWhereTests() => _store = new SqliteRunStore(_folder.Path, TimeProvider.System);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_nodes_that_a_condition_holds_for_are_listed_with_what_came_of_them()
    {
        await MakeRunAsync();
        Ended ended = await ShowAsync("--where", "operator == \"improve\" && gain < 2 * error || buggy");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        string[] lines = [.. ended.Output.TrimEnd('\n').Split('\n').Select(line => line.TrimEnd())];
        lines.Length.ShouldBe(4, ended.Output);
        Words(lines[0]).ShouldBe(["node", "operator", "RMSLE", "gain", "time", "what"]);
        lines[1].ShouldMatch(@"^ *3 +improve of 2 +0\.09050 ± 0\.00040 +-0\.00050 +1\.5 s +Clip the tail\.$");
        lines[2].ShouldMatch(@"^ *4 +debug of 1 +failed +1\.5 s +KeyError: 'co␛\[31mlour'$");
        lines[3].ShouldBe("2 of 5 nodes");
    }

    [Fact]
    public async Task What_is_listed_of_each_node_can_be_chosen()
    {
        await MakeRunAsync();
        Ended ended = await ShowAsync("--where", "valid", "--select", "node, score, gain / error, plan contains \"log, target\", seconds");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        string[] lines = [.. ended.Output.TrimEnd('\n').Split('\n').Select(line => line.TrimEnd())];
        lines[0].ShouldMatch("^ *node +score +gain / error +plan contains \"log, target\" +seconds$");
        lines[2].ShouldMatch(@"^ *2 +0\.09000 +25 +true +1\.5 s$");
        lines[^1].ShouldBe("3 of 5 nodes");

        Words((await ShowAsync("--select", "node")).Output).ShouldBe(["node", "1", "2", "3", "4", "5", "5", "of", "5", "nodes"]);
    }

    [Fact]
    public async Task One_document_has_them_as_numbers_and_texts()
    {
        await MakeRunAsync();
        using JsonDocument usual = JsonDocument.Parse((await ShowAsync("--where", "node in [2, 4]", "--json")).Output);
        usual.RootElement.GetProperty("run").GetString().ShouldBe("diamonds-1");
        usual.RootElement.GetProperty("where").GetString().ShouldBe("node in [2, 4]");
        (usual.RootElement.GetProperty("count").GetInt32(), usual.RootElement.GetProperty("of").GetInt32()).ShouldBe((2, 5));
        JsonElement best = usual.RootElement.GetProperty("nodes")[0], broken = usual.RootElement.GetProperty("nodes")[1];
        (best.GetProperty("operator").GetString(), best.GetProperty("score").GetDouble(), best.GetProperty("best").GetBoolean()).ShouldBe(("improve", 0.09, true));
        (broken.GetProperty("score").ValueKind, broken.GetProperty("message").GetString()).ShouldBe((JsonValueKind.Null, "KeyError: 'co\u001b[31mlour'"));

        using JsonDocument chosen = JsonDocument.Parse((await ShowAsync("--where", "best", "--select", "node, node, 2 * score", "--json")).Output);
        JsonElement node = chosen.RootElement.GetProperty("nodes")[0];
        node.EnumerateObject().Select(field => field.Name).ShouldBe(["node", "2 * score"]);
        node.GetProperty("2 * score").GetDouble().ShouldBe(0.18);

        using JsonDocument none = JsonDocument.Parse((await ShowAsync("--where", "node > 9", "--json")).Output);
        none.RootElement.GetProperty("nodes").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task That_no_node_matches_is_said_and_is_no_failure()
    {
        await MakeRunAsync();
        Ended ended = await ShowAsync("--where", "score < 0.01");
        (ended.ExitCode, ended.Output).ShouldBe((0, "No node of diamonds-1 is so: there are 5, and none of them matches score < 0.01\n"));

        await using (await ScriptedRun.StartAsync(_store))
        {
        }

        (await Program.RunAsync(_folder.Path, "show", "diamonds-2", "--where", "valid")).Output.ShouldBe("diamonds-2 has no nodes yet.\n");
    }

    [Theory]
    [InlineData("--where", "oprator == improve", "agentide: --where: There is no name `oprator`. Did you mean `operator`?\n  oprator == improve\n  ^^^^^^^\n'agentide show --names' lists what can be asked for.\n")]
    [InlineData("--where", "score", "agentide: --where: A condition is true or false, and `score` is a number: compare it, as in `score > 0`.\n  score\n  ^^^^^\n'agentide show --names' lists what can be asked for.\n")]
    [InlineData("--select", "node, scoer", "agentide: --select: There is no name `scoer`. Did you mean `score`?\n  node, scoer\n        ^^^^^\n'agentide show --names' lists what can be asked for.\n")]
    [InlineData("--select", "node score", "agentide: --select: `score` stands where an operator, `,` or the end should be.\n  node score\n       ^^^^^\n'agentide show --names' lists what can be asked for.\n")]
    public async Task A_condition_that_can_not_be_read_is_told_with_its_place(string option, string text, string told)
    {
        Ended ended = await Program.RunAsync(_folder.Path, "show", "last", option, text);
        (ended.ExitCode, ended.Output, ended.Errors).ShouldBe((2, "", told));
    }

    [Theory]
    [InlineData("--where and --select list nodes: leave out --node, --call and --journal.", "last", "--where", "valid", "--node", "3")]
    [InlineData("Which run is to be shown is missing: name one, such as 'last'.", "--where", "valid")]
    public async Task What_does_not_go_together_is_refused(string says, params string[] arguments)
    {
        Ended ended = await Program.RunAsync(_folder.Path, ["show", .. arguments]);
        (ended.ExitCode, ended.Errors).ShouldBe((2, $"agentide: {says} (agentide show --help tells more)\n"));
    }

    [Fact]
    public async Task Runs_are_listed_that_a_condition_holds_for_looked_at_with_their_result()
    {
        await MakeRunAsync();
        await using (ScriptedRun other = await ScriptedRun.StartAsync(_store))
        {
            await other.AddValidAsync(Operator.Draft, null, "Predict a constant.", "print(1)\n", 0.2);
        }

        await using (await ScriptedRun.StartAsync(_store))
        {
        }

        string listed = (await RunsAsync("--where", "score < 0.15 && validNodes == 3 && spend == 0 && operator == improve")).Output;
        listed.ShouldContain("diamonds-1 ");
        listed.ShouldNotContain("diamonds-2");
        listed.ShouldEndWith("1 of 3 runs\n");
        (await RunsAsync("--where", "score > 9")).Output.ShouldMatch("^No run in .* is so: there are 3, and none of them matches score > 9\n$");
        Words((await RunsAsync("--where", "nodes < 5", "--select", "run, best.score, validNodes")).Output).ShouldBe(["run", "best.score", "validNodes", "diamonds-3", "none", "0", "diamonds-2", "0.20000", "1", "2", "of", "3", "runs"]);

        using JsonDocument reports = JsonDocument.Parse((await RunsAsync("--where", "valid", "--json")).Output);
        reports.RootElement.EnumerateArray().Select(report => report.GetProperty("run").GetString()).ShouldBe(["diamonds-2", "diamonds-1"]);
        using JsonDocument selected = JsonDocument.Parse((await RunsAsync("--where", "nodes > 9", "--select", "run", "--json")).Output);
        (selected.RootElement.GetProperty("count").GetInt32(), selected.RootElement.GetProperty("of").GetInt32(), selected.RootElement.GetProperty("runs").GetArrayLength()).ShouldBe((0, 3, 0));

        Ended both = await RunsAsync("--where", "valid", "--stop", "last");
        (both.ExitCode, both.Errors).ShouldBe((2, "agentide: --where and --select list runs, and --stop is for the one that it names: leave one of them out. (agentide runs --help tells more)\n"));
        (await RunsAsync("--where", "scoer > 1")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public void Long_lists_stand_in_columns_and_are_cut_where_the_screen_ends()
    {
        LongTable columns = new(40, "node", "what");
        columns.Add("1", "short");
        columns.Add("日本", "a text that is much longer than what is left of the screen");
        columns.Add("10000", "");
        StringWriter text = new();
        columns.Write(text);
        text.ToString().ShouldBe("node   what\n1      short\n日本   a text that is much longer than…\n10000\n");
    }

    [Fact]
    public async Task All_that_can_be_asked_for_is_listed_without_a_run()
    {
        Ended ended = await Program.RunAsync(_folder.Path, "show", "--names");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        foreach (ConditionName name in ConditionNames.All)
        {
            string start = string.Join(' ', Words(name.Meaning).Take(3));
            ended.Output.Split('\n').ShouldContain(line => Words(line).FirstOrDefault() == name.Name && line.Contains(start, StringComparison.Ordinal), name.Name);
        }

        Array.ForEach([.. ConditionFunction.All], function => ended.Output.ShouldContain(function.Signature));
        using JsonDocument document = JsonDocument.Parse((await Program.RunAsync(_folder.Path, "show", "--names", "--json")).Output);
        document.RootElement.GetProperty("names").EnumerateArray().Select(name => name.GetProperty("fullName").GetString()).ShouldBe(ConditionNames.All.Select(name => name.FullName));
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private Task<Ended> RunsAsync(params string[] arguments) => Program.RunAsync(_folder.Path, ["runs", .. arguments]);

    private Task<Ended> ShowAsync(params string[] arguments) => Program.RunAsync(_folder.Path, ["show", "last", .. arguments]);

    /// <summary>A draft, an improvement, one that is no clear gain, a failure whose message holds an escape character, and one that has begun.</summary>
    private async Task MakeRunAsync()
    {
        await using ScriptedRun run = await ScriptedRun.StartAsync(_store);
        await run.AddValidAsync(Operator.Draft, null, "Predict a constant.", "print(1)\n", 0.1);
        await run.AddValidAsync(Operator.Improve, 1, "Fit on a log, target clipped.", "print(2)\n", 0.09);
        await run.AddValidAsync(Operator.Improve, 2, "Clip the tail.", "print(3)\n", 0.0905);
        int broken = await run.ProposeAsync(Operator.Debug, 1, "Mend it.", "print(4)\n");
        await run.ExecuteAsync(broken);
        await run.FailAsync(broken, "KeyError: 'co\u001b[31mlour'", 3);
        await run.BeginAsync(Operator.Improve, 2);
    }
}
