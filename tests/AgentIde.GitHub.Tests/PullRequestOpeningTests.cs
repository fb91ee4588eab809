using System.Collections.Immutable;
using AgentIde.Core.PullRequests;
using AgentIde.GitHub.Git;
using AgentIde.Testing;
using static AgentIde.GitHub.Tests.Proposed;

namespace AgentIde.GitHub.Tests;

/// <summary>Octokit and git against a GitHub with a memory, whose API its own description checks; a clone that looks.</summary>
public sealed class PullRequestOpeningTests : IAsyncLifetime
{
    private const string SecondaryLimit = """{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}""";

    private static readonly bool IsTorture = Environment.GetEnvironmentVariable("AGENTIDE_TORTURE") == "1";

    private readonly TemporaryFolder _folder = new();
    private readonly HastyTime _time = new();
    private readonly string _work;
    private GitHubOfTests _github = null!;

    public PullRequestOpeningTests() => _work = TestGit.Create(_folder);

    public async ValueTask InitializeAsync() => _github = await GitHubOfTests.StartAsync(_work);

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await _github.DisposeAsync();
    }

    [Fact]
    public async Task The_first_time_it_is_opened_then_it_is_left_as_it_is()
    {
        OpenedPullRequest one = await OpenAsync("a = 1\n", "a = 2\n");
        (one.Number, one.State, one.Base, one.Address.AbsoluteUri).ShouldBe((1, OpeningState.Created, "main", PullAddress));
        SeenPull pull = (await _github.SeeAsync()).Pulls.ShouldHaveSingleItem();
        (pull.IsDraft, pull.Title, pull.Head).ShouldBe((true, "Solution of diamonds", $"{_github.Owner}:{Branch}"));
        pull.Body.ShouldContain(Marker);
        TestGit.Run(Served, "rev-parse", Branch).ShouldBe(one.Branch.Head);

        OpenedPullRequest other = await OpenAsync("a = 1\n", "a = 2\n");
        (other.Number, other.State, other.Branch.Head).ShouldBe((1, OpeningState.Unchanged, one.Branch.Head));
        GitHubState state = await _github.SeeAsync();
        state.Changes.ShouldBe([$"POST /repos/{_github.Repository}/pulls"]);
        state.Pushes.ShouldBe(1);
        TestGit.Run(_work, "status", "--porcelain").ShouldBe("");
        TestGit.Run(_work, "branch", "--all").ShouldBe("* main");
    }

    [Fact]
    public async Task A_run_that_went_on_moves_the_branch_on_wherever_the_base_has_gone()
    {
        OpenedPullRequest one = await OpenAsync("a = 1\n");
        _folder.Write("work/new.txt", "new\n");
        TestGit.Commit(_work, "Elsewhere.");
        TestGit.Run(_work, "push", "--quiet", Served, "main");
        (await OpenAsync("a = 1\n")).State.ShouldBe(OpeningState.Unchanged);
        OpenedPullRequest two = await OpenAsync(["a = 1\n", "a = 2\n"], "More of it.");
        (two.Number, two.State).ShouldBe((1, OpeningState.Updated));
        two.Branch.Commits.Select(commit => commit.Sha).ShouldBe([one.Branch.Head, two.Branch.Head]);
        (await _github.SeeAsync()).Pulls.ShouldHaveSingleItem().Body.ShouldContain("More of it.");
        TestGit.Run(_folder.Path, "clone", "--quiet", "--branch", Branch, Served, "fresh");
        TestGit.Run(_folder["fresh"], "merge-base", "origin/main", "HEAD").ShouldBe(one.Branch.Base);
        (await File.ReadAllTextAsync(_folder["fresh", "tasks", "diamonds", "solution.py"])).ShouldBe("a = 2\n");
    }

    [Fact]
    public async Task Broken_off_between_push_and_opening_it_is_opened_the_next_time()
    {
        await _github.FailAsync(_github.Api("/pulls"), 502, """{"message":"Server Error"}""", "POST");
        (await RefusalAsync("a = 1\n")).ShouldBe("GitHub answered 502 (Server Error): try again in a few minutes.");
        string pushed = TestGit.Run(Served, "rev-parse", Branch);
        OpenedPullRequest opened = await OpenAsync("a = 1\n");
        (opened.State, opened.Branch.Head).ShouldBe((OpeningState.Created, pushed));
        (await _github.SeeAsync()).Pulls.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_connection_that_ends_at_any_request_is_told_and_the_next_time_comes_to_the_same()
    {
        OpenedPullRequest whole = await OpenAsync("a = 1\n", "a = 2\n");
        ImmutableArray<SeenRequest> requests = (await _github.SeeAsync()).Requests;
        int opening = requests.ToList().FindIndex(request => request.Method == "POST" && request.Path.EndsWith("/pulls", StringComparison.Ordinal));
        foreach (int request in IsTorture ? Enumerable.Range(0, requests.Length) : [0, opening - 1, opening])
        {
            await using GitHubOfTests github = await GitHubOfTests.StartAsync(_work);
            await github.DropAsync(github.Any, skip: request);
            // Git asks a second time by itself.
            Exception? broken = await Record.ExceptionAsync(() => OpenAsync(["a = 1\n", "a = 2\n"], "The evidence.", github: github));
            (broken is null || (broken is GitHubException && !broken.Message.Contains('\n', StringComparison.Ordinal))).ShouldBeTrue(broken?.ToString());
            (broken?.ToString() ?? "").ShouldNotContain(github.Token);
            OpenedPullRequest again = await OpenAsync(["a = 1\n", "a = 2\n"], "The evidence.", github: github);
            (again.Branch.Head, (await github.SeeAsync()).Pulls.Length).ShouldBe((whole.Branch.Head, 1), $"request {request}: {broken?.Message}");
            TestGit.Run(github.Folder, "rev-parse", Branch).ShouldBe(whole.Branch.Head);
        }
    }

    [Fact]
    public async Task Two_at_once_open_one()
    {
        string opening = _github.Api("/pulls");
        await _github.HoldAsync(opening, method: "POST");
        Task<OpenedPullRequest> one = OpenAsync("a = 1\n");
        await _github.HeldAsync(opening);
        await _github.AddPullAsync(Branch, "Solution of diamonds", $"By another process.\n\n{Marker}\n", isDraft: true);
        await _github.ReleaseAsync(opening);
        OpenedPullRequest opened = await one;
        (opened.Number, opened.State, (await _github.SeeAsync()).Pulls.Length).ShouldBe((1, OpeningState.Updated, 1));
    }

    [Fact]
    public async Task Pull_requests_of_others_and_those_that_a_person_ended_are_left_alone()
    {
        string theirs = TestGit.Commit(_work, "Mine.");
        TestGit.Run(_work, "push", "--quiet", Served, $"{theirs}:refs/heads/{Branch}");
        int foreign = await _github.AddPullAsync(Branch, "Mine", "By hand.");
        (await RefusalAsync("a = 1\n")).ShouldBe($"{PullAddress} comes from the branch {Branch}, and its text has no mark of a run: it is left alone. Where it is this run's and somebody took the mark out, write {Marker} into it again; else close it, and try again.");
        await _github.ChangePullAsync(foreign, new() { ["body"] = Marker, ["state"] = "closed" });
        (await RefusalAsync("a = 1\n")).ShouldBe($"{PullAddress} is this run's pull request, and was closed: reopen it to go on with it.");
        await _github.ChangePullAsync(foreign, new() { ["mergedAt"] = "2026-05-01T12:00:00Z" });
        (await RefusalAsync("a = 1\n")).ShouldBe($"{PullAddress} is this run's pull request, and was merged: start another run to go on with it.");
        (TestGit.Run(Served, "rev-parse", Branch), (await _github.SeeAsync()).Changes.Count()).ShouldBe((theirs, 0));
    }

    [Fact]
    public async Task A_run_that_went_on_builds_on_the_commits_of_others()
    {
        OpenedPullRequest one = await OpenAsync("a = 1\n");
        TestGit.Run(_folder.Path, "clone", "--quiet", "--branch", Branch, Served, "others");
        _folder.Write("others/note.txt", "note\n");
        string theirs = Push("A note.");
        OpenedPullRequest same = await OpenAsync("a = 1\n");
        (same.State, same.Branch.Head, same.Branch.Base).ShouldBe((OpeningState.Unchanged, theirs, one.Branch.Base));
        OpenedPullRequest two = await OpenAsync("a = 1\n", "a = 2\n");
        (two.State, two.Branch.Commits.Select(commit => commit.Node).ToArray().Length, two.Branch.Commits[0].Sha).ShouldBe((OpeningState.Updated, 2, one.Branch.Head));
        TestGit.Run(Served, "log", "--first-parent", "--format=%s", $"main..{Branch}").ShouldBe("step 2\nA note.\nstep 1");
        two.Branch.Diff.ShouldNotContain("note");
        (await OpenAsync("a = 1\n", "a = 2\n")).State.ShouldBe(OpeningState.Unchanged);
        OpenedPullRequest three = await OpenAsync("a = 1\n", "a = 2\n", "a = 3\n");
        TestGit.Run(Served, "rev-parse", $"{Branch}~1").ShouldBe(two.Branch.Head);
        three.Branch.Commits.Length.ShouldBe(3);

        TestGit.Run(_folder["others"], "pull", "--quiet", "--ff-only", Served, Branch);
        _folder.Write($"others/{Solution}", "a = 'mine'\n");
        theirs = Push("By hand.");
        string refused = await RefusalAsync("a = 1\n", "a = 2\n", "a = 3\n", "a = 4\n");
        refused.ShouldStartWith($"Somebody changed {Solution} on the branch {Branch} of this run's pull request (up to {theirs[..8]}): that is kept, and nothing was pushed. To go on, ");
        TestGit.Run(Served, "rev-parse", Branch).ShouldBe(theirs);

        // What it says to do is done as it is written, in the workspace; the served repository is spoken to by its folder, without a token.
        string address = $"{_github.Address}{_github.Repository}.git";
        string[] commands = [.. new[] { refused.Split("after theirs: ")[1].Split("; then")[0], $"git {refused.Split(": git ")[1].Split(" && agentide")[0]}" }.Select(command => command.Replace(address, Served, StringComparison.Ordinal))];
        _folder.Write($"work/{Solution}", "a = 'of no commit'\n");
        TestGit.Run(_work, "config", "user.name", "Ann");
        TestGit.Run(_work, "config", "user.email", "ann@example.org");
        foreach (string command in commands)
        {
            using System.Diagnostics.Process shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-ec", $"exec > /dev/null 2>&1; {command}"]) { WorkingDirectory = _work })!;
            await shell.WaitForExitAsync();
            shell.ExitCode.ShouldBe(0, command);
        }

        (await File.ReadAllTextAsync(_folder["work", "theirs.py"])).ShouldBe("a = 'mine'\n");
        refused.ShouldEndWith(" && agentide branch diamonds-1 3 --code theirs.py.");
        OpenedPullRequest four = await OpenAsync("a = 1\n", "a = 2\n", "a = 3\n", "a = 4\n");
        TestGit.Run(Served, "log", "-3", "--first-parent", "--format=%s", Branch).ShouldBe("step 4\nback: to the run\nBy hand.");
        (four.State, TestGit.Run(Served, "show", $"{Branch}:{Solution}"), await File.ReadAllTextAsync(Path.Combine(_work, Solution))).ShouldBe((OpeningState.Updated, "a = 4", "a = 'of no commit'\n"));

        string Push(string message)
        {
            string commit = TestGit.Commit(_folder["others"], message);
            TestGit.Run(_folder["others"], "push", "--quiet", Served, $"HEAD:{Branch}");
            return commit;
        }
    }

    [Fact]
    public async Task A_branch_that_is_pushed_to_again_and_again_is_looked_at_three_times()
    {
        string hook = Path.Combine(Served, "hooks", "update");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        await File.WriteAllTextAsync(hook, "#!/bin/sh\necho 'error: cannot lock ref' >&2\nexit 1\n");
        File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        (await RefusalAsync("a = 1\n")).ShouldBe("Somebody pushed to the branch meanwhile: nothing was overwritten. Try again.");
        ((await _github.SeeAsync()).Pushes, TestGit.Run(Served, "branch", "--list")).ShouldBe((3, "* main"));
    }

    [Fact]
    public async Task A_repository_of_another_history_is_told_before_anything_is_pushed()
    {
        string other = _folder["other"];
        _folder.Write("other/theirs.txt", "theirs\n");
        TestGit.Run(other, "init", "--quiet", "--initial-branch=main");
        TestGit.Run(other, "add", ".");
        TestGit.Commit(other, "Of another project.");
        await using GitHubOfTests github = await GitHubOfTests.StartAsync(other);
        GitHubException refused = await Should.ThrowAsync<GitHubException>(() => OpenAsync(["a = 1\n"], "The evidence.", github: github));
        refused.Message.ShouldBe($"{github.Name} has another history than {_work}: its branch 'main' shares no commit with what is checked out here, and nothing was pushed. Name the repository that this one comes from with --repo (origin is ann/gems).");
        ((await github.SeeAsync()).Pushes, TestGit.Run(github.Folder, "branch", "--list")).ShouldBe((0, "* main"));
    }

    [Fact]
    public async Task A_run_that_went_another_way_overwrites_nothing_and_its_branch_says_where_it_turns()
    {
        StepCode[] one = Steps.Of("a = 1\n", "a = 2\n", "a = 3\n");
        StepCode[] sibling = [one[0], Steps.Of(7, "b = 2\n", "another way")];
        StepCode[] other = [Steps.Of(4, "c = 1\n", "another draft"), Steps.Of(8, "c = 2\n", "its child")];
        OpenedPullRequest first = await ProposeAsync(one, OpeningState.Created, "step 3\nstep 2\nstep 1");

        // Another child of an ancestor: back to that, and on from there.
        OpenedPullRequest opened = await ProposeAsync(sibling, OpeningState.Updated, "another way\nback: from node 3 to node 1\nstep 3\nstep 2\nstep 1");
        TestGit.Run(Served, "show", $"{Branch}~1:{Solution}").ShouldBe("a = 1");
        (opened.Branch.Base, TestGit.Run(Served, "rev-parse", $"{Branch}~2")).ShouldBe((first.Branch.Base, first.Branch.Head));
        TestGit.Run(Served, "log", "-1", "--format=%B", $"{Branch}~1").ShouldBe("back: from node 3 to node 1\n\nWhat is proposed has moved from node 3 to node 7. This commit restores\nthe code of node 1, which this branch held before and from which the\nnext one goes on.\n\nNode 1 of the run diamonds-1 (0123abcd), written by a machine.");

        // What somebody else pushed stays where the run goes over to another draft, of which nothing is there.
        TestGit.Run(_folder.Path, "clone", "--quiet", "--branch", Branch, Served, "others");
        _folder.Write("others/note.txt", "note\n");
        string theirs = TestGit.Commit(_folder["others"], "A note.");
        TestGit.Run(_folder["others"], "push", "--quiet", Served, $"HEAD:{Branch}");
        opened = await ProposeAsync(other, OpeningState.Updated, "its child\nanother draft\nA note.\nanother way\nback: from node 3 to node 1\nstep 3\nstep 2\nstep 1");
        (opened.Branch.Base, TestGit.Run(Served, "rev-parse", $"{Branch}~2"), TestGit.Run(Served, "show", $"{Branch}:note.txt")).ShouldBe((first.Branch.Base, theirs, "note"));
        TestGit.Run(Served, "log", "-1", "--format=%B", $"{Branch}~1").ShouldEndWith("\n\nWhat is proposed has moved from node 7 to node 8. This step does not\ncome from the one before it, and replaces its code.\n\nNode 4 of the run diamonds-1 (0123abcd), written by a machine.");
        opened.Branch.Names.Select(name => name.Node).ShouldBe([1, 2, 3, 1, 7, 4, 8]);

        // And back to where it was, which is one commit.
        await ProposeAsync(one, OpeningState.Updated, "back: from node 8 to node 3\nits child\nanother draft\nA note.\nanother way\nback: from node 3 to node 1\nstep 3\nstep 2\nstep 1");
        TestGit.Run(_folder["others"], "pull", "--quiet", "--ff-only", Served, Branch);
        (await File.ReadAllTextAsync(_folder["others", "tasks", "diamonds", "solution.py"])).ShouldBe("a = 3\n");

        // A branch of another run of that name is none of ours.
        StepCode[] strange = [.. other.Select(step => step with { Step = step.Step with { Message = step.Step.Message.Replace("0123abcd", "89abcdef", StringComparison.Ordinal) } })];
        (await Should.ThrowAsync<GitHubException>(() => SayAsync(strange))).Message.ShouldContain(" holds commits there that ours don't come from ");

        async Task<OpenedPullRequest> ProposeAsync(StepCode[] steps, OpeningState state, string log)
        {
            OpenedPullRequest proposed = await SayAsync(steps);
            proposed.State.ShouldBe(state);
            TestGit.Run(Served, "log", "--first-parent", "--format=%s", $"main..{Branch}").ShouldBe(log);
            TestGit.Run(Served, "show", $"{Branch}:{Solution}").ShouldBe(System.Text.Encoding.UTF8.GetString(steps[^1].Bytes.Span).TrimEnd());
            // The second time there is nothing to do.
            OpenedPullRequest again = await SayAsync(steps);
            (again.State, again.Branch.Head).ShouldBe((OpeningState.Unchanged, proposed.Branch.Head));
            return proposed;
        }

        Task<OpenedPullRequest> SayAsync(StepCode[] steps) => new PullRequestOpening(RepositoryName.Parse(_github.Name)!, new Token(_github.Token), _time)
            .OpenAsync(WorkspaceRepository.Find(Path.Combine(_work, Solution)), Solution, Proposed.Of(steps), [.. steps], null, isDraft: true, CancellationToken.None);
    }

    [Theory]
    [InlineData(401, "{}", "GitHub did not take the token: it may have expired, or have been revoked.")]
    [InlineData(403, """{"message":"Resource not accessible by personal access token"}""", "The token may not open pull requests in NAME (its scopes are: repo): it needs the permissions to write contents and pull requests (Resource not accessible by personal access token).")]
    [InlineData(403, """{"message":"Repository was archived so is read-only."}""", "NAME is archived: it takes no changes and no pull requests. Ask whoever owns it to unarchive it.")]
    [InlineData(403, """{"message":"Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization."}""", "The organisation of NAME wants the token to be authorised for single sign-on first (Resource protected by ")]
    [InlineData(403, SecondaryLimit, "HOST takes no more requests of this token for a while, since they came too fast")]
    [InlineData(429, SecondaryLimit, "HOST takes no more requests of this token for a while, since they came too fast")]
    [InlineData(403, """{"message":"Forbidden"}""", "HOST takes no more requests of this token for a while", "X-RateLimit-Remaining")]
    [InlineData(404, """{"message":"Not Found"}""", "There is no repository NAME there, or the token may not see it (its scopes are: repo).")]
    [InlineData(422, """{"message":"Validation Failed","documentation_url":"","errors":[{"resource":"PullRequest","code":"custom","message":"No commits between main and x"}]}""", "GitHub did not take the pull request: Validation Failed; No commits between main and x")]
    public async Task A_refusal_is_one_message_that_knows_whether_another_token_may_help(int status, string json, string says, string? usedUp = null)
    {
        await _github.FailAsync(_github.Api("/pulls"), status, json, "POST", times: 100, headers: usedUp is null ? [("X-OAuth-Scopes", "repo")] : [("X-OAuth-Scopes", "repo"), (usedUp, "0"), ("X-RateLimit-Reset", "99999999999999")]);
        GitHubException refused = await Should.ThrowAsync<GitHubException>(() => OpenAsync("a = 1\n"));
        refused.Message.ShouldStartWith(says.Replace("NAME", _github.Name, StringComparison.Ordinal).Replace("HOST", _github.Address.Authority, StringComparison.Ordinal));
        refused.IsMissing.ShouldBe(says.Contains("token", StringComparison.Ordinal) && status is 401 or 403 && usedUp is null && json is not SecondaryLimit && !json.Contains("archived", StringComparison.Ordinal));
        (await _github.SeeAsync()).Pulls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Limits_of_requests_are_waited_out_as_long_as_they_are_short()
    {
        string tooFast = $"{_github.Address.Authority} takes no more requests of this token for a while, since they came too fast";
        List<string> told = [];
        await _github.FailAsync(_github.Api(".*"), 403, SecondaryLimit, times: 2, headers: ("Retry-After", "20"));
        (await OpenAsync(["a = 1\n"], "The evidence.", waits: new LimitWaits(told.Add))).State.ShouldBe(OpeningState.Created);
        _time.Waited.ShouldBe([TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20)]);
        string wait = $"{tooFast}: waiting 20 s, then going on.";
        told.ShouldBe([wait, wait]);
        (await _github.SeeAsync()).Pulls.Length.ShouldBe(1);

        // The patience of a command is for all of its requests together.
        LimitWaits waits = new(told.Add);
        await _github.FailAsync(_github.Api(".*"), 403, SecondaryLimit, times: 12, headers: ("Retry-After", "20"));
        (await OpenAsync(["a = 1\n"], "The evidence.", waits: waits)).State.ShouldBe(OpeningState.Unchanged);
        await _github.FailAsync(_github.Api(".*"), 403, SecondaryLimit, times: 4, headers: ("Retry-After", "20"));
        (await RefusalAsync(["a = 1\n"], "The evidence.", waits: waits)).ShouldBe($"{tooFast}. This command waits 5 minutes in all at most: try again after 12:01 UTC.");
        (_time.Waited.Count, told.Count).ShouldBe((2 + 15, 2 + 15));

        long reset = HastyTime.Now.AddSeconds(90).ToUnixTimeSeconds();
        foreach (long at in (long[])[reset, 1900000000])
        {
            await _github.FailAsync(_github.Api(""), 403, """{"message":"API rate limit exceeded for user ID 1."}""", headers: [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Limit", "60"), ("X-RateLimit-Reset", $"{at}")]);
        }

        told.Clear();
        (await RefusalAsync(["a = 1\n"], "The evidence.", waits: new LimitWaits(told.Add))).ShouldBe($"{_github.Address.Authority} takes 60 requests of this token in an hour, and these are used up. This command waits 5 minutes in all at most: try again after 17:47 UTC.");
        told.ShouldBe([$"{_github.Address.Authority} takes 60 requests of this token in an hour, and these are used up: waiting 90 s, then going on."]);
    }

    [Fact]
    public async Task What_the_repository_says_of_itself_is_heeded_before_anything_is_pushed()
    {
        await _github.ChangeAsync(new() { ["archived"] = true });
        (await RefusalAsync("a = 1\n")).ShouldContain("is archived: it takes no changes and no pull requests.");
        await _github.ChangeAsync(new() { ["archived"] = false });
        (await RefusalAsync(["a = 1\n"], "", "nowhere")).ShouldStartWith("There is no branch 'nowhere' at ");
        await _github.AddUserAsync($"bob{_github.Owner}", $"{_github.Token}bob", "gist");
        (await RefusalAsync(["a = 1\n"], "", token: $"{_github.Token}bob")).ShouldContain(" (its scopes are: gist; 'repo' is needed)");
        await _github.ChangeAsync(new() { ["private"] = true });
        (await RefusalAsync(["a = 1\n"], "", token: $"{_github.Token}bob")).ShouldEndWith("or the token may not see it (its scopes are: gist; 'repo' is needed).");
        (await RefusalAsync(["a = 1\n"], "", token: "nobody")).ShouldStartWith("GitHub did not take the token: it may have expired, or have been revoked.");
        (TestGit.Run(Served, "branch", "--list"), (await _github.SeeAsync()).Pushes).ShouldBe(("* main", 0));
    }

    [Fact]
    public async Task Where_there_are_no_drafts_it_says_how_it_goes_without()
    {
        await _github.ChangeAsync(new() { ["drafts"] = false });
        (await RefusalAsync("a = 1\n")).ShouldBe("This repository has no draft pull requests: open it with --ready.");
    }

    [Fact]
    public async Task A_text_too_long_for_GitHub_would_be_refused_and_ours_never_is()
    {
        (await RefusalAsync(["a = 1\n"], new string('x', PullRequest.MaximumBody))).ShouldContain("body is too long");
        (await OpenAsync(["a = 1\n"], new string('x', PullRequest.MaximumBody - Marker.Length - 4))).State.ShouldBe(OpeningState.Created);
    }

    private string Served => _github.Folder;

    private string PullAddress => $"{_github.Address}{_github.Repository}/pull/1";

    private Task<OpenedPullRequest> OpenAsync(params string[] codes) => OpenAsync(codes, "The evidence.");

    private Task<OpenedPullRequest> OpenAsync(string[] codes, string text, string? goal = null, string? token = null, GitHubOfTests? github = null, LimitWaits? waits = null)
    {
        StepCode[] steps = Steps.Of(codes);
        PullRequest pull = Proposed.Of(steps, text);
        return new PullRequestOpening(RepositoryName.Parse((github ?? _github).Name)!, new Token(token ?? (github ?? _github).Token), _time, waits: waits)
            .OpenAsync(WorkspaceRepository.Find(Path.Combine(_work, Solution)), Solution, pull, [.. steps], goal, isDraft: true, CancellationToken.None);
    }

    private Task<string> RefusalAsync(params string[] codes) => RefusalAsync(codes, "The evidence.");

    private async Task<string> RefusalAsync(string[] codes, string text, string? goal = null, string? token = null, LimitWaits? waits = null)
    {
        GitHubException refused = await Should.ThrowAsync<GitHubException>(() => OpenAsync(codes, text, goal, token, waits: waits));
        refused.ToString().ShouldNotContain(_github.Token);
        return refused.Message;
    }
}
