using System.Diagnostics;
using System.Text.Json;
using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>The start script of <c>agents/agentide</c>, as MLE-bench runs it, outside a container: data are read alone, and three folders are filled.</summary>
public sealed class DropInAgentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fills_the_folders_that_mle_bench_takes()
    {
        PreparedContests.Create(_folder["data"]);
        string prepared = _folder["data", PreparedContests.Pictures, "prepared"];
        string recording = _folder.Write("proposals.jsonl", JsonSerializer.Serialize(new { plan = "By brightness.", code = PreparedContests.Solution }) + "\n");
        Ended ended = await StartAsync(PreparedContests.Pictures, Path.Combine(prepared, "public"), $"engineer=recording:{recording}", "nodes=1");
        ended.ExitCode.ShouldBe(0, ended.Output + ended.Errors);

        string submission = _folder["submission", "submission.csv"];
        Ended grade = await Product.RunAsync(_folder.Path, "grade", PreparedContests.Pictures, "--submission", submission, "--answers", Directory.GetFiles(Path.Combine(prepared, "private"), "*.csv").ShouldHaveSingleItem(), "--json");
        JsonDocument.Parse(grade.Output).RootElement.GetProperty("score").GetDouble().ShouldBeGreaterThan(0.8);
        (await File.ReadAllTextAsync(_folder["code", "solution.py"])).ShouldContain("def brightness(path):");
        (await File.ReadAllTextAsync(_folder["logs", "run.txt"])).ShouldContain("chosen      node 1 of 1");
        JsonDocument.Parse(await File.ReadAllTextAsync(_folder["logs", "journal.json"])).RootElement.GetProperty("nodes").GetArrayLength().ShouldBe(1);
        ended.Output.ShouldAllBe(letter => char.IsAscii(letter), "what MLE-bench reads in pieces has no letter that could be cut in two");
    }

    [Fact]
    public async Task Where_the_engineer_fails_the_built_in_one_takes_what_time_there_is()
    {
        PreparedContests.Create(_folder["data"]);
        Ended ended = await StartAsync(PreparedContests.Table, _folder["data", PreparedContests.Table, "prepared", "public"], "engineer=command:false", "nodes=1");
        ended.Output.ShouldContain("The run came to no submission: the built-in engineer makes one.");
        ended.ExitCode.ShouldBe(0, ended.Output + ended.Errors);
        File.Exists(_folder["submission", "submission.csv"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Says_in_its_log_why_there_is_no_submission()
    {
        Directory.CreateDirectory(_folder["nothing"]);
        Ended ended = await StartAsync("spaceship-titanic", _folder["nothing"]);
        ended.ExitCode.ShouldNotBe(0);
        ended.Errors.ShouldContain("No submission");
        (await File.ReadAllTextAsync(_folder["logs", "agentide.log"])).ShouldContain("spaceship-titanic: its data are not a table of train and one of test");
        File.Exists(_folder["submission", "submission.csv"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_folder_that_is_no_task_is_left_alone()
    {
        PreparedContests.Create(_folder["data"]);
        string mine = _folder.Write("mine/public/notes.txt", "mine"), source = _folder["data", PreparedContests.Table, "prepared", "public"];
        Ended refused = await Product.RunAsync(_folder.Path, "bench", "task", PreparedContests.Table, "--public", source, "--into", "mine");
        refused.ExitCode.ShouldBe(2);
        refused.Errors.ShouldContain("mine holds something else than a task");
        (await File.ReadAllTextAsync(mine)).ShouldBe("mine");
        (await Product.RunAsync(_folder.Path, "bench", "task", PreparedContests.Table, "--public", source, "--into", "task")).Output.ShouldContain("agentide run task");
        (await Product.RunAsync(_folder.Path, "bench", "task", "titanic", "--public", source, "--into", "other")).Errors.ShouldContain("There is no competition 'titanic' in MLE-bench");
    }

    private async Task<Ended> StartAsync(string competition, string data, params string[] options)
    {
        ProcessStartInfo info = new("bash", [Repository.PathOf("agents", "agentide", "start.sh"), .. options]) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in new Dictionary<string, string>
        {
            ["COMPETITION_ID"] = competition,
            ["DATA_DIR"] = data,
            ["AGENT_DIR"] = _folder["agent"],
            ["SUBMISSION_DIR"] = _folder["submission"],
            ["LOGS_DIR"] = _folder["logs"],
            ["CODE_DIR"] = _folder["code"],
            ["TIME_LIMIT_SECS"] = "500",
            ["AGENTIDE_PRODUCT"] = Product.Program,
        })
        {
            info.Environment[name] = value;
        }

        using Process process = Process.Start(info)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ended(process.ExitCode, await output, await errors);
    }
}
