using AgentIde.Testing;

namespace AgentIde.EndToEnd.Tests;

/// <summary>What a person gets who mistypes, or lacks something: one clear line and the documented exit code.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData(2, "no-such-folder", "run", "no-such-folder")]
    [InlineData(2, "--resume", "run")]
    [InlineData(2, "not both", "run", "TASK", "--resume", "small-1")]
    [InlineData(2, "--nodes can't be changed on the way", "run", "--resume", "last", "--nodes", "9")]
    [InlineData(2, "There is no command 'walk'", "walk")]
    [InlineData(2, "--nodes must be at least 1", "run", "TASK", "--nodes", "0")]
    [InlineData(2, "'soon' is not a time: write 90s, 10m or 2h", "run", "TASK", "--time", "soon")]
    [InlineData(2, "There is no engineer 'gpt'", "run", "TASK", "--engineer", "gpt")]
    [InlineData(2, "There is no recording", "run", "TASK", "--engineer", "recording:nowhere.jsonl")]
    [InlineData(2, "There is no policy 'random'", "run", "TASK", "--policy", "random")]
    [InlineData(2, "There is no sandbox 'none'", "run", "TASK", "--sandbox", "none")]
    [InlineData(2, "There is no guarantee 'warmth'", "run", "TASK", "--require", "warmth")]
    [InlineData(2, "--models takes folders, and ", "run", "TASK", "--models", "no-such-folder")]
    [InlineData(2, "Two folders of --models would both be /models/", "run", "TASK", "--models", "TASK", "--models", "TASK/../other/task")]
    [InlineData(4, "bubblewrap gives candidates no GPUs", "run", "TASK", "--gpus", "1")]
    [InlineData(4, "There is no bin/python3 in", "doctor", "--python", "TASK")]
    [InlineData(2, "There are no runs in", "show", "last")]
    [InlineData(2, "There are no runs in", "replay", "small-9")]
    [InlineData(2, "Unrecognized", "runs", "--colour")]
    [InlineData(2, "dap takes no arguments, and 'foo' is one", "dap", "foo")]
    public async Task Says_what_is_wrong_in_one_line(int exitCode, string says, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]);
        Directory.CreateDirectory(folder["other", "task"]);
        Ended ended = await Product.RunAsync(folder.Path, [.. arguments.Select(argument => argument.Replace("TASK", task, StringComparison.Ordinal))]);
        ended.ExitCode.ShouldBe(exitCode, ended.Errors + ended.Output);
        ended.Errors.ShouldStartWith("agentide: ");
        ended.Errors.ShouldContain(says);
        ended.Errors.Trim().Split('\n').Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("runs")]
    [InlineData("show")]
    [InlineData("replay")]
    [InlineData("scale")]
    [InlineData("apply")]
    [InlineData("pr")]
    [InlineData("doctor")]
    [InlineData("sandbox")]
    [InlineData("lsp")]
    [InlineData("dap")]
    public async Task Every_command_has_help_with_an_example(string command)
    {
        using TemporaryFolder folder = new();
        Ended help = await Product.RunAsync(folder.Path, command, "--help");
        help.ExitCode.ShouldBe(0, help.Errors);
        help.Output.ShouldContain($"Example: agentide {command}");
    }

    [Fact]
    public async Task Apply_leaves_a_file_alone_that_a_person_has_changed()
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]);
        (await Product.RunAsync(folder.Path, "run", task, "--nodes", "2", "--time", "3m")).ExitCode.ShouldBe(0);
        string solution = Path.Combine(task, "solution.py");

        (await Product.RunAsync(folder.Path, "apply", "last")).ExitCode.ShouldBe(0);
        string applied = await File.ReadAllTextAsync(solution);
        applied.ShouldContain("submission.csv");
        (await Product.RunAsync(folder.Path, "apply", "last", "--node", "1")).ExitCode.ShouldBe(0, "code of the run's own may be replaced");

        await File.WriteAllTextAsync(solution, applied + "# mine\n");
        Ended refused = await Product.RunAsync(folder.Path, "apply", "last");
        refused.ExitCode.ShouldBe(1);
        refused.Errors.ShouldContain("nothing was written");
        (await File.ReadAllTextAsync(solution)).ShouldBe(applied + "# mine\n");

        File.Delete(solution);
        File.CreateSymbolicLink(solution, folder["elsewhere.txt"]);
        (await Product.RunAsync(folder.Path, "apply", "last")).Errors.ShouldContain("is a link");
        File.Exists(folder["elsewhere.txt"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Doctor_takes_the_folder_of_an_environment_and_cleans_and_tells_of_every_engine()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["environment", "bin"]);
        File.CreateSymbolicLink(folder["environment", "bin", "python3"], "/usr/bin/python3");
        await File.WriteAllTextAsync(folder["environment", "pyvenv.cfg"], "home = /usr/bin\ninclude-system-site-packages = true\n");
        Ended doctor = await Product.RunAsync(folder.Path, "doctor", "--python", folder["environment"], "--clean");
        doctor.ExitCode.ShouldBe(0, doctor.Errors);
        doctor.Output.ShouldMatch(@"candidates +Python 3\.\d+\.\d+ \(numpy ");
        doctor.Output.ShouldContain("--sandbox   docker: ");
    }

    [Fact]
    public async Task A_detached_run_can_be_followed_and_stopped()
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]);
        await File.WriteAllTextAsync(folder["slow.jsonl"], """{"plan": "Wait.", "code": "import time\nprint('waiting', flush=True)\ntime.sleep(60)\n"}""" + "\n");
        (await Product.RunAsync(folder.Path, "run", task, "--engineer", $"recording:{folder["slow.jsonl"]}", "--nodes", "1", "--detach")).Output.Trim().ShouldBe("small-1");
        Ended again = await Product.RunAsync(folder.Path, "run", "--resume", "small-1", "--engineer", $"recording:{folder["slow.jsonl"]}");
        (again.ExitCode == 0, again.Errors.Contains("stop it with 'agentide runs --stop small-1'", StringComparison.Ordinal)).ShouldBe((false, true), again.Errors);
        Task<Ended> following = Product.RunAsync(folder.Path, "show", "small-1", "--follow");
        (await Product.RunAsync(folder.Path, "runs", "--stop", "small-1")).ExitCode.ShouldBe(0);
        Ended followed = await following;
        (followed.ExitCode, followed.Output.Contains("Wait.", StringComparison.Ordinal), followed.Output.Contains("stopped by agentide runs --stop", StringComparison.Ordinal)).ShouldBe((0, true, true), followed.Output);
    }

    [Fact]
    public async Task A_run_whose_nodes_all_fail_ends_with_exit_code_3()
    {
        using TemporaryFolder folder = new();
        string task = SmallTask.Create(folder["task"]);
        await File.WriteAllTextAsync(folder["bad.jsonl"], """{"plan": "Fail.", "code": "raise ValueError('no')\n"}""" + "\n");
        Ended ended = await Product.RunAsync(folder.Path, "run", task, "--engineer", $"recording:{folder["bad.jsonl"]}", "--nodes", "1", "--json");
        ended.ExitCode.ShouldBe(3, ended.Errors);
        ended.Errors.ShouldContain("ValueError: no");
    }
}
