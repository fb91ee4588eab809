using System.Diagnostics;
using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

/// <summary><c>agentide pr RUN --dry-run</c> in a real repository: what is shown, that nothing is touched, and what is refused.</summary>
public sealed class PrCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteRunStore _store;

    public PrCommandTests() => _store = new SqliteRunStore(_folder.Path, TimeProvider.System);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_dry_run_shows_branch_commits_diff_and_text_and_touches_nothing()
    {
        await MakeRunAsync();
        MakeRepository();
        string[] before = Files();
        Ended ended = await Program.RunAsync(_folder.Path, "pr", "last", "--dry-run");
        (ended.ExitCode, ended.Errors).ShouldBe((0, ""));
        ended.Output.ShouldMatch(@"^branch   agentide/diamonds-1, from main \([0-9a-f]{8}\) of ann/gems\ntitle    Solution of Diamond price: RMSLE 0\.09000 ± 0\.00040 on the blind holdout \(draft\)\ncommits  2 commits, each of tasks/diamonds/solution\.py alone\n  [0-9a-f]{8} draft: Predict a constant\.\n  [0-9a-f]{8} improve: Fit on a log target\.\n");
        ended.Output.ShouldContain("\n──── diff\ndiff --git a/tasks/diamonds/solution.py b/tasks/diamonds/solution.py\nnew file mode 100644\n");
        ended.Output.ShouldContain("\n+print(2)\n");
        ended.Output.ShouldMatch(@"\n──── text\n<!-- agentide:text diamonds-1 [0-9a-f]{8} -->\n\n> \[!WARNING]\n");
        ended.Output.ShouldEndWith("\n\nA dry run: nothing was written or sent.\n");
        Files().ShouldBe(before);
    }

    [Fact]
    public async Task As_JSON_there_are_branch_commits_title_and_body_the_same_each_time()
    {
        await MakeRunAsync();
        string head = MakeRepository();
        Ended one = await Program.RunAsync(_folder.Path, "pr", "diamonds-1", "--dry-run", "--json", "--ready"), other = await Program.RunAsync(_folder.Path, "pr", "last", "--dry-run", "--json", "--ready");
        other.Output.ShouldBe(one.Output, one.Errors);
        using JsonDocument document = JsonDocument.Parse(one.Output);
        JsonElement report = document.RootElement;
        string Text(string name) => report.GetProperty(name).GetString()!;
        (Text("branch"), Text("base"), Text("baseSha"), Text("repository"), report.GetProperty("draft").GetBoolean(), report.GetProperty("node").GetInt32()).ShouldBe(("agentide/diamonds-1", "main", head, "ann/gems", false, 2));
        Text("body").TrimEnd().ShouldMatch("<!-- agentide:run diamonds-1 [0-9a-f]{8} -->$");
        JsonElement[] commits = [.. report.GetProperty("commits").EnumerateArray()];
        commits.Select(commit => commit.GetProperty("files").EnumerateArray().Single().GetString()).ShouldAllBe(file => file == "tasks/diamonds/solution.py");
        commits.Select(commit => commit.GetProperty("sha").GetString()!.Length).ShouldBe([40, 40]);
        commits[1].GetProperty("message").GetString().ShouldStartWith("improve: Fit on a log target.\n\n> Fit on a log target.\n\nThe score is RMSLE 0.09000");

        using JsonDocument elsewhere = JsonDocument.Parse((await Program.RunAsync(_folder.Path, "pr", "last", "--dry-run", "--json", "--node", "1", "--repo", "bob/gems", "--base", "main")).Output);
        (elsewhere.RootElement.GetProperty("repository").GetString(), elsewhere.RootElement.GetProperty("commits").GetArrayLength(), elsewhere.RootElement.GetProperty("draft").GetBoolean()).ShouldBe(("bob/gems", 1, true));
    }

    [Fact]
    public async Task What_can_not_be_proposed_is_one_message()
    {
        await SayAsync(2, "There are no runs in", "pr", "last", "--dry-run");
        await MakeRunAsync();
        await SayAsync(1, $"{_folder["tasks", "diamonds"]} lies in no git repository", "pr", "last", "--dry-run");
        string head = MakeRepository();
        await SayAsync(2, "There is no run 'gems-1' in", "pr", "gems-1", "--dry-run");
        await SayAsync(2, "Node 3 of diamonds-1 failed (KeyError: 'co␛lour'): a pull request proposes a node with a score.", "pr", "last", "--dry-run", "--node", "3");
        await SayAsync(2, "diamonds-1 has no node 9: it has 3 nodes.", "pr", "last", "--dry-run", "--node", "9");
        await SayAsync(2, "'gems' is no repository: name it OWNER/NAME", "pr", "last", "--dry-run", "--repo", "gems");
        await SayAsync(1, "There is no branch 'trunk' in", "pr", "last", "--dry-run", "--base", "trunk");
        Git("update-ref", "-d", "refs/heads/main");
        await SayAsync(1, $"The repository in {_folder.Path} has no commit yet", "pr", "last", "--dry-run");
        Git("update-ref", "refs/heads/main", head);
        await SayAsync(0, null, "import", "aide", ImportedFiles.Journal);
        await SayAsync(2, "ripe-1 was imported from AIDE: its scores are claims that nothing here has graded, so no pull request is made of it.", "pr", "last", "--dry-run");
        await using (ScriptedRun fruitless = await ScriptedRun.StartAsync(_store))
        {
        }

        await SayAsync(1, "diamonds-2 has no valid solution to propose: 0 nodes", "pr", "last", "--dry-run");
    }

    [Fact]
    public async Task A_log_that_names_a_file_elsewhere_proposes_nothing()
    {
        await using (ScriptedRun run = await ScriptedRun.StartAsync(_store, solutionFile: "../elsewhere/solution.py"))
        {
            await run.AddValidAsync(Operator.Draft, null, "Go elsewhere.", "print(1)\n", 0.1);
        }

        MakeRepository();
        await SayAsync(1, "lies outside of this workspace and beside no task.yaml: nothing of it is proposed.", "pr", "last", "--dry-run");
        await using (ScriptedRun run = await ScriptedRun.StartAsync(_store, solutionFile: ".github/workflows/solution.py"))
        {
            await run.AddValidAsync(Operator.Draft, null, "Run in the checks.", "print(1)\n", 0.1);
        }

        await SayAsync(1, "A run's code goes into no file such as .github/workflows/solution.py", "pr", "last", "--dry-run");
        using TemporaryFolder other = new();
        string elsewhere = TestGit.Create(other);
        Directory.CreateSymbolicLink(_folder["linked"], elsewhere);
        await using (ScriptedRun run = await ScriptedRun.StartAsync(_store, solutionFile: "linked/solution.py"))
        {
            await run.AddValidAsync(Operator.Draft, null, "Go through a link.", "print(1)\n", 0.1);
        }

        await SayAsync(2, $"The solution lies in {elsewhere}, another repository than this folder's: where you mean that, say --repo ann/gems.", "pr", "last");
    }

    [Fact]
    public async Task A_key_of_the_environment_is_in_no_text()
    {
        const string canary = "canaryAb3dEf6hIj9";
        await using (ScriptedRun run = await ScriptedRun.StartAsync(_store))
        {
            await run.AddValidAsync(Operator.Draft, null, $"Use {canary} and ghp_0123456789abcdefABCDEF0123 as keys.", "print(1)\n", 0.1);
        }

        MakeRepository();
        Ended ended = await Program.RunWithAsync(_folder.Path, new() { ["GH_TOKEN"] = canary }, "pr", "last", "--dry-run", "--json");
        ended.ExitCode.ShouldBe(0, ended.Errors);
        ended.Output.ShouldNotContain(canary);
        ended.Output.ShouldNotContain("ghp_");
        ended.Output.ShouldContain("draft: Use *** and *** as keys.");
    }

    [Fact]
    public async Task It_is_opened_once_and_the_token_is_seen_nowhere()
    {
        await MakeRunAsync();
        MakeRepository();
        await using GitHubOfTests github = await GitHubOfTests.StartAsync(_folder.Path);
        (string canary, string repository) = (github.Token, github.Name);
        Dictionary<string, string> environment = new() { ["GH_ENTERPRISE_TOKEN"] = canary, ["GH_TOKEN"] = "", ["GITHUB_TOKEN"] = "" };
        Ended one = await Program.RunWithAsync(_folder.Path, environment, "pr", "last", "--repo", repository);
        (one.ExitCode, one.Errors).ShouldBe((0, ""));
        one.Output.ShouldMatch($@"^created  http://{repository}/pull/1\nbranch   agentide/diamonds-1, from main \([0-9a-f]{{8}}\) of {repository}\ntitle    Solution of Diamond price: .+ \(draft\)\ncommits  2 commits, ");
        Ended two = await Program.RunWithAsync(_folder.Path, environment, "pr", "last", "--repo", repository, "--json", "--ready");
        two.Errors.ShouldBe($"It is a draft there already, and --ready opens new ones alone: make it ready on its page, or by 'gh pr ready 1 --repo {repository}'.\n");
        using JsonDocument document = JsonDocument.Parse(two.Output);
        (document.RootElement.GetProperty("state").GetString(), document.RootElement.GetProperty("number").GetInt32()).ShouldBe(("unchanged", 1));
        document.RootElement.GetProperty("draft").GetBoolean().ShouldBeTrue();
        (await github.SeeAsync()).Pulls.Length.ShouldBe(1);
        TestGit.Run(github.Folder, "log", "--format=%s", "main..agentide/diamonds-1").ShouldBe("improve: Fit on a log target.\ndraft: Predict a constant.");
        string.Concat(one.Output, two.Output, two.Errors).ShouldNotContain(canary);
        foreach (string file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(canary)).ShouldBe(-1, file);
        }

        Git("remote", "set-url", "origin", "https://evil.example/ann/gems.git");
        Ended strange = await Program.RunWithAsync(_folder.Path, environment, "pr", "last");
        const string unnamed = "The remote is evil.example/ann/gems, and a token goes to another server than github.com only where you name it: say --repo evil.example/ann/gems.\n";
        (strange.ExitCode, strange.Errors).ShouldBe((2, $"agentide: {unnamed}"));
        // A dry run speaks to nobody, and says what the real one lacks.
        Ended rehearsed = await Program.RunWithAsync(_folder.Path, environment, "pr", "last", "--dry-run");
        (rehearsed.ExitCode, rehearsed.Errors).ShouldBe((0, $"This is refused without --dry-run: {unnamed}"));
        rehearsed.Output.ShouldContain(" of evil.example/ann/gems\n");
    }

    private async Task SayAsync(int exitCode, string? says, params string[] arguments)
    {
        Ended ended = await Program.RunAsync(_folder.Path, arguments);
        ended.ExitCode.ShouldBe(exitCode, ended.Errors);
        if (says is not null)
        {
            ended.Errors.ShouldStartWith("agentide: ");
            ended.Errors.ShouldContain(says);
            ended.Errors.TrimEnd('\n').ShouldNotContain("\n");
        }
    }

    /// <summary>A draft, an improvement and a failure whose message holds an escape character.</summary>
    private async Task MakeRunAsync()
    {
        _folder.Write("tasks/diamonds/task.yaml", "id: diamonds\n");
        await using ScriptedRun run = await ScriptedRun.StartAsync(_store);
        await run.AddValidAsync(Operator.Draft, null, "Predict a constant.", "print(1)\n", 0.1);
        await run.AddValidAsync(Operator.Improve, 1, "Fit on a log target.", "print(2)\n", 0.09);
        int broken = await run.ProposeAsync(Operator.Improve, 2, "Mend it.", "print(3)\n");
        await run.ExecuteAsync(broken);
        await run.FailAsync(broken, "KeyError: 'co\u001blour'", 3);
        await run.FinishAsync();
    }

    /// <summary>A repository of the workspace with one commit, and its name.</summary>
    private string MakeRepository()
    {
        Git("init", "--quiet", "--initial-branch=main");
        _folder.Write("README.md", "# Gems\n");
        Git("add", "README.md");
        Git("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "commit", "--quiet", "-m", "Begin.");
        Git("remote", "add", "origin", "git@github.com:ann/gems.git");
        return File.ReadAllText(_folder[".git", "refs", "heads", "main"]).Trim();
    }

    /// <summary>Every file outside of the runs with its size and its time.</summary>
    private string[] Files() =>
        [.. new DirectoryInfo(_folder.Path).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => !file.FullName.Contains("/.agentide/", StringComparison.Ordinal)).Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}").Order()];

    private void Git(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = _folder.Path })!;
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }
}
