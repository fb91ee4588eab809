using System.Text.Json;
using System.Text.RegularExpressions;
using AgentIde.Core.Runs;
using AgentIde.Import.Aide;
using AgentIde.Testing;

namespace AgentIde.Import.Tests.Aide;

/// <summary>Logs of AIDE's prompts and replies, the recorded one against a reading of its own.</summary>
public sealed partial class AideLogTests : IDisposable
{
    private readonly Importing _importing = new();

    public static TheoryData<string> Files => [.. ImportedFiles.Logs];

    public void Dispose() => _importing.Dispose();

    [Fact]
    public async Task Replies_become_nodes_and_prompts_say_where_they_come_from()
    {
        Journal journal = await _importing.StoreAsync(ImportedFiles.Log);
        journal.Nodes.Select(node => (node.Operator, node.Parent, Score: node.Score?.Value, node.Failure?.Kind, node.Failure?.Message)).ShouldBe(
        [
            (Operator.Draft, null, null, FailureKind.Exception, "ImportError: cannot import name 'KNeighbors' from 'sklearn.neighbors'"),
            (Operator.Debug, 1, 0.75, null, null),
            (Operator.Improve, 2, null, FailureKind.Judged, "AIDE's reviewer says that it has a bug"),
            (Operator.Debug, 3, null, null, null),
        ]);
        journal[3].Execution!.Claim.ShouldBe(0.7);
        journal[4].IsDone.ShouldBeFalse();
        journal[4].Execution.ShouldBeNull();
        journal.Task!.Description.ShouldBe("Tell ripe melons from others by their weight.\n\n# Data\n\nOne row a melon.");
        journal.Task.Metric.Direction.ShouldBe(MetricDirection.HigherIsBetter);
        journal.Settings!.Origin!.Missing.ShouldContain("what became of it: of node 4");
        journal.Settings.Origin.Missing.ShouldContain("how long the code ran: of nodes 2, 3, 4");
        journal.Settings.Origin.Missing.ShouldContain(gap => gap.StartsWith("how long the code ran, to the second: ", StringComparison.Ordinal) && gap.EndsWith(", of node 1", StringComparison.Ordinal));
        journal[1].Execution!.Seconds.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("0.5\nExecution time: a moment seconds (time limit is 9 hours).\n", 0.0)]
    [InlineData("Execution time: 35 seconds seconds (time limit is 9 hours).", 35.0)]
    [InlineData("Execution time: a minute seconds (time limit is an hour).", 60.0)]
    [InlineData("Execution time: 5 minutes seconds (time limit is 9 hours).", 300.0)]
    [InlineData("Execution time: an hour seconds (time limit is 9 hours).", 3_600.0)]
    [InlineData("Execution time: 2 days seconds", 172_800.0)]
    [InlineData("Execution time: 5 minutes, said the program\n0.5", null)]
    [InlineData("Execution time: 999999 days seconds", null)]
    [InlineData("no time at all", null)]
    public void The_time_under_an_output_is_the_least_that_it_may_mean(string output, double? seconds) => ExecutionTimes.Last(output).ShouldBe(seconds);

    [Fact]
    public async Task A_program_is_kept_as_it_ran_and_the_last_as_it_was_replied()
    {
        Journal journal = await _importing.StoreAsync(ImportedFiles.Log);
        (await _importing.TextAsync(journal, journal[1].Code!.Value)).ShouldContain("pd.read_csv(\"input/train.csv\")");
        (await _importing.TextAsync(journal, journal[4].Code!.Value)).ShouldContain("pd.read_csv('input/train.csv')");
    }

