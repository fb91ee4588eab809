using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Engineering;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

public sealed class LeakTests
{
    private const string Task = "id: diamonds\ntitle: Diamond price\nmetric: rmsle\nlabel: price\nsubmission:\n  # as in the sample\n  id: id\n  target: [price]\n";

    private static readonly Leak Column = new(LeakKind.Column, "code", 0, 1, "the column code says the target: correlation 1.0000");
    private static readonly Leak Id = new(LeakKind.Id, "id", 0, 0.5, "the id id tells the target: its remainder by 2 explains 50.0 % of it");

    [Fact]
    public async Task Leaks_stand_on_the_lines_of_the_label_and_the_id_and_go_with_them()
    {
        await using Session session = await OfAsync((folder, _) => System.Threading.Tasks.Task.FromResult(new TaskLeaks([Column, Id])));
        await session.Editor.OpenAsync(session.TaskFile, Task);
        JsonElement published = await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Count == 2);
        published.GetProperty("diagnostics")[0].GetRawText().ShouldBe(
            """{"range":{"start":{"line":3,"character":0},"end":{"line":3,"character":12}},"severity":2,"code":"leak","source":"agentide","message":"Leak: the column code says the target: correlation 1.0000. A score that rests on it is not to be had where the column is not known beforehand: then take it out of train.csv and test.csv."}""");
        published.GetProperty("diagnostics")[1].GetProperty("range").GetRawText().ShouldBe("""{"start":{"line":6,"character":2},"end":{"line":6,"character":8}}""");
        ThoughtTests.Message(published.GetProperty("diagnostics")[1]).ShouldEndWith("give them ids that say nothing, and shuffle the rows.");

