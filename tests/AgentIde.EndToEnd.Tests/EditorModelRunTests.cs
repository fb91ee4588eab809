using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>Whole runs of the published product whose engineer is an editor's own model, answered by a client of the published server.</summary>
public sealed class EditorModelRunTests
{
    private static readonly string Diamonds = Repository.PathOf("tasks", "diamonds");

    [Fact]
    public async Task A_run_waits_for_an_editor_says_so_and_is_answered_by_one_of_two_that_open()
    {
        using TemporaryFolder folder = new();
        Ended started = await Product.RunAsync(folder.Path, "run", Diamonds, "--engineer", "vscode:canned", "--nodes", "4", "--time", "20m", "--detach");
        started.ExitCode.ShouldBe(0, started.Errors);
        await AppearsAsync(Path.Combine(folder.Path, ".agentide/runs/diamonds-1/chats/1.question"));

        string runs = (await Product.RunAsync(folder.Path, "runs")).Output, shown = (await Product.RunAsync(folder.Path, "show", "last")).Output;
        runs.ShouldContain("waits for an editor");
        shown.ShouldContain("waits for an editor that offers its models (vscode:canned)");

        CannedAnswers answers = new("diamonds");
        await using ChattingEditor one = await ChattingEditor.OpenAsync(folder.Path, Answer), other = await ChattingEditor.OpenAsync(folder.Path, Answer);
        Ended followed = await Product.RunAsync(folder.Path, "show", "last", "--follow");
        followed.Output.ShouldContain("finished");
        using JsonDocument report = JsonDocument.Parse((await Product.RunAsync(folder.Path, "show", "last", "--json")).Output);
        JsonElement spending = report.RootElement.GetProperty("spending");
        List<int> calls = [];
        foreach (ChattingEditor editor in (ChattingEditor[])[one, other])
        {
            while (editor.Asked.TryRead(out JsonObject? asked))
            {
                calls.Add(asked["call"]!.GetValue<int>());
            }
        }

        // Each call was asked once, whichever of the two had it, and counted once.
        calls.Order().ShouldBe(Enumerable.Range(1, spending.GetProperty("calls").GetInt32()));
        using JsonDocument journal = JsonDocument.Parse((await Product.RunAsync(folder.Path, "show", "last", "--journal")).Output);
        journal.RootElement.GetProperty("nodes").EnumerateArray().Count(node => node.TryGetProperty("score", out _)).ShouldBeGreaterThanOrEqualTo(2);
        journal.RootElement.GetProperty("started").GetProperty("settings").GetProperty("budget").GetProperty("tokens").GetInt64().ShouldBe(2_000_000);
        Directory.GetFiles(Path.Combine(folder.Path, ".agentide/runs/diamonds-1/chats")).ShouldBeEmpty();

        string Answer(JsonObject asked) => answers.Next(asked["messages"]![0]!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_editor_that_dies_with_a_request_in_its_hands_holds_nothing_up()
    {
        using TemporaryFolder folder = new();
        ChattingEditor first = await ChattingEditor.OpenAsync(folder.Path, _ => null);
        await Product.RunAsync(folder.Path, "run", Diamonds, "--engineer", "vscode", "--nodes", "1", "--time", "20m", "--detach");
        await first.Asked.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
        await first.DisposeAsync();

        CannedAnswers answers = new("diamonds");
        await using ChattingEditor second = await ChattingEditor.OpenAsync(folder.Path, asked => answers.Next(asked["messages"]![0]!["text"]!.GetValue<string>()));
        Ended followed = await Product.RunAsync(folder.Path, "show", "last", "--follow");
        followed.Output.ShouldContain("the editor closed");
        (await second.Asked.ReadAsync())["call"]!.GetValue<int>().ShouldBe(2);
        followed.Output.ShouldContain("finished");
    }

    [Fact]
    public async Task A_runner_that_is_killed_leaves_nothing_that_would_be_answered()
    {
        using TemporaryFolder folder = new();
        await Product.RunAsync(folder.Path, "run", Diamonds, "--engineer", "vscode", "--nodes", "1", "--time", "20m", "--detach");
        string run = Path.Combine(folder.Path, ".agentide/runs/diamonds-1"), question = Path.Combine(run, "chats", "1.question");
        await AppearsAsync(question);

        using (System.Diagnostics.Process runner = System.Diagnostics.Process.GetProcessById(Product.OwnerOf(run).ShouldNotBeNull()))
        {
            runner.Kill();
            await runner.WaitForExitAsync();
        }

        CannedAnswers answers = new("diamonds");
        await using ChattingEditor editor = await ChattingEditor.OpenAsync(folder.Path, asked => answers.Next(asked["messages"]![0]!["text"]!.GetValue<string>()));
        (await Product.RunAsync(folder.Path, "runs")).Output.ShouldNotContain("waits for an editor");
        Ended resumed = await Product.RunAsync(folder.Path, "run", "--resume", "last");
        resumed.ExitCode.ShouldBe(0, resumed.Errors);

        // The first thing that any editor was asked is the call of the one that went on.
        (await editor.Asked.ReadAsync())["call"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task A_run_is_started_from_the_editor_with_an_engineer_and_its_caps_and_the_key_is_in_no_message_and_no_file()
    {
        const string key = "sk-canary-0123456789abcdefghijklmnop";
        using TemporaryFolder folder = new();
        await using AnsweringServer model = new("diamonds");
        string task = SmallTask.Create(folder["task"]);
        Dictionary<string, string> environment = new() { ["AGENTIDE_API_KEY"] = key, ["OPENAI_BASE_URL"] = $"{model.Server.Url}" };
        await using ChattingEditor editor = await ChattingEditor.OpenAsync(folder.Path, _ => null, environment);
        JsonNode? started = await editor.RequestAsync("workspace/executeCommand", new JsonObject
        {
            ["command"] = "agentide.run.start",
            ["arguments"] = new JsonArray(new JsonObject { ["task"] = task, ["nodes"] = 1, ["seconds"] = 60, ["engineer"] = "openai:scripted", ["dollars"] = 0.5, ["tokens"] = 300_000 }),
        });
        string run = started!["run"]!.GetValue<string>();
        await Product.RunAsync(folder.Path, "show", run, "--follow");
        using JsonDocument journal = JsonDocument.Parse((await Product.RunAsync(folder.Path, "show", run, "--journal")).Output);
        JsonElement settings = journal.RootElement.GetProperty("started").GetProperty("settings");
        settings.GetProperty("engineer").GetString().ShouldBe("openai:scripted");
        (settings.GetProperty("budget").GetProperty("dollars").GetDecimal(), settings.GetProperty("budget").GetProperty("tokens").GetInt64()).ShouldBe((0.5m, 300_000));
        model.Server.Requests.ShouldNotBeEmpty();
        model.Server.Requests.ShouldAllBe(request => request.Headers["authorization"] == $"Bearer {key}");
        foreach (string file in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(key)).ShouldBe(-1, file);
        }
    }

    private static async Task AppearsAsync(string file)
    {
        using PeriodicTimer looks = new(TimeSpan.FromMilliseconds(25));
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
        while (!File.Exists(file))
        {
            await looks.WaitForNextTickAsync(limit.Token);
        }
    }
}