    [Fact]
    public async Task Calls_belong_to_the_node_that_came_of_them_and_nobody_counted_them()
    {
        Journal journal = await _importing.StoreAsync(ImportedFiles.Log);
        journal.Nodes.Select(node => string.Join(' ', node.Calls.Select(call => $"{call.Number}{(call.IsReview ? " review" : "")}"))).ShouldBe(["1 2 3 review", "4 5 review", "6 7 review", "8"]);
        journal.AnswerOf(journal[1])!.Number.ShouldBe(2);
        (await _importing.TextAsync(journal, journal[1].Calls[0].Outcome!.Answer!.Value)).ShouldBe("I would rather think about it first.");
        (await _importing.TextAsync(journal, journal[1].Calls[2].Prompt)).ShouldContain("\"name\": \"submit_review\"", Case.Sensitive, customMessage: "The function is asked for too.");
        journal.Nodes.SelectMany(node => node.Calls).ShouldAllBe(call => call.IsUncounted && call.Dollars == null && call.Day == null && call.Outcome!.Seconds == null);
        SpendingWords.Of(journal).ShouldBe("8 calls, tokens and price not known");
        SpendingWords.Spent(journal).ShouldBeNull();
        SpendingWords.Short(journal).ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Nothing_of_a_log_is_lost_or_changed(string file)
    {
        Journal journal = await _importing.StoreAsync(file);

        (string Prompt, string Response)[] exchanges = [.. (await File.ReadAllLinesAsync(file)).Select(line => JsonDocument.Parse(line).RootElement).Select(line => (line.GetProperty("system").GetString()!, line.GetProperty("response").GetString()!))];
        (string Prompt, string Response)[] solutions = [.. exchanges.Where(exchange => exchange.Response.Contains("```", StringComparison.Ordinal))];
        (string Prompt, string Response)[] reviews = [.. exchanges.Where(exchange => exchange.Response.StartsWith('{'))];
        string[] ran = [.. reviews.Select(review => Between(review.Prompt, "# Implementation\n\n```python\n", "\n```\n\n# Execution output"))];
        journal.Nodes.Count.ShouldBe(solutions.Length);
        reviews.Length.ShouldBe(solutions.Length - 1);
        foreach (Node node in journal.Nodes)
        {
            (string prompt, string response) = solutions[node.Id - 1];
            node.Plan.ShouldBe(response[..response.IndexOf("```", StringComparison.Ordinal)].Trim());
            bool debugs = prompt.Contains("\n# Previous (buggy) implementation\n", StringComparison.Ordinal), improves = prompt.Contains("\n# Previous solution\n", StringComparison.Ordinal);
            node.Operator.ShouldBe(debugs ? Operator.Debug : improves ? Operator.Improve : Operator.Draft);
            string? quoted = debugs ? Between(prompt, "# Previous (buggy) implementation\n\n```python\n", "\n```\n\n# Execution output") : improves ? Between(prompt, "## Code\n\n```python\n", "\n```\n") : null;
            node.Parent.ShouldBe(quoted is null ? null : Array.LastIndexOf(ran, quoted) + 1);
            string code = await _importing.TextAsync(journal, node.Code!.Value);
            if (node.Id > reviews.Length)
            {
                response.ShouldContain($"```python\n{code}```");
                (node.IsDone, node.Review).ShouldBe((false, null));
                continue;
            }

            (string judged, string review) = reviews[node.Id - 1];
            code.ShouldBe(ran[node.Id - 1]);
            (await _importing.TextAsync(journal, node.Execution!.Output)).ShouldBe(Between(judged, "# Execution output\n\n```\n", "\n```\n"));
            string metric = Metric().Match(review).Groups[1].Value;
            bool valid = review.StartsWith("{'is_bug': False", StringComparison.Ordinal) && review.Contains("'has_csv_submission': True", StringComparison.Ordinal) && metric != "None";
            (node.IsValid, node.IsBuggy, node.Score?.Value).ShouldBe((valid, !valid, valid ? double.Parse(metric) : null));
            node.Execution.Claim.ShouldBe(metric == "None" ? null : double.Parse(metric));
            if (node.Failure is { Kind: FailureKind.Exception } failure)
            {
                judged.ShouldMatch($"{Regex.Escape(failure.Message)}\\s*(Execution time: [^\n]*)?\\s*```\\s*$");
            }
        }
    }

    [Fact]
    public async Task A_reply_by_a_function_call_is_read_too()
    {
        Journal journal = (await _importing.ReadTextAsync(
            """{"system": "# Task description\n\nX", "function_spec": {"name": "submit_plan_and_code"}, "response": {"plan": "Say so.", "code": "```python\nprint(1)\n```"}}""", "a.jsonl")).Journal;
        (journal[1].Plan, journal[1].Code).ShouldBe(("Say so.", Digest.Of("print(1)\n")));
    }

    [Fact]
    public async Task A_review_that_fits_no_program_and_a_parent_that_is_no_node_are_told_of()
    {
        Journal journal = (await _importing.ReadTextAsync(
            """
            {"system": "# Previous (buggy) implementation", "response": "First.\n```python\nprint(1)\n```"}
            {"system": "X\n# Previous (buggy) implementation\n\n```python\nimport os\nraise SystemExit\n```\n\n# Execution output\n\n```\nno\n```\n", "response": "Second.\n```python\nprint(2)\n```"}
            {"system": "X\n# Implementation\n\n```python\nimport sys\nsys.exit()\n```\n\n# Execution output\n\n```\nno\n```\n", "function_spec": {"name": "submit_review"}, "response": "{'is_bug': False, 'metric': 1.5}"}
            """, "a.jsonl")).Journal;
        journal.Nodes.Select(node => (node.Operator, node.Parent, node.IsDone)).ShouldBe([(Operator.Draft, null, false), (Operator.Debug, null, false)]);
        journal.Settings!.Origin!.Missing.ShouldContain("the parent of node 2: the program that its prompt quotes is no earlier node's");
        journal.Settings.Origin.Missing.ShouldContain("whose review line 3 is: the program that it quotes is no node's");
    }

    private static string Between(string text, string start, string end)
    {
        int from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"'metric': ([\w.]+),")]
    private static partial Regex Metric();
}
