using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>
/// Runs of AIDE's, imported by the published product and stepped through by a debugger, from end to end and back. What
/// each stop must show is read from the file itself, by other means than the importer's.
/// </summary>
public sealed partial class ImportedSteppingTests
{
    public static TheoryData<string> Files => [.. ImportedFiles.Journals, .. ImportedFiles.Logs];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Each_stop_shows_what_the_file_tells_and_the_way_back_shows_it_again(string file)
    {
        using TemporaryFolder folder = new();
        Ended imported = await Product.RunAsync(folder.Path, "import", "aide", file);
        imported.ExitCode.ShouldBe(0, imported.Errors);
        ToldNode[] told = file.EndsWith(".jsonl", StringComparison.Ordinal) ? await ReadLogAsync(file) : await ReadJournalAsync(file);
        using Process process = Product.Start(folder.Path, "dap");
        await using DebugClient client = new(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
        await client.AskAsync("initialize", new { adapterID = "agentide", clientName = "A debugger" });
        await client.AskAsync("attach", new { run = "last" });
        await client.EventAsync("initialized");
        await client.AskAsync("configurationDone");

        Stop start = await LookAsync(client, await client.EventAsync("stopped"));
        List<Stop> forth = await ThereAndBackAsync(client, "next", start), deep = await ThereAndBackAsync(client, "stepIn", start);
        await client.AskAsync("disconnect");
        await process.WaitForExitAsync();

        forth.Where(stop => stop.Kind == "Decide").Select(stop => stop.Of).ShouldBe(Enumerable.Range(1, told.Length).Cast<int?>(), "the nodes come in their order");
        forth.Where(stop => stop.Kind == "Score").Select(stop => stop.Of).ShouldBe(told.Where(node => node.IsKnown).Select(node => (int?)node.Id), "each with its end, where the file tells it");
        deep.Select(stop => stop.Text).Intersect(forth.Select(stop => stop.Text)).ShouldBe(forth.Select(stop => stop.Text).Distinct(), "into passes by nothing");
        deep.Count(stop => stop.Kind == "Think").ShouldBe(file.EndsWith(".jsonl", StringComparison.Ordinal) ? 2 * (await File.ReadAllLinesAsync(file)).Length : 0, "each prompt and each reply");
        foreach (Stop stop in forth.Where(stop => stop.Of is not null && stop.Kind is "Decide" or "Edit" or "Execute" or "Score" or "Review"))
        {
            ShouldTell(stop, told[stop.Of!.Value - 1]);
        }
    }

    /// <summary>What is known of a node at a stop is what the file tells of it, and nothing is known too early.</summary>
    private static void ShouldTell(Stop stop, ToldNode told)
    {
        string parents = stop.Values["parents"];
        parents.ShouldBe(told.Parent is { } parent ? $"{parent}" : "none");
        bool hasCode = stop.Kind != "Decide", isDone = stop.Kind is "Score" or "Review";
        if (hasCode)
        {
            stop.Source.ShouldBe(told.Code, $"the code of node {told.Id}");
        }
        else
        {
            stop.Values["code"].ShouldBe("none");
        }

        stop.Values["score"].ShouldBe(isDone && told.Metric is { } metric ? $"AIDE's metric {metric} (claimed)" : "none");
        bool failed = isDone && told is { IsKnown: true, Metric: null };
        (stop.Values["failure"] != "none").ShouldBe(failed);
        (stop.Exception is not null).ShouldBe(failed && stop.Kind == "Score", stop.Text);
        if (stop.Exception is { } shown)
        {
            using JsonDocument body = JsonDocument.Parse(shown);
            string description = body.RootElement.GetProperty("description").GetString()!;
            stop.Values["failure"].ShouldBe(description);
            if (told.Exception is { } type)
            {
                body.RootElement.GetProperty("exceptionId").GetString().ShouldBe(type == "TimeoutError" ? "TimeOut" : type);
                description.ShouldStartWith($"{type}: ");
                description.ShouldContain(told.Message!);
            }
        }

        string.Join('\n', stop.Seen).ShouldNotMatch(@"(?m)\b0 tokens|= 0\.0 of 0 s|^Search: seed = 0$", "what the file does not tell is missing, and no nought");
    }

    /// <summary>All stops to the end of the run; each was seen again, as it was, on the way back to its beginning.</summary>
    private static async Task<List<Stop>> ThereAndBackAsync(DebugClient client, string command, Stop start)
    {
        List<Stop> forth = [start];
        while (!forth[^1].Description.Contains("the end of the run", StringComparison.Ordinal))
        {
            forth.Add(await StepAsync(client, command));
        }

        Stop end = forth[^1];
        forth.RemoveAt(forth.Count - 1);
        (end with { Description = "" }).ShouldBeAs(forth[^1] with { Description = "" });
        for (int stop = forth.Count - 2; stop >= 0; stop--)
        {
            (await StepAsync(client, "stepBack")).ShouldBeAs(forth[stop]);
        }

        (await StepAsync(client, "stepBack")).Description.ShouldEndWith("the beginning of the run");
        return forth;
    }

    private static async Task<Stop> StepAsync(DebugClient client, string command)
    {
        await client.AskAsync(command, new { threadId = 1 });
        return await LookAsync(client, await client.EventAsync("stopped"));
    }

    /// <summary>All that a person sees at a stop: where it is, the stack with its files, the values of the scopes, the exception.</summary>
    private static async Task<Stop> LookAsync(DebugClient client, JsonElement stopped)
    {
        List<string> seen = [];
        string? source = null;
        JsonElement[] frames = [.. (await client.AskAsync("stackTrace", new { threadId = 1 })).GetProperty("stackFrames").EnumerateArray()];
        foreach (JsonElement frame in frames)
        {
            string? path = frame.TryGetProperty("source", out JsonElement from) ? from.GetProperty("path").GetString() : null;
            source ??= path is null ? "" : await File.ReadAllTextAsync(path);
            seen.Add($"frame {frame.GetProperty("name").GetString()} at {path}:{frame.GetProperty("line").GetInt32()}");
        }

        foreach (JsonElement scope in (await client.AskAsync("scopes", new { frameId = frames[0].GetProperty("id").GetInt32() })).GetProperty("scopes").EnumerateArray())
        {
            JsonElement values = (await client.AskAsync("variables", new { variablesReference = scope.GetProperty("variablesReference").GetInt32() })).GetProperty("variables");
            seen.AddRange(values.EnumerateArray().Select(value => $"{scope.GetProperty("name").GetString()}: {value.GetProperty("name").GetString()} = {value.GetProperty("value").GetString()}"));
        }

        JsonElement answer = await client.AnswerAsync(await client.SendAsync("exceptionInfo", new { threadId = 1 }));
        string? exception = answer.GetProperty("success").GetBoolean() ? answer.GetProperty("body").GetRawText() : null;
        return new Stop(stopped.GetProperty("description").GetString()!, stopped.GetProperty("text").GetString()!, seen, source ?? "", exception);
    }

    private static async Task<ToldNode[]> ReadJournalAsync(string file)
    {
        using JsonDocument document = JsonDocument.Parse((await File.ReadAllTextAsync(file)).Replace("NaN", "null", StringComparison.Ordinal));
        JsonElement[] nodes = [.. document.RootElement.GetProperty("nodes").EnumerateArray()];
        string[] ids = [.. nodes.Select(node => node.GetProperty("id").GetString()!)];
        JsonElement parents = document.RootElement.GetProperty("node2parent");
        return [.. nodes.Select((node, index) => new ToldNode(
            index + 1,
            parents.TryGetProperty(ids[index], out JsonElement parent) ? Array.IndexOf(ids, parent.GetString()) + 1 : null,
            node.GetProperty("code").GetString()!,
            !node.GetProperty("is_buggy").GetBoolean() && node.GetProperty("metric").GetProperty("value") is { ValueKind: JsonValueKind.Number } metric ? Shown(metric.GetDouble()) : null,
            node.GetProperty("exc_type").GetString(),
            node.GetProperty("exc_info") is { ValueKind: JsonValueKind.Object } info && info.TryGetProperty("args", out JsonElement arguments) && arguments.GetArrayLength() > 0 ? arguments[0].GetString() : "",
            true))];
    }

    private static async Task<ToldNode[]> ReadLogAsync(string file)
    {
        (string Prompt, string Response)[] exchanges = [.. (await File.ReadAllLinesAsync(file)).Select(line => JsonDocument.Parse(line).RootElement).Select(line => (line.GetProperty("system").GetString()!, line.GetProperty("response").GetString()!))];
        (string Prompt, string Response)[] solutions = [.. exchanges.Where(exchange => exchange.Response.Contains("```", StringComparison.Ordinal))];
        (string Prompt, string Response)[] reviews = [.. exchanges.Where(exchange => exchange.Response.StartsWith('{'))];
        string[] ran = [.. reviews.Select(review => Between(review.Prompt, "# Implementation\n\n```python\n", "\n```\n\n# Execution output"))];
        return [.. solutions.Select((solution, index) =>
        {
            string? quoted = solution.Prompt.Contains("\n# Previous (buggy) implementation\n", StringComparison.Ordinal) ? Between(solution.Prompt, "# Previous (buggy) implementation\n\n```python\n", "\n```\n\n# Execution output")
                : solution.Prompt.Contains("\n# Previous solution\n", StringComparison.Ordinal) ? Between(solution.Prompt, "## Code\n\n```python\n", "\n```\n")
                : null;
            int? parent = quoted is null ? null : Array.LastIndexOf(ran, quoted) + 1;
            if (index >= reviews.Length)
            {
                return new ToldNode(index + 1, parent, Between(solution.Response, "```python\n", "```"), null, null, null, false);
            }

            string review = reviews[index].Response, metric = Metric().Match(review).Groups[1].Value;
            bool valid = review.StartsWith("{'is_bug': False", StringComparison.Ordinal) && review.Contains("'has_csv_submission': True", StringComparison.Ordinal) && metric != "None";
            return new ToldNode(index + 1, parent, ran[index], valid ? Shown(double.Parse(metric, System.Globalization.CultureInfo.InvariantCulture)) : null, null, null, true);
        })];
    }

    private static string Shown(double metric) => metric.ToString("G6", System.Globalization.CultureInfo.InvariantCulture);

    private static string Between(string text, string start, string end)
    {
        int from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"'metric': ([\w.]+),")]
    private static partial Regex Metric();

