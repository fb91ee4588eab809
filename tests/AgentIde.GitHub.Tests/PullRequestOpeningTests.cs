using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AgentIde.Core.PullRequests;
using AgentIde.GitHub.Git;
using AgentIde.Testing;

namespace AgentIde.GitHub.Tests;

/// <summary>Whole journeys: Octokit against a GitHub with a memory, git against its own server, a clone that looks.</summary>
public sealed class PullRequestOpeningTests : IDisposable
{
    private const string Solution = "tasks/diamonds/solution.py";
    private const string Branch = "agentide/diamonds-1";
    private const string Marker = "<!-- agentide:run diamonds-1 0123abcd -->";
    private const string Canary = "ghp_canaryCANARYcanary0123456789abcd";

    private readonly TemporaryFolder _folder = new();
    private readonly GitServer _server;
    private readonly FakeGitHub _github;
    private readonly HastyTime _time = new();
    private readonly string _work;

    public PullRequestOpeningTests()
    {
        _work = TestGit.Create(_folder);
        Directory.CreateDirectory(_folder["served", "ann"]);
        TestGit.Run(_folder.Path, "clone", "--quiet", "--bare", _work, Served);
        _server = new GitServer(_folder["served"], Canary);
        _github = new FakeGitHub(_server, Served);
    }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_first_time_it_is_opened_then_it_is_left_as_it_is()
    {
        OpenedPullRequest one = await OpenAsync("a = 1\n", "a = 2\n");
        (one.Number, one.State, one.Base, one.Address.AbsoluteUri).ShouldBe((1, OpeningState.Created, "main", "https://github.example/ann/gems/pull/1"));
        JsonObject pull = _github.Pulls.ShouldHaveSingleItem();
        (pull["draft"]!.GetValue<bool>(), pull["title"]!.GetValue<string>(), pull["head"]!["ref"]!.GetValue<string>()).ShouldBe((true, "Solution of diamonds", Branch));
        pull["body"]!.GetValue<string>().ShouldContain(Marker);
        TestGit.Run(Served, "rev-parse", Branch).ShouldBe(one.Branch.Head);

        OpenedPullRequest other = await OpenAsync("a = 1\n", "a = 2\n");
        (other.Number, other.State, other.Branch.Head).ShouldBe((1, OpeningState.Unchanged, one.Branch.Head));
        _github.Changes.ShouldBe(["POST /repos/ann/gems/pulls"]);
        _server.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal) && request.Contains("receive-pack", StringComparison.Ordinal)).ShouldBe(1);
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
        _github.Pulls.ShouldHaveSingleItem()["body"]!.GetValue<string>().ShouldContain("More of it.");
        TestGit.Run(_folder.Path, "clone", "--quiet", "--branch", Branch, Served, "fresh");
        TestGit.Run(_folder["fresh"], "merge-base", "origin/main", "HEAD").ShouldBe(one.Branch.Base);
        (await File.ReadAllTextAsync(_folder["fresh", "tasks", "diamonds", "solution.py"])).ShouldBe("a = 2\n");
    }

    [Fact]
    public async Task Broken_off_between_push_and_opening_it_is_opened_the_next_time()
    {
        _github.Instead = request => request.HttpMethod == "POST" ? (502, """{"message":"Server Error"}""") : null;
        (await RefusalAsync("a = 1\n")).ShouldBe("GitHub answered 502: Server Error");
        string pushed = TestGit.Run(Served, "rev-parse", Branch);
        _github.Instead = null;
        OpenedPullRequest opened = await OpenAsync("a = 1\n");
        (opened.State, opened.Branch.Head).ShouldBe((OpeningState.Created, pushed));
        _github.Pulls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Two_at_once_open_one()
    {
        _github.Instead = request =>
        {
            if (request.HttpMethod == "POST")
            {
                _github.Instead = null;
                _github.Add(Branch, "main", "Solution of diamonds", $"By another process.\n\n{Marker}\n", true);
            }

            return null;
        };
        OpenedPullRequest opened = await OpenAsync("a = 1\n");
        (opened.Number, opened.State, _github.Pulls.Count).ShouldBe((1, OpeningState.Updated, 1));
    }

    [Fact]
    public async Task Pull_requests_of_others_and_those_that_a_person_ended_are_left_alone()
    {
        JsonObject foreign = _github.Add(Branch, "main", "Mine", "By hand.", false);
        (await RefusalAsync("a = 1\n")).ShouldBe($"https://github.example/ann/gems/pull/1 comes from the branch {Branch} and is not of this run: it is left alone. Close it, or delete the branch, and try again.");
        TestGit.Try(Served, null, "rev-parse", "--verify", $"refs/heads/{Branch}").ExitCode.ShouldNotBe(0);
        foreign["body"] = Marker;
        foreign["state"] = "closed";
        (await RefusalAsync("a = 1\n")).ShouldBe("https://github.example/ann/gems/pull/1 is this run's pull request, and was closed: reopen it to go on with it.");
        foreign["merged_at"] = "2026-05-01T12:00:00Z";
        (await RefusalAsync("a = 1\n")).ShouldBe("https://github.example/ann/gems/pull/1 is this run's pull request, and was merged: start another run to go on with it.");
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
        (await RefusalAsync("a = 1\n", "a = 2\n", "a = 3\n", "a = 4\n")).ShouldBe($"Somebody changed {Solution} on the branch of this run's pull request (up to {theirs[..8]}): that is kept, and nothing was pushed.");
        TestGit.Run(Served, "rev-parse", Branch).ShouldBe(theirs);

        string Push(string message)
        {
            string commit = TestGit.Commit(_folder["others"], message);
            TestGit.Run(_folder["others"], "push", "--quiet", Served, $"HEAD:{Branch}");
            return commit;
        }
    }

    [Fact]
    public async Task A_run_that_went_another_way_overwrites_nothing()
    {
        OpenedPullRequest one = await OpenAsync("a = 1\n", "a = 2\n", "a = 3\n");
        PullRequest other = new(2, Branch, "Solution of diamonds", Marker, Marker, []);
        StepCode[] steps = Steps.Of("a = 1\n", "b = 2\n");
        steps[1] = steps[1] with { Step = steps[1].Step with { Message = "another way\n" } };
        GitHubException refused = await Should.ThrowAsync<GitHubException>(() => new PullRequestOpening(RepositoryName.Parse($"{_server.Address.Authority}/ann/gems")!, new Token(Canary), _time)
            .OpenAsync(WorkspaceRepository.Find(Path.Combine(_work, Solution)), Solution, other, [.. steps], null, isDraft: true, CancellationToken.None));
        refused.Message.ShouldBe($"The branch {Branch} holds commits there that ours don't come from (up to {one.Branch.Head[..8]}): they are kept, and nothing was pushed. Merge or delete the branch, and try again.");
        TestGit.Run(Served, "rev-parse", Branch).ShouldBe(one.Branch.Head);
    }

    [Theory]
    [InlineData(401, "{}", "GitHub did not take the token: it may have expired, or have been revoked.")]
    [InlineData(403, """{"message":"Resource not accessible by personal access token"}""", "The token may not open pull requests in 127.0.0.1:PORT/ann/gems: it needs the permissions to write contents and pull requests (Resource not accessible by personal access token).")]
    [InlineData(403, """{"message":"Repository was archived so is read-only."}""", "127.0.0.1:PORT/ann/gems is archived and takes no changes")]
    [InlineData(403, """{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}""", "GitHub takes no more requests of this token for a while")]
    [InlineData(404, """{"message":"Not Found"}""", "There is no repository 127.0.0.1:PORT/ann/gems there, or the token may not see it.")]
    [InlineData(422, """{"message":"Validation Failed","errors":[{"message":"Draft pull requests are not supported in this repository."}]}""", "This repository has no draft pull requests: open it with --ready.")]
    [InlineData(422, """{"message":"Validation Failed","errors":[{"message":"No commits between main and x"}]}""", "GitHub did not take the pull request: Validation Failed; No commits between main and x")]
    public async Task A_refusal_is_one_message(int status, string json, string says)
    {
        _github.Instead = _ => (status, json);
        (await RefusalAsync("a = 1\n")).ShouldStartWith(says.Replace("PORT", _server.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
        _github.Changes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Limits_of_requests_are_waited_out_as_long_as_they_are_short()
    {
        int refused = 0;
        _github.Headers["Retry-After"] = "20";
        _github.Instead = request => refused++ < 2 ? (403, """{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}""") : null;
        (await OpenAsync("a = 1\n")).State.ShouldBe(OpeningState.Created);
        _time.Waited.ShouldBe([TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20)]);
        _github.Pulls.Count.ShouldBe(1);

        _github.Instead = _ => (403, """{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}""");
        (await RefusalAsync("a = 1\n")).ShouldBe("GitHub takes no more requests of this token for a while: try again in a few minutes.");
        _time.Waited.Count.ShouldBe(2 + 15);
    }

    [Fact]
    public async Task What_the_repository_says_of_itself_is_heeded_before_anything_is_pushed()
    {
        _github.Repository["archived"] = true;
        (await RefusalAsync("a = 1\n")).ShouldContain("is archived and takes no changes: fork it");
        _github.Repository["archived"] = false;
        _github.Repository["permissions"]!["push"] = false;
        (await RefusalAsync("a = 1\n")).ShouldStartWith("You may not push to ");
        _github.Repository["permissions"]!["push"] = true;
        (await RefusalAsync(["a = 1\n"], "", "nowhere")).ShouldStartWith("There is no branch 'nowhere' at ");
        _github.Headers["X-OAuth-Scopes"] = "gist";
        _github.Instead = _ => (404, """{"message":"Not Found"}""");
        (await RefusalAsync("a = 1\n")).ShouldEndWith("or the token may not see it (its scopes are: gist; 'repo' is needed).");
        _github.Headers["X-RateLimit-Remaining"] = "0";
        _github.Headers["X-RateLimit-Limit"] = "60";
        _github.Headers["X-RateLimit-Reset"] = "1900000000";
        _github.Instead = _ => (403, """{"message":"API rate limit exceeded for user ID 1."}""");
        (await RefusalAsync("a = 1\n")).ShouldBe("GitHub takes no more requests of this token before 17:46 UTC: try again then.");
        TestGit.Run(Served, "branch", "--list").ShouldBe("* main");
    }

    [Fact]
    public async Task A_text_too_long_for_GitHub_would_be_refused_and_ours_never_is()
    {
        (await RefusalAsync(["a = 1\n"], new string('x', PullRequest.MaximumBody))).ShouldContain("body is too long");
        (await OpenAsync(["a = 1\n"], new string('x', PullRequest.MaximumBody - Marker.Length - 4))).State.ShouldBe(OpeningState.Created);
    }

    private string Served => _folder["served", "ann", "gems.git"];

    private Task<OpenedPullRequest> OpenAsync(params string[] codes) => OpenAsync(codes, "The evidence.");

    private Task<OpenedPullRequest> OpenAsync(string[] codes, string text, string? goal = null)
    {
        StepCode[] steps = Steps.Of(codes);
        PullRequest pull = new(codes.Length, Branch, "Solution of diamonds", $"{text}\n\n{Marker}\n", Marker, [.. steps.Select(step => step.Step)]);
        RepositoryName repository = RepositoryName.Parse($"{_server.Address.Authority}/ann/gems")!;
        return new PullRequestOpening(repository, new Token(Canary), _time).OpenAsync(WorkspaceRepository.Find(Path.Combine(_work, Solution)), Solution, pull, [.. steps], goal, isDraft: true, CancellationToken.None);
    }

    private Task<string> RefusalAsync(params string[] codes) => RefusalAsync(codes, "The evidence.");

    private async Task<string> RefusalAsync(string[] codes, string text, string? goal = null)
    {
        GitHubException refused = await Should.ThrowAsync<GitHubException>(() => OpenAsync(codes, text, goal));
        refused.ToString().ShouldNotContain(Canary);
        return refused.Message;
    }
}
