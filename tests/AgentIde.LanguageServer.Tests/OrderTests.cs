using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

public sealed class OrderTests
{
    [Fact]
    public async Task Each_of_1000_hovers_sees_exactly_the_changes_that_came_before_it()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        int node = await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2, Codes.DraftReasons);
        await run.AppendAsync([new NodeApplied(node, run.Journal[node].Code!.Value, "tasks/diamonds/solution.py")]);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Draft);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Count > 1);

        List<Task<string?>> hovers = [];
        List<bool> mine = [];
        for (int i = 0; i < 1_000; i++)
        {
            bool edited = i % 3 == 1;
            await session.Editor.TypeAsync(session.SolutionFile, edited ? Codes.Draft.Replace("Mean()", $"Mean({i})", StringComparison.Ordinal) : Codes.Draft);
            mine.Add(edited);
            hovers.Add(session.Editor.HoverAsync(session.SolutionFile, 3));
        }

        string?[] said = await Task.WhenAll(hovers);
        for (int i = 0; i < said.Length; i++)
        {
            said[i].ShouldNotBeNull().StartsWith("You changed this line", StringComparison.Ordinal).ShouldBe(mine[i], $"hover {i} said: {said[i]}");
        }
    }

    [Fact]
    public async Task Incremental_changes_come_to_the_text_that_the_editor_has()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        int node = await run.AddValidAsync(Operator.Draft, null, "A mean first", Codes.Draft, 0.2);
        await run.AppendAsync([new NodeApplied(node, run.Journal[node].Code!.Value, "tasks/diamonds/solution.py")]);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Draft);
        await session.Editor.HearDiagnosticsAsync(session.SolutionFile, found => found.Count > 1);

        // A new first line with a character outside the basic plane, then a change behind it on the same line.
        await ChangeAsync(session, 2, (0, 0, 0, 0, "# 😀 mine\n"), (0, 5, 0, 9, "still mine"));
        (await session.Editor.HoverAsync(session.SolutionFile, 0))!.ShouldStartWith("You changed this line");
        (await session.Editor.HoverAsync(session.SolutionFile, 1))!.ShouldContain("node 1");

        // Deleting it again, past the end of its line, leaves the node's text alone.
        await ChangeAsync(session, 3, (0, 0, 1, 0, ""));
        (await session.Editor.HoverAsync(session.SolutionFile, 0))!.ShouldContain("node 1");
        (await session.Editor.HoverAsync(session.SolutionFile, 99)).ShouldBeNull();
    }

    private static Task ChangeAsync(Session session, int version, params (int Line, int Character, int EndLine, int EndCharacter, string Text)[] changes) =>
        session.Editor.TellAsync("textDocument/didChange", new()
        {
            ["textDocument"] = new System.Text.Json.Nodes.JsonObject { ["uri"] = TestEditor.Uri(session.SolutionFile), ["version"] = version },
            ["contentChanges"] = new System.Text.Json.Nodes.JsonArray(
            [
                .. changes.Select(change => new System.Text.Json.Nodes.JsonObject
                {
                    ["range"] = new System.Text.Json.Nodes.JsonObject
                    {
                        ["start"] = new System.Text.Json.Nodes.JsonObject { ["line"] = change.Line, ["character"] = change.Character },
                        ["end"] = new System.Text.Json.Nodes.JsonObject { ["line"] = change.EndLine, ["character"] = change.EndCharacter },
                    },
                    ["text"] = change.Text,
                }),
            ]),
        });
}