    /// <param name="Parent">Null for a draft.</param>
    /// <param name="Metric">As it is shown; null where the node has none.</param>
    /// <param name="Exception">The exception that ended it, by its type; null where the file names none.</param>
    /// <param name="Message">What that exception says; empty where the file does not tell.</param>
    /// <param name="IsKnown">Whether the file tells what became of it.</param>
    private sealed record ToldNode(int Id, int? Parent, string Code, string? Metric, string? Exception, string? Message, bool IsKnown);
}

/// <param name="Source">The text of the file in which it stands.</param>
/// <param name="Exception">Null where nothing has failed there.</param>
internal sealed partial record Stop(string Description, string Text, List<string> Seen, string Source, string? Exception)
{
    public string Kind => Name().Match(Text).Groups[1].Value;

    /// <summary>Null for a stop of the run.</summary>
    public int? Of => Name().Match(Text).Groups[2] is { Success: true, Value: var node } ? int.Parse(node, System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>What is shown of the node, by name.</summary>
    public Dictionary<string, string> Values => Seen.Select(line => Value().Match(line)).Where(found => found.Success).ToDictionary(found => found.Groups[1].Value, found => found.Groups[2].Value);

    public void ShouldBeAs(Stop other)
    {
        (Description, Text, Source, Exception).ShouldBe((other.Description, other.Text, other.Source, other.Exception));
        Seen.ShouldBe(other.Seen, other.Text);
    }

    [GeneratedRegex(@"^(\w+)(?: of \w+ \(node (\d+)\))?: ")]
    private static partial Regex Name();

    [GeneratedRegex(@"^Node: ([\w ]+) = (.*)$", RegexOptions.Singleline)]
    private static partial Regex Value();
}
