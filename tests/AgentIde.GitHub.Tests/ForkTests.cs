using System.Collections.Immutable;
using AgentIde.Core.PullRequests;
using AgentIde.GitHub.Git;
using AgentIde.Testing;
using static AgentIde.GitHub.Tests.Proposed;

namespace AgentIde.GitHub.Tests;

/// <summary>Somebody without the right to push: their branch lies in a fork.</summary>
public sealed class ForkTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly HastyTime _time = new();
    private readonly string _work;
    private GitHubOfTests _github = null!;
    private string _bob = "", _token = "";

    public ForkTests() => _work = TestGit.Create(_folder);

    public async ValueTask InitializeAsync()
    {
        _github = await GitHubOfTests.StartAsync(_work);
        (_bob, _token) = ($"bob{_github.Owner}", $"{_github.Token}bob");
        await _github.AddUserAsync(_bob, _token, "repo");
    }

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await _github.DisposeAsync();
    }

    [Fact]
    public async Task Without_the_right_to_push_it_goes_into_a_fork_once_that_is_there_and_into_the_same_one_again()
    {
        await _github.FailAsync($"^/{_bob}/gems\\.git/info/refs$", 404, times: 2);
        OpenedPullRequest one = await OpenAsync("a = 1\n");
        (one.State, one.Home.ToString()).ShouldBe((OpeningState.Created, $"{_github.Address.Authority}/{_bob}/gems"));
        _time.Waited.Count.ShouldBe(2);
        SeenPull pull = (await _github.SeeAsync()).Pulls.ShouldHaveSingleItem();
        (pull.Head, pull.Base).ShouldBe(($"{_bob}:{Branch}", "main"));
        TestGit.Run(_github.Folder, "branch", "--list").ShouldBe("* main");
        TestGit.Run(Fork, "rev-parse", Branch).ShouldBe(one.Branch.Head);

        (await OpenAsync("a = 1\n")).State.ShouldBe(OpeningState.Unchanged);
        OpenedPullRequest two = await OpenAsync("a = 1\n", "a = 2\n");
        (two.State, two.Number).ShouldBe((OpeningState.Updated, one.Number));
        TestGit.Run(Fork, "rev-parse", $"{Branch}~1").ShouldBe(one.Branch.Head);
    }

    [Fact]
    public async Task A_fork_that_is_behind_takes_what_is_built_on_the_newest_commit()
    {
        await OpenAsync("a = 1\n");
        TestGit.Run(Fork, "update-ref", "-d", $"refs/heads/{Branch}");
        for (int commit = 0; commit < 3; commit++)
        {
            _folder.Write("work/new.txt", $"{commit}\n");
            TestGit.Commit(_work, "Elsewhere.");
        }

        TestGit.Run(_work, "push", "--quiet", _github.Folder, "main");
        string head = TestGit.Run(_work, "rev-parse", "main");
        TestGit.Run(_folder.Path, "clone", "--quiet", "--depth=1", $"file://{_github.Folder}", "shallow");
        await _github.ChangePullAsync(1, new() { ["state"] = "closed", ["body"] = "Begun anew." });
        OpenedPullRequest opened = await OpenAsync(_folder["shallow"], mayFork: true, "a = 1\n");
        (opened.State, opened.Branch.Base).ShouldBe((OpeningState.Created, head));
        TestGit.Run(Fork, "merge-base", "--is-ancestor", head, Branch).ShouldBe("");
    }

    [Fact]
    public async Task Where_no_fork_may_be_made_or_used_it_says_so_and_pushes_nothing()
    {
        (await Should.ThrowAsync<GitHubException>(() => OpenAsync(_work, mayFork: false, "a = 1\n"))).Message
            .ShouldBe($"You may not push to {_github.Name}, and --no-fork says not to use a fork: leave that out, or ask for the right to push.");

        // Where it is the token that may not, that is said, and another one may help.
        string carol = $"carol{_github.Owner}";
        await _github.AddUserAsync(carol, $"{_github.Token}carol", "gist");
        GitHubException lacking = await Should.ThrowAsync<GitHubException>(() => OpenAsync(_work, $"{_github.Token}carol", mayFork: false, "a = 1\n"));
        (lacking.IsMissing, lacking.Message).ShouldBe((true, $"You may not push to {_github.Name} with this token (its scopes are: gist; 'repo' is needed), and --no-fork says not to use a fork: leave that out, or ask for the right to push."));
        await _github.ChangeAsync(new() { ["forkable"] = false });
        (await Should.ThrowAsync<GitHubException>(() => OpenAsync("a = 1\n"))).Message
            .ShouldBe($"You may not push to {_github.Name}, and it lets nobody fork it (Forking is disabled for this repository.): ask whoever owns it for the right to push.");
        (await _github.SeeAsync()).Pushes.ShouldBe(0);
    }

    [Fact]
    public async Task A_pull_request_of_the_run_by_somebody_who_may_push_is_not_opened_a_second_time()
    {
        await OpenAsync(_work, _github.Token, mayFork: true, "a = 1\n");
        (await Should.ThrowAsync<GitHubException>(() => OpenAsync("a = 1\n"))).Message
            .ShouldBe($"{_github.Address}{_github.Repository}/pull/1 is this run's pull request, and its branch lies in {_github.Name}, where you may not push.");
        (await _github.SeeAsync()).Pulls.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Who_may_push_later_goes_on_with_the_pull_request_from_their_fork_and_a_strangers_is_left_alone()
    {
        OpenedPullRequest one = await OpenAsync("a = 1\n");
        string mark = $"is by {_bob} from a repository that is not yours: it is left alone, and no second one is opened.";
        (await Should.ThrowAsync<GitHubException>(() => OpenAsync(_work, _github.Token, mayFork: true, "a = 1\n"))).Message.ShouldContain(mark);
        await _github.ChangeAsync(new() { ["push"] = new System.Text.Json.Nodes.JsonArray(_bob) });
        OpenedPullRequest two = await OpenAsync("a = 1\n", "a = 2\n");
        (two.State, two.Number, two.Home).ShouldBe((OpeningState.Updated, one.Number, one.Home));
        (await _github.SeeAsync()).Pulls.Length.ShouldBe(1);
        TestGit.Run(Fork, "rev-parse", Branch).ShouldBe(two.Branch.Head);
        TestGit.Run(_github.Folder, "branch", "--list").ShouldBe("* main");
    }

    [Fact]
    public async Task What_is_no_fork_of_it_is_not_pushed_to()
    {
        string own = await _github.AddRepositoryAsync(_bob, "gems", null);
        using HttpClient client = new() { DefaultRequestHeaders = { { "Authorization", $"token {_token}" }, { "User-Agent", "tests" } } };
        await _github.FailAsync(_github.Api("/forks"), 202, await client.GetStringAsync(new Uri($"{_github.Address}api/v3/repos/{_bob}/gems")), method: "POST");
        (await Should.ThrowAsync<GitHubException>(() => OpenAsync("a = 1\n"))).Message
            .ShouldBe($"You may not push to {_github.Name}, and what GitHub gives as your fork of it, {_github.Address.Authority}/{_bob}/gems, is none: nothing is pushed there. Rename that repository, or fork {_github.Name} by hand, and try again.");
        TestGit.Run(own, "branch", "--list").ShouldNotContain(Branch);
    }

    private string Fork => _github.Folder.Replace($"/{_github.Owner}/", $"/{_bob}/", StringComparison.Ordinal);

    private Task<OpenedPullRequest> OpenAsync(params string[] codes) => OpenAsync(_work, mayFork: true, codes);

    private Task<OpenedPullRequest> OpenAsync(string work, bool mayFork, params string[] codes) => OpenAsync(work, _token, mayFork, codes);

    private Task<OpenedPullRequest> OpenAsync(string work, string token, bool mayFork, params string[] codes)
    {
        StepCode[] steps = Steps.Of(codes);
        PullRequest pull = Proposed.Of(steps);
        return new PullRequestOpening(RepositoryName.Parse(_github.Name)!, new Token(token), _time, null, mayFork)
            .OpenAsync(WorkspaceRepository.Find(Path.Combine(work, Solution)), Solution, pull, [.. steps], null, isDraft: true, CancellationToken.None);
    }
}
