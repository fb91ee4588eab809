using System.Diagnostics;
using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>The published product on the tasks that the repository ships: real data, real sandbox, private answers.</summary>
public sealed class MainJobTests
{
    [Theory]
    [InlineData("diamonds", 5, 0.0927)]
    [InlineData("letters", 4, 0.284)]
    public async Task Reaches_the_reference_good_on_the_private_answers(string task, int nodes, double good)
    {
        using TemporaryFolder folder = new();
        Ended ended = await Product.RunAsync(folder.Path, "run", Repository.PathOf("tasks", task), "--nodes", $"{nodes}", "--time", "4m", "--json");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        using JsonDocument document = JsonDocument.Parse(ended.Output);
        JsonElement report = document.RootElement;
        report.GetProperty("task").GetString().ShouldBe(task);
        report.GetProperty("nodes").GetInt32().ShouldBeGreaterThanOrEqualTo(nodes * 4 / 5);
        report.GetProperty("private").GetProperty("score").GetDouble().ShouldBeLessThanOrEqualTo(good);
        report.GetProperty("best").GetProperty("kind").GetString().ShouldBe("verified");
        report.GetProperty("best").GetProperty("standardError").GetDouble().ShouldBeGreaterThan(0);
        File.Exists(report.GetProperty("solution").GetString()).ShouldBeTrue();
        (await File.ReadAllTextAsync(report.GetProperty("submission").GetString()!)).ShouldStartWith("id,");
    }

    [Fact]
    public async Task Writes_csharp_that_passes_the_simple_reference()
    {
        using TemporaryFolder folder = new();
        Ended ended = await Product.RunAsync(folder.Path, "run", Repository.PathOf("tasks", "diamonds"), "--language", "csharp", "--nodes", "2", "--time", "4m", "--json");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        using JsonDocument document = JsonDocument.Parse(ended.Output);
        JsonElement report = document.RootElement;
        report.GetProperty("private").GetProperty("score").GetDouble().ShouldBeLessThan(0.241);
        report.GetProperty("solution").GetString().ShouldEndWith("solution.cs");
        (await File.ReadAllTextAsync(report.GetProperty("solution").GetString()!)).ShouldContain("using Microsoft.ML;");
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_plans_and_code()
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]);
        string first = await PlansAsync(folder.Path, task, "7");
        string again = await PlansAsync(folder.Path, task, "7");
        again.ShouldBe(first);
    }

    [Fact]
    public async Task Replays_a_finished_run_without_python_and_bubblewrap_to_the_same_journal_byte_for_byte()
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]);
        Ended run = await Product.RunAsync(folder.Path, "run", task, "--nodes", "6", "--time", "3m", "--json");
        run.ExitCode.ShouldBe(0, run.Errors);
        string journal = (await Product.RunAsync(folder.Path, "show", "last", "--journal")).Output;

        // In a mount namespace where neither can be started, and the task is gone.
        Directory.Delete(task, recursive: true);
        string script = $"mount --bind /dev/null /usr/bin/bwrap && mount --bind /dev/null $(readlink -f /usr/bin/python3) && ! /usr/bin/python3 -c '' 2>/dev/null && {Product.Program} replay last --json && {Product.Program} show last --journal > journal.json";
        Ended replay = await ShellAsync(folder.Path, "unshare", "--map-root-user", "--mount", "sh", "-c", script);
        replay.ExitCode.ShouldBe(0, replay.Errors + replay.Output);
        JsonDocument.Parse(replay.Output).RootElement.GetProperty("same").GetBoolean().ShouldBeTrue();
        (await File.ReadAllTextAsync(folder["journal.json"])).ShouldBe(journal);

        SqliteRunStore store = new(folder.Path, TimeProvider.System);
        RunFinished finished = (await store.ReadAsync(RunId.Parse("small-1"), 0, int.MaxValue, CancellationToken.None)).Events
            .Select(recorded => recorded.Event).OfType<RunFinished>().ShouldHaveSingleItem();
        finished.Journal.ShouldBe(Digest.Of(journal));
    }

    [Fact]
    public async Task A_log_that_was_tampered_with_does_not_replay()
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]);
        (await Product.RunAsync(folder.Path, "run", task, "--nodes", "2", "--time", "3m")).ExitCode.ShouldBe(0);
        string database = folder[".agentide", "runs", "small-1", "run.db"];
        byte[] bytes = await File.ReadAllBytesAsync(database);
        int at = bytes.AsSpan().IndexOf("\"operator\":\"draft\""u8);
        at.ShouldBeGreaterThan(0);
        "\"operator\":\"debug\""u8.CopyTo(bytes.AsSpan(at));
        await File.WriteAllBytesAsync(database, bytes);
        Ended replay = await Product.RunAsync(folder.Path, "replay", "small-1");
        replay.ExitCode.ShouldBe(1, replay.Output);
    }

    [Theory]
    [InlineData("INT", "Ctrl-C")]
    [InlineData("TERM", "SIGTERM")]
    public async Task A_signal_leaves_a_run_that_can_be_resumed(string signal, string by)
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]);
        using Process process = Product.Start(folder.Path, "run", task, "--nodes", "30", "--time", "5m");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.Contains("  2 draft", StringComparison.Ordinal))
        {
        }

        Task<string> output = process.StandardOutput.ReadToEndAsync();
        (await ShellAsync(folder.Path, "kill", $"-{signal}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture))).ExitCode.ShouldBe(0);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(130);
        (await errors).ShouldContain("agentide run --resume small-1");
        (await output).ShouldContain($"stopped by {by}");
        (await Product.RunAsync(folder.Path, "runs", "--json")).Output.ShouldContain("\"interrupted\"");
        SqliteRunStore store = new(folder.Path, TimeProvider.System);
        (await store.ReadAsync(RunId.Parse("small-1"), 0, 1, CancellationToken.None)).Liveness.ShouldBe(Liveness.Interrupted);
    }

    /// <summary>Plans, code and scores of a run. In one workspace the holdout is the same for all runs of a task.</summary>
    private static async Task<string> PlansAsync(string workspace, string task, string seed)
    {
        // So much time that none of it is short, however busy the machine is.
        Ended ended = await Product.RunAsync(workspace, "run", task, "--nodes", "6", "--time", "20h", "--seed", seed, "--json");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        RunId run = RunId.Parse(JsonDocument.Parse(ended.Output).RootElement.GetProperty("run").GetString()!);
        SqliteRunStore store = new(workspace, TimeProvider.System);
        Journal journal = Journal.Empty.Apply((await store.ReadAsync(run, 0, int.MaxValue, CancellationToken.None)).Events);
        return string.Join('\n', journal.Nodes.Select(node => $"{node.Operator} {node.Plan} {node.Code} {node.Score?.Value:R}"));
    }

    private static async Task<Ended> ShellAsync(string folder, string program, params string[] arguments)
    {
        ProcessStartInfo info = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(info)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ended(process.ExitCode, await output, await errors);
    }
}
