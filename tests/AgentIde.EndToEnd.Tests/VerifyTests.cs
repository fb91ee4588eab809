using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;
using Microsoft.Data.Sqlite;

namespace AgentIde.EndToEnd.Tests;

/// <summary><c>agentide replay --verify</c>, the published product in the real sandbox: what a run executed is executed once more; so is what an audit executes.</summary>
public sealed class VerifyTests(VerifyTests.RecordedRun recorded) : IClassFixture<VerifyTests.RecordedRun>
{
    private static readonly string Unseeded = "import random\n" + SmallTask.Solution(2, 2, 4).Replace("+ 4", "+ 4 * random.random()", StringComparison.Ordinal);

    [Fact]
    public async Task A_run_of_the_built_in_engineer_comes_to_the_same()
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]);
        Ended run = await Product.RunAsync(folder.Path, "run", task, "--nodes", "2", "--time", "3m", "--json");
        run.ExitCode.ShouldBe(0, run.Errors);
        Ended verified = await Product.RunAsync(folder.Path, "replay", "last", "--verify", "--json");
        verified.ExitCode.ShouldBe(0, verified.Errors);
        using JsonDocument document = JsonDocument.Parse(verified.Output);
        JsonElement verification = document.RootElement.GetProperty("verification");
        document.RootElement.GetProperty("same").GetBoolean().ShouldBeTrue();
        (verification.GetProperty("same").GetInt32(), verification.GetProperty("differing").GetInt32()).ShouldBe((3, 0), "two nodes and the refit");
        JsonElement first = verification.GetProperty("nodes")[0];
        first.GetProperty("now").GetProperty("submission").GetString().ShouldBe(first.GetProperty("then").GetProperty("submission").GetString());
        first.GetProperty("recorded").GetProperty("cores").GetInt32().ShouldBe(Environment.ProcessorCount, "what it was given is in the log");
        first.GetProperty("recorded").GetProperty("interpreter").GetString().ShouldBe(verification.GetProperty("interpreter").GetString());
    }

    [Fact]
    public async Task A_program_without_a_seed_differs_and_is_said_to_draw()
    {
        string database = Path.Combine(recorded.Folder.Path, ".agentide", "runs", "small-1", "run.db");
        byte[] before = await File.ReadAllBytesAsync(database);
        Ended verified = await Product.RunAsync(recorded.Folder.Path, "replay", "last", "--verify", "--json");
        verified.ExitCode.ShouldBe(1, verified.Errors);
        using JsonDocument document = JsonDocument.Parse(verified.Output);
        document.RootElement.GetProperty("differences").GetArrayLength().ShouldBe(0, "the log itself is whole");
        JsonElement[] nodes = [.. document.RootElement.GetProperty("verification").GetProperty("nodes").EnumerateArray()];
        nodes.Select(node => $"{node.GetProperty("node")} {node.GetProperty("purpose")} {node.GetProperty("verdict")}").ShouldBe(["1 search same", "2 search differs", "3 search same", "1 refit same"]);
        nodes[1].GetProperty("causes").EnumerateArray().ShouldHaveSingleItem().GetString().ShouldStartWith("chance: ");
        nodes[1].GetProperty("submission").GetProperty("differing").GetInt32().ShouldBeGreaterThan(0);
        nodes[2].GetProperty("now").GetProperty("failure").GetString().ShouldBe("exception");
        document.RootElement.GetProperty("verification").GetProperty("skipped")[0].GetProperty("why").GetString().ShouldBe("its code is that of node 1");
        verified.Errors.ShouldContain("DIFFERS", customMessage: "a person sees it as it goes");
        (await File.ReadAllBytesAsync(database)).ShouldBe(before, "a verification is no part of the run");
    }

    [Fact]
    public async Task Nodes_can_be_chosen_and_the_task_may_lie_elsewhere()
    {
        string moved = SmallTask.Create(recorded.Folder["moved"]);
        Ended verified = await Product.RunAsync(recorded.Folder.Path, "replay", "small-1", "--verify", "--nodes", "3", "--task", moved);
        verified.ExitCode.ShouldBe(0, verified.Errors);
        verified.Output.ShouldMatch(@"(?m)^1/1 +3 draft +same +failed: KeyError: 'x', \d+\.\d s \(then \d+\.\d s\)$");
        verified.Output.ShouldMatch(@"(?m)^verified +1 execution: 1 the same$");
    }

    [Fact]
    public async Task What_an_audit_executed_is_kept_in_the_finished_run_and_shown_without_another_execution()
    {
        using TemporaryFolder folder = new();
        await ShellAsync(recorded.Folder.Path, "cp", "-a", ".agentide", "task", folder.Path);
        JsonElement now = await AuditAsync("--run", "--nodes", "2"), later = await AuditAsync();
        now.GetProperty("findings").EnumerateArray().ShouldContain(finding => finding.GetProperty("kind").GetString() == "varies" && finding.GetProperty("basis").GetString() == "executed");
        later.GetRawText().ShouldBe(now.GetRawText());
        later.GetProperty("executed")[0].GetProperty("at").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UnixEpoch.AddYears(50));
        Ended replayed = await Product.RunAsync(folder.Path, "replay", "last");
        replayed.ExitCode.ShouldBe(0, replayed.Output);

        async Task<JsonElement> AuditAsync(params string[] options)
        {
            Ended ended = await Product.RunAsync(folder.Path, ["audit", "last", .. options, "--json"]);
            using JsonDocument document = JsonDocument.Parse(ended.Output);
            return document.RootElement.Clone();
        }
    }

    [Fact]
    public async Task What_is_missing_or_changed_is_one_line_with_the_way_out()
    {
        using TemporaryFolder folder = new();
        await ShellAsync(recorded.Folder.Path, "cp", "-a", ".agentide", "task", folder.Path);
        await File.AppendAllTextAsync(folder["task", "public", "train.csv"], "9999,1,1,red,5\n");
        await SaysAsync(2, "is not what small-1 was made with: public/train.csv was written since");
        Directory.Delete(folder["task"], recursive: true);
        await SaysAsync(2, "bring it back, or say where it is: agentide replay small-1 --verify --task FOLDER");
        await SaysAsync(2, "small-1 has no node 9: it has 4.", "--nodes", "9");
        await SaysAsync(2, "There is nothing to execute again of node 4: its code is that of node 1.", "--nodes", "4");
        await SaysAsync(2, "--nodes takes numbers of nodes", "--nodes", "two");
        File.Delete(folder[".agentide", "secret"]);
        await SaysAsync(4, "has lost its secret", "--task", recorded.Task);
        File.Exists(folder[".agentide", "secret"]).ShouldBeFalse("another one would hide that it is gone");
        (await Product.RunAsync(folder.Path, "import", "aide", ImportedFiles.Journal)).ExitCode.ShouldBe(0);
        await SaysAsync(2, "ripe-1 was imported from AIDE: there is no task data to execute its programs on");

        Ended alone = await Product.RunAsync(folder.Path, "replay", "small-1", "--nodes", "1");
        (alone.ExitCode, alone.Errors.Contains("--nodes is for --verify", StringComparison.Ordinal)).ShouldBe((2, true));

        async Task SaysAsync(int exitCode, string says, params string[] arguments)
        {
            Ended ended = await Product.RunAsync(folder.Path, ["replay", "last", "--verify", "--json", .. arguments]);
            ended.ExitCode.ShouldBe(exitCode, ended.Errors);
            JsonNode.Parse(ended.Output)!["code"]!.GetValue<int>().ShouldBe(exitCode);
            ended.Errors.Trim().Split('\n')[^1].ShouldStartWith("agentide: ");
            ended.Errors.ShouldContain(says);
        }
    }

    [Fact]
    public async Task Without_its_sandbox_nothing_is_executed()
    {
        string script = $"mount --bind /dev/null /usr/bin/bwrap && {Product.Program} replay small-1 --verify";
        Ended ended = await ShellAsync(recorded.Folder.Path, "unshare", "--map-root-user", "--mount", "sh", "-c", script);
        ended.ExitCode.ShouldBe(4, ended.Output + ended.Errors);
        ended.Errors.ShouldStartWith("agentide: ");
    }

    [Fact]
    public async Task A_submission_that_was_tampered_with_is_named()
    {
        using TemporaryFolder folder = new();
        await ShellAsync(recorded.Folder.Path, "cp", "-r", ".agentide", "task", folder.Path);
        using (SqliteRunStore store = new(folder.Path, TimeProvider.System))
        await using (SqliteConnection connection = new($"Data Source={folder[".agentide", "runs", "small-1", "run.db"]};Pooling=False"))
        {
            Journal journal = Journal.Empty.Apply((await store.ReadAsync(RunId.Parse("small-1"), 0, int.MaxValue, CancellationToken.None)).Events);
            await connection.OpenAsync();
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "UPDATE blobs SET size = 5, coding = 0, bytes = CAST('id,y' || char(10) AS BLOB) WHERE sha256 = $digest";
            command.Parameters.AddWithValue("$digest", journal[1].Execution!.Submission!.Value.ToBytes());
            (await command.ExecuteNonQueryAsync()).ShouldBe(1);
        }

        Ended ended = await Product.RunAsync(folder.Path, "replay", "small-1", "--verify", "--nodes", "1,3");
        ended.ExitCode.ShouldBe(1, ended.Output + ended.Errors);
        ended.Output.ShouldMatch(@"(?m)^1/3 +1 draft +DIFFERS");
        ended.Output.ShouldContain("cause  the run's store was changed or damaged after the run");
        ended.Output.ShouldMatch(@"(?m)^2/3 +3 draft +same");
    }

    [Fact]
    public async Task Ctrl_C_ends_it_and_what_it_executes()
    {
        // As a terminal does it: the signal goes to the whole group of processes.
        ProcessStartInfo info = new("/usr/bin/setsid", [Product.Program, "replay", "small-1", "--verify", "--nodes", "3"])
        {
            WorkingDirectory = recorded.Folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(info)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("verifying", StringComparison.Ordinal))
        {
        }

        await ShellAsync(recorded.Folder.Path, "/bin/kill", "-INT", "--", $"-{process.Id}");
        string rest = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(130, await errors);
        rest.ShouldContain("broken off  0 executions compared");
        rest.ShouldContain("agentide replay small-1 --verify --nodes 3");
        rest.ShouldNotContain("verified");
    }

    private static async Task<Ended> ShellAsync(string folder, string program, params string[] arguments)
    {
        ProcessStartInfo info = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(info)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ended(process.ExitCode, output, await errors);
    }

    /// <summary>One run for all of them: a program that always does the same, one that draws without a seed, one that takes its time and fails, and the first once more.</summary>
    public sealed class RecordedRun : IAsyncLifetime
    {
        public TemporaryFolder Folder { get; } = new();

        public string Task => Folder["task"];

        public async ValueTask InitializeAsync()
        {
            SmallTask.Create(Task);
            string[] programs = [SmallTask.Solution(3, 2, 0), Unseeded, "import time\ntime.sleep(3)\nraise KeyError('x')\n", SmallTask.Solution(3, 2, 0)];
            string recording = Folder.Write("programs.jsonl", string.Join('\n', programs.Select(code => new JsonObject { ["plan"] = "Predict.", ["code"] = code }.ToJsonString())));
            Ended run = await Product.RunAsync(Folder.Path, "run", Task, "--engineer", $"recording:{recording}", "--nodes", "4", "--time", "5m", "--json");
            run.ExitCode.ShouldBe(0, run.Errors);
        }

        public ValueTask DisposeAsync()
        {
            Folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
