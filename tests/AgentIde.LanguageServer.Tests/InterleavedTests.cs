using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

/// <summary>
/// Changes and hovers in one stream, nothing waited for in between: each hover has to be right for the text at its
/// place in the order. What is right comes from a model of its own: the lines of the code are all different, so a line
/// of the text is a node's exactly where the code has it, and whose it is was laid down when the code was made.
/// </summary>
public sealed class InterleavedTests
{
    private static readonly bool Torture = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1";

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Torture ? 100 : 3)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Each_hover_among_1000_changes_is_right_for_the_text_at_its_place_in_the_order(int seed)
    {
        Random random = new(seed);
        await using Session session = Session.OfBytes();
        await session.Raw.AskAsync(1, "initialize", WireFuzzTests.Initialize(session));
        await session.Raw.TellAsync("initialized", new JsonObject());
        await using ScriptedRun run = await session.RunAsync();
        (string code, Dictionary<string, int> owners) = await GrowAsync(run, random);
        await run.AppendAsync([new NodeApplied(run.Journal.Nodes.Count, run.Journal[run.Journal.Nodes.Count].Code!.Value, "tasks/diamonds/solution.py")]);
        TypedText text = new(session, code, random);
        await text.OpenAsync();
        await session.Raw.NextAsync(message => WireFuzzTests.Method(message) == "textDocument/publishDiagnostics" && message.GetProperty("params").GetProperty("diagnostics").GetArrayLength() > 1);

        Dictionary<int, (int? Owner, string Line, int Version)> expected = [];
        HashSet<int> cancelled = [];
        for (int id = 10; id < 1_010; id++)
        {
            await text.ChangeAsync();
            string[] lines = text.Lines;
            int line = random.Next(lines.Length);
            if (lines[line].Length == 0)
            {
                continue;
            }

            expected[id] = (owners.TryGetValue(lines[line].Trim(), out int node) ? node : null, lines[line], text.Version);
            await session.Raw.SendAsync(id, "textDocument/hover", TestEditor.At(session.SolutionFile, line));
            if (random.Next(10) == 0)
            {
                cancelled.Add(id);
                await session.Raw.TellAsync("$/cancelRequest", new JsonObject { ["id"] = id });
            }
        }

        await session.Raw.AskAsync(2_000, "agentide/runs", new JsonObject());
        int right = 0;
        foreach ((int id, (int? owner, string line, int version)) in expected)
        {
            JsonElement answer = await HeardAsync(session, id);
            if (cancelled.Contains(id) && WireFuzzTests.Code(answer) == -32800)
            {
                continue;
            }

            string said = WireFuzzTests.Value(answer);
            string what = $"seed {seed}, version {version}, line '{line}': {said}";
            if (owner is { } node)
            {
                said.ShouldMatch(string.Create(CultureInfo.InvariantCulture, $@"^\w+ \(node {node}\)"), what);
            }
            else
            {
                said.ShouldStartWith("You changed this line", Case.Sensitive, what);
            }

            right++;
        }

        right.ShouldBeGreaterThan(500);
        expected.Values.Select(entry => entry.Owner).Distinct().Count().ShouldBe(4, "each node and the person were asked about");
    }

    /// <summary>Three nodes, each of which keeps, drops and adds lines. The last one's code, and whose each of its lines is.</summary>
    private static async Task<(string Code, Dictionary<string, int> Owners)> GrowAsync(ScriptedRun run, Random random)
    {
        List<(string Line, int Owner)> lines = [];
        for (int node = 1; node <= 3; node++)
        {
            lines.RemoveAll(_ => random.Next(6) == 0);
            for (int added = 0; added < 15; added++)
            {
                lines.Insert(random.Next(lines.Count + 1), ($"value_{node}_{added} = {random.Next(100)}", node));
            }

            await run.AddValidAsync(node == 1 ? Operator.Draft : Operator.Improve, node == 1 ? null : node - 1, $"Step {node}", string.Concat(lines.Select(line => line.Line + "\n")), 1.0 / node);
        }

        return (string.Concat(lines.Select(line => line.Line + "\n")), lines.ToDictionary(line => line.Line, line => line.Owner));
    }

    private static async Task<JsonElement> HeardAsync(Session session, int id)
    {
        lock (session.Raw.Heard)
        {
            if (session.Raw.Heard.FirstOrDefault(message => RawEditor.IsAnswer(message, id)) is { ValueKind: JsonValueKind.Object } heard)
            {
                return heard;
            }
        }

        return await session.Raw.AnswerAsync(id);
    }

    /// <summary>The text as a person changes it: what the editor has, spliced by rules of this test's own.</summary>
    private sealed class TypedText(Session session, string code, Random random)
    {
        private readonly string[] _code = code.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        private List<string> _lines = [.. code.Split('\n')];
        private int _typed;

        public int Version { get; private set; } = 1;

        public string[] Lines => [.. _lines];

        private string Uri => TestEditor.Uri(session.SolutionFile);

        private string Text => string.Join('\n', _lines);

        public Task OpenAsync() => session.Raw.TellAsync("textDocument/didOpen", new JsonObject
        {
            ["textDocument"] = new JsonObject { ["uri"] = Uri, ["languageId"] = "python", ["version"] = Version, ["text"] = Text },
        });

        public async Task ChangeAsync()
        {
            int at = random.Next(_lines.Count - 1);
            switch (random.Next(9))
            {
                case 0 or 1:
                    string mine = $"😀 mine {++_typed}";
                    _lines.Insert(at, mine);
                    await TellAsync(at, 0, at, 0, mine + "\n");
                    break;
                case 2:
                    int length = _lines[at].Length;
                    _lines[at] += $" # mine {++_typed}";
                    await TellAsync(at, length, at, length, $" # mine {_typed}");
                    break;
                case 3:
                    // Indentation is nobody's work.
                    _lines[at] = "    " + _lines[at];
                    await TellAsync(at, 0, at, 0, "    ");
                    break;
                case 4 when _lines.Count > 12:
                    _lines.RemoveAt(at);
                    await TellAsync(at, 0, at + 1, 0, "");
                    break;
                case 5 when _lines.Count > 14:
                    int end = Math.Min(at + 3, _lines.Count - 1);
                    string instead = $"mine {++_typed}";
                    string was = _lines[end - 1];
                    _lines.RemoveRange(at, end - at);
                    _lines.Insert(at, instead);
                    await TellAsync(at, 0, end - 1, was.Length + 500, instead);
                    break;
                case 6:
                    _lines = [.. code.Split('\n')];
                    await WholeAsync();
                    break;
                case 7:
                    // Another branch is checked out: some of the code's lines in their order, and other text between them.
                    _lines = [.. _code.Where(_ => random.Next(3) > 0).SelectMany(line => random.Next(4) == 0 ? (string[])[$"mine {++_typed}", line] : [line]), ""];
                    await WholeAsync();
                    break;
                default:
                    await session.Raw.TellAsync("textDocument/didClose", new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = Uri } });
                    Version++;
                    await OpenAsync();
                    break;
            }
        }

        private Task WholeAsync() => SendAsync(new JsonObject { ["text"] = Text });

        private Task TellAsync(int line, int character, int endLine, int endCharacter, string text) =>
            SendAsync(new JsonObject { ["range"] = WireFuzzTests.Range(line, character, endLine, endCharacter), ["text"] = text });

        private Task SendAsync(JsonObject change) => session.Raw.TellAsync("textDocument/didChange", new JsonObject
        {
            ["textDocument"] = new JsonObject { ["uri"] = Uri, ["version"] = ++Version },
            ["contentChanges"] = new JsonArray(change),
        });
    }
}