        await session.Editor.TypeAsync(session.TaskFile, "# mine\nid: diamonds\nsubmission: {id: id, target: [price]}\n");
        JsonElement moved = await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.All(one => one.GetProperty("range").GetProperty("start").GetProperty("line").GetInt32() == 2));
        moved.GetProperty("diagnostics").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task The_files_are_looked_through_once_for_each_content_and_again_when_they_have_changed()
    {
        int asked = 0;
        await using Session session = await OfAsync((folder, _) =>
            System.Threading.Tasks.Task.FromResult(new TaskLeaks([Column with { Text = $"look {Interlocked.Increment(ref asked)} at {Path.GetFileName(folder)}" }])));
        await session.Editor.OpenAsync(session.TaskFile, Task);
        await SaysAsync("look 1 at diamonds");
        await CloseAsync(session);
        await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Count == 0);
        session.Editor.Forget();
        await session.Editor.OpenAsync(session.TaskFile, Task);
        await SaysAsync("look 1 at diamonds");

        session.Write("tasks/diamonds/public/train.csv", "id,carat,price\n1,0.3,400\n2,0.4,500\n");
        await session.Editor.TellAsync("textDocument/didSave", new() { ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(session.TaskFile) } });
        await SaysAsync("look 2 at diamonds");
        asked.ShouldBe(2);

        Task<JsonElement> SaysAsync(string text) =>
            session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Count == 1 && ThoughtTests.Message(found[0]).Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_search_holds_no_request_up_and_is_given_up_when_its_document_closes()
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously), givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Session session = await OfAsync(async (_, cancellationToken) =>
        {
            begun.TrySetResult();
            cancellationToken.Register(() => givenUp.TrySetResult());
            await System.Threading.Tasks.Task.Delay(Timeout.Infinite, cancellationToken);
            return new TaskLeaks([Column]);
        });
        await session.Editor.OpenAsync(session.TaskFile, Task);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        (await session.Editor.ActionsAsync(session.TaskFile, 3)).ShouldNotBeEmpty();
        givenUp.Task.IsCompleted.ShouldBeFalse();
        await CloseAsync(session);
        await givenUp.Task.WaitAsync(TimeSpan.FromSeconds(30));
        session.Editor.Heard("textDocument/publishDiagnostics").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_wrong_with_a_task_stands_on_its_line()
    {
        await using Session session = await OfAsync((_, _) => System.Threading.Tasks.Task.FromResult(new TaskLeaks([], "task.yaml line 3: unknown metric 'rmse\u001b'; the metrics are rmse")));
        await session.Editor.OpenAsync(session.TaskFile, Task);
        JsonElement published = await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Count == 1);
        published.GetProperty("diagnostics")[0].GetRawText().ShouldBe(
            """{"range":{"start":{"line":2,"character":0},"end":{"line":2,"character":13}},"severity":1,"code":"task","source":"agentide","message":"task.yaml line 3: unknown metric \u0027rmse\u241B\u0027; the metrics are rmse"}""");
    }

    [Fact]
    public async Task In_a_folder_without_trust_nothing_is_started_and_what_a_run_found_is_shown()
    {
        int asked = 0;
        await using Session session = Session.Unstarted(findLeaks: (_, _) => System.Threading.Tasks.Task.FromResult(new TaskLeaks([Column], $"{Interlocked.Increment(ref asked)}")));
        session.Write("tasks/diamonds/public/train.csv", "id,carat,price\n1,0.3,400\n");
        await session.Editor.InitializeAsync(session.Root, options: new JsonObject { ["trusted"] = false });
        await using ScriptedRun run = await session.RunAsync();
        await run.AppendAsync([new HoldoutMade(new SplitFacts(SplitKind.Random, "no dates", 80, 20, 20, Digest.Of("split")) { Leaks = [Id] })]);
        await session.Editor.OpenAsync(session.TaskFile, Task);
        await session.Editor.HearDiagnosticsAsync(session.TaskFile, found => found.Exists(one => ThoughtTests.Message(one).Contains("explains 50.0 % of it (found when diamonds-1 began). ", StringComparison.Ordinal)));
        asked.ShouldBe(0);
    }

    [Fact]
    public async Task Each_line_of_a_program_that_uses_the_column_has_a_warning()
    {
        await using Session session = await Session.StartAsync();
        await using ScriptedRun run = await session.RunAsync();
        await run.AppendAsync([new HoldoutMade(new SplitFacts(SplitKind.Random, "no dates", 80, 20, 20, Digest.Of("split")) { Leaks = [Column] })]);
        int node = await run.AddValidAsync(Operator.Draft, null, "A mean first", "x = train['code']\ny = train['price']\nz = test['code']\n", 0.2);
        await session.Editor.HearAsync("agentide/runChanged", news => news.GetProperty("seq").GetInt64() == run.Journal.Seq);
        string path = (await session.Editor.ExecuteAsync("agentide.node.open", new() { ["run"] = run.Run.Value, ["node"] = node })).GetProperty("path").GetString()!;
        await session.Editor.OpenAsync(path);
        JsonElement published = await session.Editor.HearDiagnosticsAsync(path, found => found.Exists(IsAudit));
        published.GetProperty("diagnostics").EnumerateArray().Where(IsAudit).Select(one => $"{one.GetProperty("range").GetProperty("start").GetProperty("line")} {ThoughtTests.Message(one).Split(" by name")[0]}").ShouldBe(
            ["0 Audit of node 1: leak: it uses the column code", "2 Audit of node 1: leak: it uses the column code"]);

        static bool IsAudit(JsonElement one) => one.GetProperty("code").GetString() == "audit";
    }

    private static async Task<Session> OfAsync(Func<string, CancellationToken, Task<TaskLeaks>> find)
    {
        Session session = Session.Unstarted(findLeaks: find);
        session.Write("tasks/diamonds/public/train.csv", "id,carat,price\n1,0.3,400\n");
        await session.Editor.InitializeAsync(session.Root);
        return session;
    }

    private static Task CloseAsync(Session session) =>
        session.Editor.TellAsync("textDocument/didClose", new() { ["textDocument"] = new JsonObject { ["uri"] = TestEditor.Uri(session.TaskFile) } });
}
