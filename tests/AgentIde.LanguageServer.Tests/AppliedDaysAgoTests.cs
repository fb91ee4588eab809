using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;
using Microsoft.Extensions.Time.Testing;
using Nerdbank.Streams;

namespace AgentIde.LanguageServer.Tests;

/// <summary>A solution that was applied days ago, by a server that is gone, into a file that has been worked on since: all that is left is the store and the text.</summary>
public sealed class AppliedDaysAgoTests : IDisposable
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly string _solution;

    public AppliedDaysAgoTests()
    {
        _folder.Write("tasks/diamonds/task.yaml", "id: diamonds\nmetric: rmsle\n");
        _solution = _folder["tasks", "diamonds", "solution.py"];
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Opening_it_shows_who_wrote_each_line_and_why_whatever_was_done_to_the_file_while_nobody_looked()
    {
        await ApplyAsync(Codes.Improved);
        string[] edited =
        [
            "# a comment of mine",
            "",
            "import pandas as pd",
            "\ttrain = pd.read_csv( 'input/train.csv' )",
            "train['volume'] = train.x * train.y * train.z",
            "model.fit(train)",
            "model = Boosting(depth=12)",
            "save(model)",
            "",
        ];
        await using Opened opened = await OpenAsync(string.Join("\r\n", edited));
        (await opened.HoverAsync(0)).ShouldStartWith("You changed this line since node 2 of diamonds-1 was applied.");
        (await opened.HoverAsync(2)).ShouldStartWith("Draft (node 1): A mean first");
        (await opened.HoverAsync(3)).ShouldStartWith("Draft (node 1), data: All rows are read at once");
        (await opened.HoverAsync(4)).ShouldStartWith("Improve (node 2), features: Price grows with volume");
        (await opened.HoverAsync(5)).ShouldStartWith("Draft (node 1), model: A mean is the floor to beat");
        (await opened.HoverAsync(6)).ShouldStartWith("You changed this line since node 2 of diamonds-1 was applied.");
        (await opened.HoverAsync(7)).ShouldStartWith("Draft (node 1): A mean first");
        opened.Thoughts.ShouldBe([(2, 4), (1, 2), (1, 3), (1, 5)]);
    }

    [Fact]
    public async Task A_file_that_was_checked_out_anew_is_what_it_was_and_of_one_that_was_emptied_nothing_is_said()
    {
        await ApplyAsync(Codes.Improved);
        await using (Opened elsewhere = await OpenAsync("print('another branch')\n"))
        {
            (await elsewhere.HoverAsync(0)).ShouldStartWith("You changed this line");
            (await elsewhere.HoverAsync(1)).ShouldStartWith("You changed this line", Case.Sensitive, "its empty last line is no node's");
        }

        await using (Opened empty = await OpenAsync(""))
        {
            (await empty.HoverAsync(0)).ShouldBeEmpty();
        }

        await using Opened back = await OpenAsync(Codes.Improved);
        (await back.HoverAsync(4)).ShouldStartWith("Improve (node 2), model: Trees find thresholds in carat");
        (await back.HoverAsync(5)).ShouldStartWith("Draft (node 1), model: A mean is the floor to beat");
    }

    private async Task ApplyAsync(string code)
    {
        using SqliteRunStore store = new(_folder.Path, new FakeTimeProvider(Monday));
        await using ScriptedRun run = await ScriptedRun.StartAsync(store);
        await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2, Codes.DraftReasons);
        int node = await run.AddValidAsync(Operator.Improve, 1, "Trees", code, 0.1, Codes.ImprovedReasons);
        await run.AppendAsync([new NodeApplied(node, run.Journal[node].Code!.Value, "tasks/diamonds/solution.py")]);
        await run.FinishAsync();
    }

    /// <summary>Days later, by a server that has just started. Everything is known once it has told of the run.</summary>
    private async Task<Opened> OpenAsync(string text)
    {
        await File.WriteAllTextAsync(_solution, text);
        (Stream ours, Stream theirs) = FullDuplexStream.CreatePair();
        Task<int> server = LanguageServerHost.RunAsync(theirs, theirs, new LanguageServerOptions(
            "1", root => new SqliteRunStore(root, TimeProvider.System), (_, _) => throw new RunNotStartedException("no"), RunDecisions.RecordAsync, TimeProvider.System, _ => { }));
        RawEditor editor = new(ours);
        await editor.AskAsync(1, "initialize", new JsonObject { ["processId"] = null, ["rootUri"] = TestEditor.Uri(_folder.Path), ["capabilities"] = new JsonObject() });
        await editor.TellAsync("initialized", new JsonObject());
        await editor.NextAsync(message => WireFuzzTests.Method(message) == "agentide/runChanged");
        await editor.TellAsync("textDocument/didOpen", new JsonObject
        {
            ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(_solution), ["languageId"] = "python", ["version"] = 1, ["text"] = text },
        });
        Opened opened = new(editor, server, _solution);
        if (text.Contains("import", StringComparison.Ordinal))
        {
            await opened.HearThoughtsAsync();
        }

        return opened;
    }

    private sealed class Opened(RawEditor editor, Task<int> server, string solution) : IAsyncDisposable
    {
        private int _asked = 100;

        /// <summary>Node and line of each thought that was published, in the order in which they came.</summary>
        public List<(int Node, int Line)> Thoughts { get; } = [];

        public async Task HearThoughtsAsync()
        {
            JsonElement published = await editor.NextAsync(message => WireFuzzTests.Method(message) == "textDocument/publishDiagnostics");
            Thoughts.AddRange(published.GetProperty("params").GetProperty("diagnostics").EnumerateArray()
                .Where(one => one.GetProperty("severity").GetInt32() == 4)
                .Select(one => (one.GetProperty("data").GetProperty("node").GetInt32(), one.GetProperty("range").GetProperty("start").GetProperty("line").GetInt32())));
        }

        /// <summary>Empty where nothing is said.</summary>
        public async Task<string> HoverAsync(int line)
        {
            JsonElement answer = await editor.AskAsync(++_asked, "textDocument/hover", TestEditor.At(solution, line));
            return answer.GetProperty("result").ValueKind == JsonValueKind.Null ? "" : WireFuzzTests.Value(answer);
        }

        public async ValueTask DisposeAsync()
        {
            await editor.DisposeAsync();
            await server.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }
}
