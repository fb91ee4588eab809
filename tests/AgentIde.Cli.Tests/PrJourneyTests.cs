using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.GitHub.Git;
using AgentIde.Storage;
using AgentIde.Testing;

namespace AgentIde.Cli.Tests;

/// <summary>
/// <c>agentide pr</c> as a process, against a GitHub with a memory. After each journey its token is looked for in all that
/// was written and said: the workspace, its runs, the temporary files, what git traced, the repositories that are served.
/// </summary>
public sealed class PrJourneyTests : IAsyncLifetime
{
    private const string Solution = "tasks/diamonds/solution.py";

    private static readonly string[] FromReview = ["run", "--resume", "diamonds-1", "--from-review", "--repo"];

    private static readonly bool IsTorture = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1";

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string> _said = [];
    private readonly List<GitHubOfTests> _githubs = [];

    public PrJourneyTests()
    {
        Directory.CreateDirectory(_folder["tmp"]);
        Directory.CreateDirectory(_folder["home"]);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (GitHubOfTests github in _githubs)
        {
            Sweep(github);
            await github.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Two_runs_on_one_task_have_a_branch_and_a_pull_request_each()
    {
        string work = TestGit.Create(_folder);
        await MakeRunAsync(work, "print(1)\n", "print(2)\n");
        await MakeRunAsync(work, "print(1)\n", "print(3)\n", "print(4)\n");
        GitHubOfTests github = await StartAsync(work);
        await SucceedAsync(github, work, "pr", "diamonds-1");
        string one = TestGit.Run(github.Folder, "rev-parse", "agentide/diamonds-1");
        await SucceedAsync(github, work, "pr", "diamonds-2");
        (await SucceedAsync(github, work, "pr", "diamonds-1")).ShouldStartWith("unchanged ");
        GitHubState state = await github.SeeAsync();
        state.Pulls.Select(pull => pull.Head).ShouldBe([$"{github.Owner}:agentide/diamonds-1", $"{github.Owner}:agentide/diamonds-2"]);
        (state.Pushes, TestGit.Run(github.Folder, "rev-parse", "agentide/diamonds-1")).ShouldBe((2, one));
        TestGit.Run(github.Folder, "show", $"agentide/diamonds-1:{Solution}").ShouldBe("print(2)");
        TestGit.Run(github.Folder, "show", $"agentide/diamonds-2:{Solution}").ShouldBe("print(3)");
        TestGit.Run(github.Folder, "merge-base", "agentide/diamonds-1", "agentide/diamonds-2").ShouldBe(TestGit.Run(work, "rev-parse", "main"));

        // The choice moves to another draft, of which the branch holds nothing: what is there stays, and both say so.
        string two = TestGit.Run(github.Folder, "rev-parse", "agentide/diamonds-2");
        (await SucceedAsync(github, work, "pr", "diamonds-2", "--node", "3")).ShouldStartWith("updated ");
        TestGit.Run(github.Folder, "rev-parse", "agentide/diamonds-2~1").ShouldBe(two);
        TestGit.Run(github.Folder, "show", $"agentide/diamonds-2:{Solution}").ShouldBe("print(4)");
        TestGit.Run(github.Folder, "log", "-1", "--format=%B", "agentide/diamonds-2").ShouldContain("What is proposed has moved from node 2 (RMSLE 0.09000 ± 0.00040) to\nnode 3 (RMSLE 0.12000 ± 0.00040). This step does not come from the one\nbefore it, and replaces its code.");
        (await github.SeeAsync()).Pulls[1].Body.ShouldContain(" The branch went other ways before, and their commits stay: from node 2 (RMSLE 0.09000 ± 0.00040) on to node 3 (RMSLE 0.12000 ± 0.00040).\n");
    }

    [Fact]
    public async Task A_run_from_an_issue_that_is_begun_anew_opens_a_second_one_only_where_that_is_asked_for()
    {
        string work = TestGit.Create(_folder);
        GitHubOfTests github = await StartAsync(work);
        IssueSource issue = new(github.Address.Authority, github.Owner, "gems", await github.AddIssueAsync(github.Owner, "Faster", "Please."));
        await MakeRunAsync(work, "print(1)\n", "print(2)\n", issue: issue);
        await SucceedAsync(github, work, "pr", "last");
        // The log is lost, and the run begun anew has the same name.
        Directory.Delete(Path.Combine(work, ".agentide"), recursive: true);
        await MakeRunAsync(work, "print(1)\n", "print(3)\n", issue: issue);
        Ended refused = await RunAsync(github, work, "pr", "last");
        refused.ExitCode.ShouldBe(1);
        refused.Errors.ShouldStartWith($"agentide: {github.Address}{github.Repository}/pull/2 is open and closes {github.Repository}#1 too: it is of the run diamonds-1 (");
        refused.Errors.TrimEnd().ShouldNotContain("\n");
        using System.Text.Json.JsonDocument report = System.Text.Json.JsonDocument.Parse(await SucceedAsync(github, work, "pr", "last", "--another", "--json"));
        string branch = report.RootElement.GetProperty("branch").GetString()!;
        branch.ShouldMatch(@"\Aagentide/diamonds-1-[0-9a-f]{8}-issue-1\z");
        GitHubState state = await github.SeeAsync();
        (state.Pulls.Length, state.Pulls[1].Head, state.Pulls[1].Body).ShouldBe((2, $"{github.Owner}:{branch}", report.RootElement.GetProperty("body").GetString()!));
        state.Pulls[1].Body.ShouldContain($", {github.Repository}#2 (of the run `diamonds-1`): merge one of them at most.");
        TestGit.Run(github.Folder, "show", $"{branch}:{Solution}").ShouldBe("print(3)");

        // Who begins a third is told at once; the run itself is theirs to begin.
        Ended third = await RunAsync(github, work, "run", "nowhere", "--issue", $"{github.Name}#1");
        third.Errors.ShouldContain($"{github.Address}{github.Repository}/pull/2 is open and closes that issue already: 'agentide pr' opens no second one for this run without --another.\n");
    }

    [Fact]
    public async Task The_pull_request_of_a_branch_names_that_of_the_run_which_it_comes_from()
    {
        string work = TestGit.Create(_folder);
        await MakeRunAsync(work, "print(1)\n", "print(2)\n");
        GitHubOfTests github = await StartAsync(work);
        await SucceedAsync(github, work, "pr", "last");
        _folder.Write("work/mine.py", "print(3)\n");
        (await Program.RunAsync(work, "branch", "last", "1", "--code", "mine.py")).ExitCode.ShouldBe(0);
        await github.ChangePullAsync(1, new() { ["mergedAt"] = "2026-05-01T12:00:00Z", ["state"] = "closed" });
        Ended repeated = await RunAsync(github, work, "pr", "diamonds-2");
        (repeated.ExitCode, (await github.SeeAsync()).Pulls.Length).ShouldBe((1, 1), "what it would propose is the other run's still");
        repeated.Errors.ShouldStartWith("agentide: Node 2 is of diamonds-1, which diamonds-2 branches from, and so is its pull request: 'agentide pr diamonds-1 --node 2'.");
        using (SqliteRunStore store = new(work, TimeProvider.System))
        {
            await using ScriptedRun branch = await ScriptedRun.TakeAsync(store, RunId.Parse("diamonds-2"));
            await branch.AddValidAsync(Operator.Improve, 1, "Mine.", "print(3)\n", 0.08);
            await branch.FinishAsync();
        }

        (await SucceedAsync(github, work, "pr", "diamonds-2")).ShouldStartWith("created ");
        string named = $" It goes on from the run `diamonds-1`, which made the first 2 of them. That run's pull request is {github.Repository}#1. This is node 3: ";
        (await github.SeeAsync()).Pulls[1].Body.ShouldContain(named);

        // What somebody else made of the mark is not linked.
        string body = (await github.SeeAsync()).Pulls[0].Body;
        await github.ChangePullAsync(1, new() { ["body"] = "Nothing." });
        await github.AddUserAsync("eve", $"{github.Token}eve", "repo");
        await github.ChangeAsync(new() { ["push"] = new System.Text.Json.Nodes.JsonArray("eve") });
        await github.AddPullAsync("agentide/diamonds-1", "Hers", body, by: "eve");
        (await SucceedAsync(github, work, "pr", "diamonds-2")).ShouldStartWith("updated ");
        (await github.SeeAsync()).Pulls[1].Body.ShouldContain(" It goes on from the run `diamonds-1`, which made the first 2 of them. This is node 3: ");
    }

    [Theory]
    [InlineData(false, "/git-receive-pack", "/pulls")]
    [InlineData(true, "/git-receive-pack", "/pulls/1")]
    public async Task Killed_at_any_request_and_started_again_it_comes_to_the_same(bool isUpdate, params string[] writes)
    {
        string work = TestGit.Create(_folder);
        await MakeRunAsync(work, "print(1)\n", "print(2)\n");
        GitHubOfTests quiet = await OpenedAsync();
        int before = (await quiet.SeeAsync()).Requests.Length;
        await SucceedAsync(quiet, work, "pr", "last");
        GitHubState whole = await quiet.SeeAsync();
        List<SeenRequest> requests = [.. whole.Requests.Skip(before)];
        string head = TestGit.Run(quiet.Folder, "rev-parse", "agentide/diamonds-1");
        int[] writing = [.. writes.Select(end => requests.FindIndex(request => request.Method != "GET" && request.Path.EndsWith(end, StringComparison.Ordinal)))];
        writing.ShouldAllBe(request => request > 0);
        (int Request, bool IsDone)[] kills = IsTorture
            ? [.. Enumerable.Range(0, requests.Count).SelectMany(request => new[] { (request, false), (request, true) })]
            : [.. writing.Select(request => (request, true)), .. isUpdate ? [] : new[] { (writing[^1], false) }];
        foreach ((int request, bool isDone) in kills)
        {
            GitHubOfTests github = await OpenedAsync();
            await github.HoldAsync(github.Any, isDone, skip: request);
            using (Process killed = Program.Start(work, Variables(github), "pr", "last", "--repo", github.Name))
            {
                await github.HeldAsync(github.Any);
                killed.Kill();
                await killed.WaitForExitAsync();
            }

            // A push that is under way outlives whoever started it.
            await github.ReleaseAsync(github.Any);
            await SucceedAsync(github, work, "pr", "last");
            SeenPull pull = (await github.SeeAsync()).Pulls.ShouldHaveSingleItem($"killed at request {request}, done: {isDone}");
            (pull.Title, pull.Body, pull.IsDraft, TestGit.Run(github.Folder, "rev-parse", "agentide/diamonds-1")).ShouldBe((whole.Pulls[0].Title, whole.Pulls[0].Body, true, head));
        }

        OwnRepository.RemoveLeftovers(_folder["tmp"]).ShouldBeGreaterThan(0);
        Directory.GetDirectories(_folder["tmp"], "agentide-git-*").ShouldBeEmpty();

        async Task<GitHubOfTests> OpenedAsync()
        {
            GitHubOfTests github = await StartAsync(work);
            if (isUpdate)
            {
                await SucceedAsync(github, work, "pr", "last", "--node", "1");
            }

            return github;
        }
    }

    [Fact]
    public async Task Killed_while_it_takes_up_a_review_it_has_each_comment_once_the_next_time()
    {
        string work = TestGit.Create(_folder), runs = Path.Combine(work, ".agentide", "runs"), next = Path.Combine(runs, "diamonds-2");
        await MakeRunAsync(work, "print(1)\n", "print(2)\n");
        GitHubOfTests github = await StartAsync(work);
        await SucceedAsync(github, work, "pr", "last");
        long[] comments = [await github.AddReviewCommentAsync(1, github.Owner, Solution, 1, "Try a log target."), await github.AddReviewCommentAsync(1, github.Owner, Solution, 1, "More folds.")];
        foreach ((string path, int skip) in IsTorture ? await AllAsync() : [(github.Api("/issues/1/comments"), 0)])
        {
            await github.HoldAsync(path, skip: skip);
            using Process killed = Program.Start(work, Variables(github), [.. FromReview, github.Name]);
            await github.HeldAsync(path);
            await KillAsync(killed);
            await github.ReleaseAsync(path);
            await HasBothAsync($"killed at {path} {skip}");
        }

        // What follows the last request: the run that goes on is made, then told of one comment after the other.
        (string What, Func<bool> IsThere)[] moments =
        [
            ("a run", () => Directory.Exists(next)),
            ("a log", () => Directory.Exists(next) && Directory.EnumerateFiles(next).Skip(2).Any()),
            ("a request", () => Directory.Exists(next) && Directory.EnumerateFiles(next, "*", SearchOption.AllDirectories).Any(file => file.Contains("/control/", StringComparison.Ordinal))),
        ];
        foreach ((string what, Func<bool> isThere) in IsTorture ? Enumerable.Repeat(moments, 10).SelectMany(all => all) : moments.TakeLast(1))
        {
            using Process killed = Program.Start(work, Variables(github), [.. FromReview, github.Name]);
            while (!killed.HasExited && !isThere())
            {
                await Task.Yield();
            }

            await KillAsync(killed);
            await HasBothAsync($"killed once there was {what}");
        }

        async Task<IEnumerable<(string Path, int Skip)>> AllAsync()
        {
            int before = (await github.SeeAsync()).Requests.Length;
            await HasBothAsync("never killed");
            return Enumerable.Range(0, (await github.SeeAsync()).Requests.Length - before).Select(request => (github.Any, request));
        }

        // Started again; then what came of it is forgotten, and nothing at GitHub was changed.
        async Task HasBothAsync(string when)
        {
            await RunAsync(github, work, [.. FromReview.SkipLast(1)]);
            using (SqliteRunStore store = new(work, TimeProvider.System))
            {
                List<long[]> taken = [];
                foreach (RunListing listing in await store.ListAsync(CancellationToken.None))
                {
                    Journal journal = Journal.Empty.Apply((await store.ReadAsync(listing.Run, 0, 1_000, CancellationToken.None)).Events);
                    taken.Add([.. journal.Comments.Select(comment => comment.Id)]);
                }

                taken.Where(ids => ids.Length > 0).ShouldHaveSingleItem(when).ShouldBe(comments, when);
            }

            foreach (string folder in Directory.GetDirectories(runs, "diamonds-*").Where(folder => !folder.EndsWith("-1", StringComparison.Ordinal)))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        static async Task KillAsync(Process process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Who_pushes_while_it_does_keeps_the_commits()
    {
        string work = TestGit.Create(_folder);
        await MakeRunAsync(work, "print(1)\n", "print(2)\n");
        GitHubOfTests github = await StartAsync(work);
        await SucceedAsync(github, work, "pr", "last", "--node", "1");
        TestGit.Run(_folder.Path, "clone", "--quiet", "--branch", "agentide/diamonds-1", github.Folder, "others");
        _folder.Write("others/note.txt", "note\n");
        string theirs = TestGit.Commit(_folder["others"], "A note.");
        string pushing = github.Git("git-receive-pack");
        await github.HoldAsync(pushing);
        Task<Ended> meanwhile = RunAsync(github, work, "pr", "last", "--node", "2");
        await github.HeldAsync(pushing);
        TestGit.Run(_folder["others"], "push", "--quiet", github.Folder, "HEAD:agentide/diamonds-1");
        await github.ReleaseAsync(pushing);
        Ended late = await meanwhile;
        (late.ExitCode, late.Output.Split(' ')[0]).ShouldBe((0, "updated"), late.Errors);
        TestGit.Run(github.Folder, "rev-parse", "agentide/diamonds-1~1").ShouldBe(theirs);
        (await SucceedAsync(github, work, "pr", "last", "--node", "2")).ShouldStartWith("unchanged ");
        TestGit.Run(github.Folder, "log", "--format=%s", "main..agentide/diamonds-1").ShouldBe("improve: Better.\nA note.\ndraft: Begin.");
        (await github.SeeAsync()).Pulls.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_of_a_hostile_workspace_fires()
    {
        HostileRepository hostile = new(_folder);
        string main = TestGit.Run(hostile.Path, "rev-parse", "main");
        hostile.Fire().ShouldContain("fsmonitor");
        await MakeRunAsync(hostile.Path, "print(1)\r\n", "print('$Id$')\r\n");
        string[] before = hostile.Files();
        TestGit.Run(_folder.Path, "init", "--quiet", "--bare", "clean.git");
        TestGit.Run(_folder["clean.git"], "fetch", "--quiet", $"file://{hostile.Path}", $"{main}:refs/heads/main");
        IReadOnlyList<string> ran = hostile.Fired;
        GitHubOfTests github = await StartAsync(_folder["clean.git"]);
        await SucceedAsync(github, hostile.Path, "pr", "last", "--dry-run");
        await SucceedAsync(github, hostile.Path, "pr", "last");
        (await SucceedAsync(github, hostile.Path, "pr", "last")).ShouldStartWith("unchanged ");
        hostile.Fired.ShouldBe(ran);
        hostile.Files().ShouldBe(before);
        TestGit.Run(github.Folder, "show", $"agentide/diamonds-1:{Solution}").ShouldBe("print('$Id$')");
    }

    [Fact]
    public async Task The_token_is_in_no_process_but_those_that_speak_to_the_server()
    {
        string work = TestGit.Create(_folder);
        await MakeRunAsync(work, "print(1)\n", "print(2)\n");
        GitHubOfTests github = await StartAsync(work);
        string log = _folder["git.log"], git = TestGit.Run(work, "--exec-path") + "/git";
        string wrapper = _folder.Write("bin/git", $"#!/bin/sh\necho \"$1 $(env | grep -c '{github.Token}')\" >> '{log}'\nexec {git} \"$@\"\n");
        File.SetUnixFileMode(wrapper, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string pushing = github.Git("git-receive-pack");
        await github.HoldAsync(pushing);
        Dictionary<string, string> environment = Variables(github);
        environment["PATH"] = $"{_folder["bin"]}:{environment["PATH"]}";
        using Process process = Program.Start(work, environment, "pr", "last", "--repo", github.Name);
        await github.HeldAsync(pushing);
        Having("cmdline", github.Token).ShouldBeEmpty();
        string[] holders = Having("environ", github.Token);
        holders.ShouldContain("git");
        holders.ShouldAllBe(name => name == "dotnet" || name == "agentide" || name == "git" || name.StartsWith("git-remote-http", StringComparison.Ordinal), string.Join(' ', holders));
        await github.ReleaseAsync(pushing);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        string[][] commands = [.. (await File.ReadAllLinesAsync(log)).Select(line => line.Split(' '))];
        commands.Where(command => command[1] != "0").Select(command => command[0]).Distinct().ShouldBe(["ls-remote", "push"], ignoreOrder: true);
        commands.Select(command => command[0]).ShouldContain("commit-tree");
    }

    [Fact]
    public async Task No_token_reaches_a_runner_or_a_program_that_it_starts()
    {
        const string canary = "canaryAb3dEf6hIj9";
        string engineer = _folder.Write("bin/engineer", $"#!/bin/sh\nenv > '{_folder["own"]}'\ntr '\\0' '\\n' < /proc/$PPID/environ > '{_folder["runner"]}'\n");
        File.SetUnixFileMode(engineer, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string[] names = ["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "AGENTIDE_GIT_TOKEN"];
        Dictionary<string, string> environment = names.ToDictionary(name => name, _ => canary);
        environment["KEPT"] = "kept";
        await Program.RunWithAsync(_folder.Path, environment, "run", SmallTask.Create(_folder["task"]), "--engineer", $"command:{engineer}", "--nodes", "1");
        foreach (string place in (string[])["own", "runner"])
        {
            string seen = await File.ReadAllTextAsync(_folder[place]);
            seen.ShouldContain("KEPT=kept\n");
            seen.ShouldNotContain(canary);
        }
    }

    [Fact]
    public async Task A_token_that_was_written_down_would_be_found()
    {
        string work = TestGit.Create(_folder);
        await MakeRunAsync(work, "print(1)\n", "print(2)\n");
        GitHubOfTests github = await StartAsync(work);
        Sweep(github);
        string leak = _folder.Write("tmp/leak", $"Authorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"x-access-token:{github.Token}"))}\n");
        Should.Throw<ShouldAssertException>(() => Sweep(github)).Message.ShouldContain(leak);
        File.Delete(leak);
    }

    /// <summary>The names of the processes whose arguments or environment hold a text.</summary>
    private static string[] Having(string what, string text)
    {
        List<string> found = [];
        foreach (string process in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(process, what)).Contains(text, StringComparison.Ordinal))
                {
                    found.Add(File.ReadAllText(Path.Combine(process, "comm")).Trim());
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is somebody else's.
            }
        }

        return [.. found];
    }

    private async Task<GitHubOfTests> StartAsync(string from)
    {
        GitHubOfTests github = await GitHubOfTests.StartAsync(from);
        _githubs.Add(github);
        return github;
    }

    /// <summary>A draft and an improvement, which is chosen, and another draft.</summary>
    private static async Task MakeRunAsync(string work, string first, string second, string? other = null, IssueSource? issue = null)
    {
        using SqliteRunStore store = new(work, TimeProvider.System);
        await using ScriptedRun run = await ScriptedRun.StartAsync(store, issue: issue);
        await run.AddValidAsync(Operator.Draft, null, "Begin.", first, 0.1);
        await run.AddValidAsync(Operator.Improve, 1, "Better.", second, 0.09);
        if (other is not null)
        {
            await run.AddValidAsync(Operator.Draft, null, "Begin anew.", other, 0.12);
        }

        await run.FinishAsync();
    }

    private async Task<string> SucceedAsync(GitHubOfTests github, string work, params string[] arguments)
    {
        Ended ended = await RunAsync(github, work, arguments);
        ended.ExitCode.ShouldBe(0, ended.Errors);
        return ended.Output;
    }

    private async Task<Ended> RunAsync(GitHubOfTests github, string work, params string[] arguments)
    {
        Ended ended = await Program.RunWithAsync(work, Variables(github), [.. arguments, "--repo", github.Name]);
        _said.Enqueue(ended.Output + ended.Errors);
        return ended;
    }

    /// <summary>With a person's wish that git write down what it does, which would write the token down.</summary>
    private Dictionary<string, string> Variables(GitHubOfTests github) => new()
    {
        ["GH_ENTERPRISE_TOKEN"] = github.Token,
        ["GH_TOKEN"] = "",
        ["GITHUB_TOKEN"] = "",
        ["TMPDIR"] = _folder["tmp"],
        ["HOME"] = _folder["home"],
        ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
        ["GIT_TRACE"] = _folder["trace"],
        ["GIT_TRACE_CURL"] = _folder["trace"],
        ["GIT_TRACE_REDACT"] = "0",
        ["GIT_CURL_VERBOSE"] = "1",
    };

    /// <summary>Looks for the token, plain and as git sends it, in all that was written and said.</summary>
    private void Sweep(GitHubOfTests github)
    {
        string[] forms = [github.Token, Convert.ToBase64String(Encoding.ASCII.GetBytes($"x-access-token:{github.Token}"))];
        byte[][] sought = [.. forms.Select(Encoding.ASCII.GetBytes)];
        string[] files = [.. new[] { _folder.Path, github.Folder }.SelectMany(folder => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)).Where(file => file.LinkTarget is null && file.Length > 0).Select(file => file.FullName)];
        files.ShouldContain(file => file.Contains("/.agentide/", StringComparison.Ordinal));
        foreach (string file in files.Where(file => file != _folder["bin", "git"]))
        {
            byte[] bytes = File.ReadAllBytes(file);
            Array.ForEach(sought, form => bytes.AsSpan().IndexOf(form).ShouldBe(-1, file));
        }

        foreach (string said in _said)
        {
            forms.ShouldAllBe(form => !said.Contains(form, StringComparison.Ordinal), said);
        }
    }
}
