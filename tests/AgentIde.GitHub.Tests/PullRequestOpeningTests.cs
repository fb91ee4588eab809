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
    public async Task Commits_and_pull_requests_of_others_are_left_alone()
    {
        JsonObject foreign = _github.Add(Branch, "main", "Mine", "By hand.", false);
        (await RefusalAsync("a = 1\n")).ShouldBe($"https://github.example/ann/gems/pull/1 comes from the branch {Branch} and is not of this run: it is left alone. Close it, or delete the branch, and try again.");
        TestGit.Try(Served, null, "rev-parse", "--verify", $"refs/heads/{Branch}").ExitCode.ShouldNotBe(0);
        foreign["body"] = Marker;
        foreign["state"] = "closed";
        (await RefusalAsync("a = 1\n")).ShouldBe("https://github.example/ann/gems/pull/1 is this run's pull request, and was closed: reopen it to go on with it.");
        foreign["merged_at"] = "2026-05-01T12:00:00Z";
        (await RefusalAsync("a = 1\n")).ShouldBe("https://github.example/ann/gems/pull/1 is this run's pull request, and was merged: start another run to go on with it.");
        _github.Pulls.Clear();

        await OpenAsync("a = 1\n");
        TestGit.Run(_folder.Path, "clone", "--quiet", "--branch", Branch, Served, "others");
        _folder.Write("others/note.txt", "note\n");
        string theirs = TestGit.Commit(_folder["others"], "A note.");
        TestGit.Run(_folder["others"], "push", "--quiet", Served, $"HEAD:{Branch}");
        (await RefusalAsync("a = 1\n", "a = 2\n")).ShouldStartWith($"The branch {Branch} holds commits there that this run did not make");
        TestGit.Run(Served, "rev-parse", Branch).ShouldBe(theirs);
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
        return new PullRequestOpening(repository, new Token(Canary)).OpenAsync(WorkspaceRepository.Find(Path.Combine(_work, Solution)), Solution, pull, [.. steps], goal, isDraft: true, CancellationToken.None);
    }

    private Task<string> RefusalAsync(params string[] codes) => RefusalAsync(codes, "The evidence.");

    private async Task<string> RefusalAsync(string[] codes, string text, string? goal = null)
    {
        GitHubException refused = await Should.ThrowAsync<GitHubException>(() => OpenAsync(codes, text, goal));
        refused.ToString().ShouldNotContain(Canary);
        return refused.Message;
    }
}
