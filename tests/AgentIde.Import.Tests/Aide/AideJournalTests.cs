using System.Text.Json;
using System.Text.RegularExpressions;
using AgentIde.Core.Conditions;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Testing;

namespace AgentIde.Import.Tests.Aide;

/// <summary>Journals of AIDE's, the recorded one against a reading of its own.</summary>
public sealed partial class AideJournalTests : IDisposable
{
    private readonly Importing _importing = new();

    public static TheoryData<string> Files => [.. ImportedFiles.Journals];

    public void Dispose() => _importing.Dispose();

    [Fact]
    public async Task Each_node_has_its_operator_parent_score_or_failure_as_aide_has_it()
    {
        Journal journal = await _importing.StoreAsync(ImportedFiles.Journal);
        journal.Nodes.Select(node => (node.Operator, node.Parent, Score: node.Score?.Value, node.Failure?.Kind, node.Failure?.Message, node.Failure?.Line)).ShouldBe(
        [
            (Operator.Draft, null, 0.6, null, null, null),
            (Operator.Draft, null, null, FailureKind.Exception, "ImportError: cannot import name 'KNeighbors' from 'sklearn.neighbors'", 2),
            (Operator.Debug, 2, 0.75, null, null, null),
            (Operator.Improve, 3, null, FailureKind.Judged, "its metric is 'NaN', which is no number to compare", null),
            (Operator.Improve, 3, null, FailureKind.TimeOut, "TimeoutError: Execution exceeded the time limit of an hour", null),
        ]);
        journal.Best.ShouldBe(3);
        journal.Task!.Metric.Direction.ShouldBe(MetricDirection.HigherIsBetter);
        journal[3].DebugDepth.ShouldBe(1);
        journal[5].Execution!.Ending.ShouldBe(Ending.TimeOut);
        journal[2].Failure!.Traceback.ShouldStartWith("Traceback (most recent call last):\n  File \"runfile.py\", line 2");
        journal[2].Failure!.Traceback.ShouldEndWith("from 'sklearn.neighbors'");
        NodeOrigin.TimeOf(journal, journal[3]).ShouldBe(TimeSpan.FromSeconds(121.75));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Nothing_of_a_journal_is_lost_or_changed(string file)
    {
        Journal journal = await _importing.StoreAsync(file);

        using JsonDocument document = JsonDocument.Parse((await File.ReadAllTextAsync(file)).Replace("NaN", "null", StringComparison.Ordinal));
        JsonElement[] nodes = [.. document.RootElement.GetProperty("nodes").EnumerateArray()];
        string[] ids = [.. nodes.Select(node => node.GetProperty("id").GetString()!)];
        JsonElement parents = document.RootElement.GetProperty("node2parent");
        journal.Nodes.Count.ShouldBe(nodes.Length);
        foreach ((JsonElement told, Node node) in nodes.Zip(journal.Nodes))
        {
            int? parent = parents.TryGetProperty(ids[node.Id - 1], out JsonElement of) ? Array.IndexOf(ids, of.GetString()) + 1 : null;
            bool buggy = told.GetProperty("is_buggy").GetBoolean();
            JsonElement metric = told.GetProperty("metric").GetProperty("value");
            string? exception = told.GetProperty("exc_type").GetString();
            node.ShouldSatisfyAllConditions(
                () => node.Origin!.Id.ShouldBe(ids[node.Id - 1]),
                () => node.Parent.ShouldBe(parent),
                () => node.Operator.ShouldBe(parent is null ? Operator.Draft : nodes[parent.Value - 1].GetProperty("is_buggy").GetBoolean() ? Operator.Debug : Operator.Improve),
                () => node.Plan.ShouldBe(told.GetProperty("plan").GetString()),
                () => node.Review!.Summary.ShouldBe(told.GetProperty("analysis").GetString()),
                () => node.Execution!.Seconds.ShouldBe(told.GetProperty("exec_time").GetDouble()),
                () => node.Origin!.MadeAt!.Value.ToUnixTimeMilliseconds().ShouldBe((long)(told.GetProperty("ctime").GetDouble() * 1000)),
                () => node.Score?.Value.ShouldBe(metric.GetDouble()),
                () => node.IsValid.ShouldBe(!buggy && metric.ValueKind == JsonValueKind.Number),
                () => (node.Failure?.Message.StartsWith($"{exception}: ", StringComparison.Ordinal) ?? false).ShouldBe(exception is not null),
                () => node.Failure?.Line.ShouldBe(Own().Matches(told.GetProperty("exc_stack").ToString()) is [.., var last] ? int.Parse(last.Groups[1].Value) : null));
            (await _importing.TextAsync(journal, node.Code!.Value)).ShouldBe(told.GetProperty("code").GetString());
            string output = await _importing.TextAsync(journal, node.Execution!.Output);
            output.ShouldEndWith(told.GetProperty("exec_time").GetDouble() is 1.0 ? "nan\n" : exception == "TimeoutError" ? "hour" : "(time limit is an hour).");
            output.ShouldNotContain("', '");
            if (told.GetProperty("exc_info") is { ValueKind: JsonValueKind.Object } info && info.TryGetProperty("args", out JsonElement arguments))
            {
                node.Failure!.Message.ShouldContain(arguments[0].GetString()!);
            }
        }
    }

    [Fact]
    public async Task What_aide_does_not_tell_is_missing_and_never_a_nought()
    {
        Journal journal = await _importing.StoreAsync(ImportedFiles.Journal);
        journal.ShouldSatisfyAllConditions(
            () => journal.Sandbox.ShouldBeNull(),
            () => journal.Split.ShouldBeNull(),
            () => journal.Choice.ShouldBeNull(),
            () => journal.Spending.Calls.ShouldBe(0),
            () => journal[3].Score.ShouldBe(new Score(0.75, ScoreKind.Claimed, null, 0.75, [])),
            () => journal[3].Execution.ShouldBe(new ExecutionRecord(Ending.Exited, null, null, false, 2.0, null, null, journal[3].Execution!.Output, null, null, 0.75)),
            () => ModelResults.Of(journal).ShouldBeEmpty());
        RunOrigin origin = journal.Settings!.Origin!;
        origin.Digest.ShouldBe(Digest.Of(await File.ReadAllBytesAsync(ImportedFiles.Journal)));
        origin.Missing.ShouldContain("prompts and replies, which model was asked, tokens and price");
        origin.Missing.ShouldContain(missing => missing.StartsWith("a graded score: each is a claim", StringComparison.Ordinal));
        origin.Missing.ShouldNotContain(missing => missing.StartsWith("how long", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"nodes": [{"id": "a", "code": "x", "_term_out": "['one\\n', \"it's\"]"}]}""", "one\nit's")]
    [InlineData("""{"nodes": [{"id": "a", "code": "x", "_term_out": ["one\n", "two"]}]}""", "one\ntwo")]
    [InlineData("""{"nodes": [{"id": "a", "code": "x", "_term_out": "['one"}]}""", "['one")]
    [InlineData("""{"nodes": [{"id": "a", "code": "x", "term_out": "[1, 2]"}]}""", "[1, 2]")]
    public async Task Output_is_read_as_a_list_as_what_Python_prints_of_it_or_as_text(string json, string output)
    {
        Journal journal = await _importing.StoreAsync(_importing.Write("a.json", json));
        (await _importing.TextAsync(journal, journal[1].Execution!.Output)).ShouldBe(output);
    }

    [Theory]
    [InlineData("""{"value": 0.5, "maximize": false}""", 0.5)]
    [InlineData("0.5", 0.5)]
    [InlineData("2", 2.0)]
    [InlineData("""{"value": null, "maximize": null}""", null)]
    [InlineData("null", null)]
    public async Task A_metric_is_an_object_or_a_number_or_none(string metric, double? value)
    {
        ImportedRun run = await _importing.ReadTextAsync($$"""{"nodes": [{"id": "a", "code": "x", "metric": {{metric}}, "is_buggy": false}]}""");
        (run.Journal[1].Score?.Value).ShouldBe(value);
        (run.Journal[1].IsValid, run.Journal[1].IsBuggy).ShouldBe((value is not null, false));
    }

    [Theory]
    [InlineData("""{"nodes": [{"id": "a", "code": "x"}, {"id": "b", "code": "y", "parent": "a"}]}""")]
    [InlineData("""{"nodes": [{"id": "a", "code": "x"}, {"id": "b", "code": "y", "parent_id": "a"}]}""")]
    [InlineData("""{"nodes": [{"id": "a", "code": "x"}, {"id": "b", "code": "y", "parent": {"id": "a", "code": "x"}}], "node2parent": {}}""")]
    [InlineData("""{"nodes": [{"id": "a", "code": "x"}, {"id": "b", "code": "y", "parent": null}], "node2parent": {"b": "a", "a": null}}""")]
    [InlineData("""{"nodes": [{"id": 1, "code": "x"}, {"id": 2, "code": "y", "parent": null}], "node2parent": {"2": "1"}}""")]
    public async Task A_parent_is_named_by_the_map_or_by_its_child(string json) =>
        (await _importing.ReadTextAsync("\uFEFF" + json)).Journal[2].Parents.ShouldBe([1]);

    [Fact]
    public async Task A_file_without_parents_is_told_of_and_what_it_does_not_tell_is_no_nought()
    {
        Journal journal = (await _importing.ReadTextAsync("""{"nodes": [{"id": "a", "code": "x"}, {"id": "b", "code": "y"}]}""")).Journal;
        journal.Settings!.Origin!.Missing.ShouldContain(missing => missing.StartsWith("which node came from which", StringComparison.Ordinal));
        (await _importing.ReadTextAsync("""{"nodes": [{"id": "a", "code": "x"}, {"id": "b", "code": "y"}], "node2parent": {}}"""))
            .Journal.Settings!.Origin!.Missing.ShouldNotContain(missing => missing.StartsWith("which node", StringComparison.Ordinal));

        ConditionScope scope = new(journal, journal[1], null);
        foreach (string name in new[] { "spend", "tokens", "calls", "elapsed", "budget", "node.calls", "node.tokens", "node.dollars", "seconds" })
        {
            Condition.Parse(name).Evaluate(scope).IsNone.ShouldBeTrue(name);
        }
    }

    [Fact]
    public async Task The_direction_that_most_nodes_say_holds_and_the_others_are_told_of()
    {
        ImportedRun run = await _importing.ReadTextAsync(
            """{"nodes": [{"id": "a", "code": "x", "metric": {"value": 3, "maximize": true}}, {"id": "b", "code": "x", "metric": {"value": 2, "maximize": false}}, {"id": "c", "code": "x", "metric": {"value": 1, "maximize": false}}]}""");
        run.Journal.Best.ShouldBe(3);
        run.Journal.Settings!.Origin!.Missing.ShouldContain("one direction of the metric: 1 of 3 nodes say that higher is better, and the others' word is taken for all");
    }

    [Fact]
    public async Task An_exception_without_output_is_told_from_its_stack()
    {
        ImportedRun run = await _importing.ReadTextAsync(
            """{"nodes": [{"id": "a", "code": "x", "exc_type": "KeyError", "exc_info": {"args": ["colour"]}, "exc_stack": [["/lib/aide.py", 3, "run", "exec"], ["runfile.py", 7, "<module>", "row['colour']"], ["/lib/pandas.py", 9, "get", null]]}]}""");
        Failure failure = run.Journal[1].Failure!;
        (failure.Kind, failure.Message, failure.Line).ShouldBe((FailureKind.Exception, "KeyError: colour", 7));
        failure.Traceback.ShouldBe("Traceback (most recent call last):\n  File \"/lib/aide.py\", line 3, in run\n    exec\n  File \"runfile.py\", line 7, in <module>\n    row['colour']\n  File \"/lib/pandas.py\", line 9, in get\nKeyError: colour");
    }

    [GeneratedRegex(@"['""]runfile\.py['""],\s*(\d+)")]
    private static partial Regex Own();
}
