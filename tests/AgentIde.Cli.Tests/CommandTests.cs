using AgentIde.Cli.Commands;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

/// <summary>What a newcomer meets: each mistake is one line that names the thing and the way out, and no count reads "1 nodes".</summary>
public sealed class CommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteRunStore _store;

    public CommandTests() => _store = new SqliteRunStore(_folder.Path, TimeProvider.System);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("file", "that is a file, and a folder is needed")]
    [InlineData("file/beneath", "can't write there")]
    [InlineData("/proc/nowhere", "can't write there")]
    [InlineData("taken", "solution.py is a folder there")]
    public async Task Where_a_result_can_not_go_is_said_before_the_run(string place, string why)
    {
        _folder.Write("file", "");
        Directory.CreateDirectory(_folder["taken", "solution.py"]);
        Ended ended = await Program.RunAsync(_folder.Path, "run", SmallTask.Create(_folder["task"]), "--out", place);
        ShouldBeOneLine(ended, 2, $"The result can't be put into {Path.GetFullPath(place, _folder.Path)}: ", why, "Name a folder of yours with --out");
        Directory.Exists(_folder[".agentide"]).ShouldBeFalse("no run was begun");
    }

    [Fact]
    public async Task A_result_that_nobody_waits_for_is_not_copied()
    {
        Ended ended = await Program.RunAsync(_folder.Path, "run", SmallTask.Create(_folder["task"]), "--out", "result", "--detach");
        ShouldBeOneLine(ended, 2, "--detach");
    }

    [Fact]
    public async Task A_budget_too_small_for_the_start_is_refused()
    {
        Ended ended = await Program.RunAsync(_folder.Path, "run", SmallTask.Create(_folder["task"]), "--time", "3s");
        ShouldBeOneLine(ended, 2, "A run needs at least 10 s, and 3 s are given", "--time");
    }

    [Fact]
    public async Task A_file_that_is_no_recording_is_named()
    {
        string file = _folder.Write("proposals.jsonl", "import pandas\n");
        Ended ended = await Program.RunAsync(_folder.Path, "run", SmallTask.Create(_folder["task"]), "--engineer", $"recording:{file}");
        ShouldBeOneLine(ended, 2, $"The recording {file} can't be played: line 1 is not JSON: ");
    }

    [Theory]
    [InlineData("The task's folder is an empty text", "run", "")]
    [InlineData("--python was given an empty text", "run", "task", "--python", "")]
    [InlineData("--models was given an empty text", "doctor", "--models", "")]
    [InlineData("--out names no folder", "run", "task", "--out", "")]
    [InlineData("--engineer recording: names no file: write recording:FILE", "run", "task", "--engineer", "recording:")]
    [InlineData("--python chooses the Python of candidates, and with --language csharp they are C#", "run", "task", "--language", "csharp", "--python", "/usr/bin/python3")]
    [InlineData("(agentide sandbox attack --help tells more)", "sandbox", "attack", "--bogus")]
    [InlineData("There is no command 'walk'. (agentide --help tells more)", "walk")]
    [InlineData("There is no command 'import aido'. (agentide import --help tells more)", "import", "aido", "journal.json")]
    [InlineData("--nodes takes a whole number of at most 2147483647, and not 'many'. (agentide run --help tells more)", "run", "task", "--nodes", "many")]
    [InlineData("NODE takes a whole number of at most 2147483647, and not 'x'. (agentide branch --help tells more)", "branch", "last", "x")]
    public async Task What_can_not_be_meant_is_refused(string says, params string[] arguments)
    {
        SmallTask.Create(_folder["task"]);
        ShouldBeOneLine(await Program.RunAsync(_folder.Path, arguments), 2, says);
    }

    [Fact]
    public async Task A_run_is_resumed_by_the_engineer_that_began_it_wherever_that_is_asked_from()
    {
        string file = _folder.Write("proposals.jsonl", """{"plan": "Wait.", "code": "import time; time.sleep(60)"}""");
        string task = SmallTask.Create(_folder["task"]);
        (await Program.RunAsync(_folder.Path, "run", task, "--engineer", "recording:proposals.jsonl", "--nodes", "1", "--detach")).ExitCode.ShouldBe(0);
        RunId run = RunId.Parse("small-1");
        await _store.RequestAsync(run, new StopRequest("a test", Choose: false), CancellationToken.None);
        (await Program.RunAsync(_folder.Path, "show", "small-1", "--follow")).Output.ShouldContain("small-1 was interrupted: go on with: agentide run --resume small-1\n");
        (await RunFollower.ReadAsync(_store, run, CancellationToken.None)).Settings!.EngineerOption.ShouldBe($"recording:{file}");

        (await Program.RunAsync(_folder.Path, "run", "--resume", "small-1", "--detach")).ExitCode.ShouldBe(0);
        await _store.RequestAsync(run, new StopRequest("a test", Choose: false), CancellationToken.None);
        (await Program.RunAsync(_folder.Path, "show", "small-1", "--follow")).ExitCode.ShouldBe(0);
        ShouldBeOneLine(
            await Program.RunAsync(_folder.Path, "run", "--resume", "small-1", "--engineer", "builtin"), 2, "small-1 was run by recording/", $"agentide run --resume small-1 --engineer recording:{file}");
    }

    [Fact]
    public async Task The_command_that_goes_on_names_the_sandbox_where_it_is_not_the_default()
    {
        await using ScriptedRun run = await RunOfOneNodeAsync(_folder["task", "solution.py"]);
        ResumeCommand.Of(run.Run, run.Journal).ShouldBe("agentide run --resume diamonds-1 --sandbox scripted");
        ResumeCommand.Of(run.Run, run.Journal, SandboxChoice.Default with { Python = "/my envs/bin/python", Gpus = 2, Cold = true })
            .ShouldBe("agentide run --resume diamonds-1 --python '/my envs/bin/python' --gpus 2 --cold");
    }

    [Theory]
    [InlineData(ProgramLanguage.Python, "Python 3.11.7 (no numpy, pandas 1.5.3, no scikit-learn, no xgboost) of /env/bin/python3; /models/bert", "the Python of candidates has no numpy, no scikit-learn: ")]
    [InlineData(ProgramLanguage.Python, "Python 3.11.2 (numpy 1.24.2, pandas 1.5.3, scikit-learn 1.2.1, no xgboost)", null)]
    [InlineData(ProgramLanguage.CSharp, "Python 3.11.7 (no numpy, no pandas, no scikit-learn, no xgboost)", null)]
    public void A_Python_without_the_usual_libraries_is_told_of_before_the_first_node(ProgramLanguage language, string interpreter, string? warning)
    {
        StringWriter text = new();
        RunStarted sample = (RunStarted)SampleRun.Event(1);
        RunStarted started = sample with { Settings = sample.Settings with { Language = language }, Sandbox = sample.Sandbox! with { Interpreter = interpreter } };
        new PlainView(text).Show(new RecordedEvent(1, default, 1, started), Journal.Empty);
        text.ToString().Contains(interpreter, StringComparison.Ordinal).ShouldBe(language == ProgramLanguage.Python);
        text.ToString().Contains("  warning      ", StringComparison.Ordinal).ShouldBe(warning is not null);
        text.ToString().ShouldContain(warning ?? "");
    }

    [Fact]
    public async Task Apply_names_the_file_that_can_not_be_written()
    {
        string solution = _folder["task", "solution.py"];
        Directory.CreateDirectory($"{solution}.agentide-new");
        await using ScriptedRun run = await RunOfOneNodeAsync(solution);
        Ended ended = await Program.RunAsync(_folder.Path, "apply", "last");
        ShouldBeOneLine(ended, 1, $"{solution} can't be written by {Environment.UserName}", "Make ", "agentide show diamonds-1 --node 1");
        ended.Errors.ShouldNotContain("agentide-new");
    }

    [Fact]
    public async Task Apply_writes_into_the_workspace_it_is_called_in_and_nowhere_that_a_strangers_log_names()
    {
        Directory.CreateDirectory(_folder["task"]);
        await using (ScriptedRun run = await ScriptedRun.StartAsync(_store, "task", "task/solution.py"))
        {
            await run.AddValidAsync(Operator.Draft, null, "Predict a constant.", "print(1)\n", 0.5);
        }

        Ended applied = await Program.RunAsync(_folder.Path, "apply", "last");
        applied.Output.ShouldContain(_folder["task", "solution.py"], customMessage: applied.Errors);
        (await File.ReadAllTextAsync(_folder["task", "solution.py"])).ShouldBe("print(1)\n");

        using TemporaryFolder elsewhere = new();
        await using ScriptedRun strange = await RunOfOneNodeAsync(elsewhere["solution.py"]);
        Ended refused = await Program.RunAsync(_folder.Path, "apply", strange.Run.Value);
        ShouldBeOneLine(refused, 1, $"{elsewhere["solution.py"]} lies outside of this workspace", "agentide show");
        File.Exists(elsewhere["solution.py"]).ShouldBeFalse();
        await File.WriteAllTextAsync(elsewhere["task.yaml"], "id: strange\n");
        (await Program.RunAsync(_folder.Path, "apply", strange.Run.Value)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Show_of_a_run_that_was_interrupted_has_no_empty_rows()
    {
        await using (ScriptedRun run = await RunOfOneNodeAsync(_folder["task", "solution.py"]))
        {
            await run.AppendAsync([new HoldoutMade(new Core.Holdouts.SplitFacts(Core.Holdouts.SplitKind.Random, "random", 1, 1, 1, Digest.Of("files")) { Leaks = [new(Core.Holdouts.LeakKind.Column, "tax", 0, 1, "the column tax says the target")], Distinguishable = new(0.7, "the length of tax tells it from test with an AUC of 0.70") }), new SolutionChosen(1, "the only one", RunEnding.NodesSpent)]);
        }

        Ended ended = await Program.RunAsync(_folder.Path, "show", "last");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        ended.Output.ShouldContain("solution    not written yet: the chosen code is still to be refitted on the whole train");
        ended.Output.ShouldContain("verified on 1 blind row;");
        ended.Output.ShouldContain("leak        the column tax says the target: every score may be too good");
        ended.Output.ShouldContain("holdout     distinguishable: the length of tax tells it from test with an AUC of 0.70");
        ended.Output.ShouldContain("spent       1 node, 1 valid, 0:00 of 10:00");
        ended.Output.Split('\n').ShouldAllBe(line => line.Trim() != "submission");
    }

    [Fact]
    public async Task One_is_singular()
    {
        await using (await RunOfOneNodeAsync(_folder["task", "solution.py"]))
        {
        }

        (await Program.RunAsync(_folder.Path, "show", "last")).Output.ShouldContain("1 of 1 node has a valid solution so far.");
        (await Program.RunAsync(_folder.Path, "apply", "last", "--node", "7")).Errors.ShouldContain("it has 1 node.");
        (await Program.RunAsync(_folder.Path, "replay", "last")).Output.ShouldContain("events, 1 node; the chain fits");
        Words.Count(1, "row").ShouldBe("1 row");
        Words.Count(2_000, "row").ShouldBe("2,000 rows");
    }

    [Fact]
    public async Task Runs_that_belong_to_somebody_else_are_not_said_to_be_none()
    {
        await using (await RunOfOneNodeAsync(_folder["task", "solution.py"]))
        {
        }

        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        Ended ended;
        if (Environment.UserName == "root")
        {
            using TemporaryFolder copy = new();
            File.SetUnixFileMode(copy.Path, File.GetUnixFileMode(_folder.Path));
            ended = await Program.RunAsOtherAsync(_folder.Path, copy["build"], "runs");
        }
        else
        {
            File.SetUnixFileMode(_folder[".agentide"], UnixFileMode.None);
            ended = await Program.RunAsync(_folder.Path, "runs");
        }

        ShouldBeOneLine(ended, 1, $"{_folder[".agentide", "runs"]} is closed to ", "Work as that user.");
    }

    [Fact]
    public async Task A_run_that_does_not_fit_together_hides_no_other()
    {
        await using (await RunOfOneNodeAsync(_folder["task", "solution.py"]))
        {
        }

        await using (OwnedRun broken = await _store.CreateAsync("broken", CancellationToken.None))
        {
            await broken.AppendAsync([new HintGiven("somebody", "before it began")], [], CancellationToken.None);
        }

        Ended ended = await Program.RunAsync(_folder.Path, "runs");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        ended.Errors.ShouldContain("broken-1 can't be read: ");
        ended.Output.ShouldContain("1/");
        ended.Output.ShouldNotContain("broken");
    }

    private async Task<ScriptedRun> RunOfOneNodeAsync(string solutionFile)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(solutionFile)!);
        ScriptedRun run = await ScriptedRun.StartAsync(_store, _folder["task"], solutionFile);
        await run.AddValidAsync(Operator.Draft, null, "Predict a constant.", "print(1)\n", 0.5);
        return run;
    }

    private static void ShouldBeOneLine(Ended ended, int exitCode, params string[] says)
    {
        ended.ExitCode.ShouldBe(exitCode, ended.Errors + ended.Output);
        ended.Errors.ShouldStartWith("agentide: ");
        ended.Errors.Trim().Split('\n').Length.ShouldBe(1, ended.Errors);
        Array.ForEach(says, words => ended.Errors.ShouldContain(words));
    }
}
