using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;
using AgentIde.GitHub.Git;
using AgentIde.Testing;
using static AgentIde.GitHub.Tests.Proposed;

namespace AgentIde.GitHub.Tests;

/// <summary>What stands at GitHub around a pull request: another one for the same issue, which machines that begin anew each time would open, and a base that went on.</summary>
public sealed class SurroundingsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _work;
    private GitHubOfTests _github = null!;

    public SurroundingsTests() => _work = TestGit.Create(_folder);

    public async ValueTask InitializeAsync() => _github = await GitHubOfTests.StartAsync(_work);

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await _github.DisposeAsync();
    }

    [Fact]
    public async Task A_second_one_is_opened_only_where_it_is_asked_for_and_then_names_the_first()
    {
        (await OpenAsync(Run(1))).State.ShouldBe(OpeningState.Created);
        RunAccount again = Run(2);
        string refused = (await Should.ThrowAsync<GitHubException>(() => OpenAsync(again))).Message;
        refused.ShouldBe($"{PullAddress(1)} is open and closes {_github.Repository}#12 too: it is of the run diamonds-1 ({Run(1).KeptPullRequest.Identity.Short}), by {_github.Owner}. Nothing was pushed, and no second one is opened. Go on with that one by 'agentide pr diamonds-1' where the log of its run is: the one here has its name and is another; or close it, and try again; or open a second one, whose text names the first, by 'agentide pr' with --another.");
        GitHubState state = await _github.SeeAsync();
        (state.Pulls.Length, state.Pushes).ShouldBe((1, 1));

        OpenedPullRequest other = await OpenAsync(again, isAnother: true);
        string branch = $"agentide/diamonds-1-{again.KeptPullRequest.Identity.Short}-issue-12";
        (other.State, other.Number, other.Written.Branch).ShouldBe((OpeningState.Created, 2, branch));
        SeenPull[] pulls = [.. (await _github.SeeAsync()).Pulls];
        pulls.Select(pull => pull.Head).ShouldBe([$"{_github.Owner}:agentide/diamonds-1-issue-12", $"{_github.Owner}:{branch}"]);
        string beside = $"\n\nCloses {_github.Repository}#12\n\nThere is another open pull request for this issue, {_github.Repository}#1 (of the run `diamonds-1`): merge one of them at most.\n\n";
        pulls[1].Body.ShouldContain(beside);
        pulls[0].Body.ShouldNotContain("another open pull request");

        // Both are gone on with as before, without a word that a second is wanted.
        (await OpenAsync(again)).State.ShouldBe(OpeningState.Unchanged);
        (await OpenAsync(Run(1))).State.ShouldBe(OpeningState.Unchanged);
        FoundReview? review = await new PullRequestReview(RepositoryName.Parse(_github.Name)!, new Token(_github.Token), new HastyTime())
            .ReadAsync(WorkspaceRepository.Find(Path.Combine(_work, Solution)), Solution, PullOf(again).Name, CancellationToken.None);
        review!.Number.ShouldBe(2);

        // What the first one was to the second goes with it.
        await _github.ChangePullAsync(1, new() { ["state"] = "closed" });
        (await OpenAsync(again)).State.ShouldBe(OpeningState.Updated);
        (await _github.SeeAsync()).Pulls[1].Body.ShouldNotContain("another open pull request");
        await _github.ChangePullAsync(2, new() { ["state"] = "closed" });
        (await Should.ThrowAsync<GitHubException>(() => OpenAsync(again))).Message.ShouldBe($"{PullAddress(2)} is this run's pull request, and was closed: reopen it to go on with it.");
    }

    [Fact]
    public async Task Two_runs_of_one_name_have_a_branch_each_and_leave_each_other_alone()
    {
        RunAccount one = Run(1, issue: null), other = Run(2, issue: null), third = Run(3, issue: null);
        (await OpenAsync(one)).Written.Branch.ShouldBe("agentide/diamonds-1");
        OpenedPullRequest second = await OpenAsync(other);
        (second.State, second.Number, second.Written.Branch).ShouldBe((OpeningState.Created, 2, $"agentide/diamonds-1-{other.KeptPullRequest.Identity.Short}"));
        ((await OpenAsync(one)).State, (await OpenAsync(other)).State).ShouldBe((OpeningState.Unchanged, OpeningState.Unchanged));

        // A branch that is left over from one that was closed is that run's still.
        await _github.ChangePullAsync(1, new() { ["state"] = "closed" });
        (await OpenAsync(third)).Written.Branch.ShouldBe($"agentide/diamonds-1-{third.KeptPullRequest.Identity.Short}");

        // Who may not push has a fork, which has that branch too.
        string bob = $"bob{_github.Owner}";
        await _github.AddUserAsync(bob, $"{_github.Token}bob", "repo");
        RunAccount theirs = Run(4, issue: null);
        OpenedPullRequest forked = await OpenAsync(theirs, token: $"{_github.Token}bob");
        (forked.State, forked.Written.Branch, forked.Home.Owner).ShouldBe((OpeningState.Created, $"agentide/diamonds-1-{theirs.KeptPullRequest.Identity.Short}", bob));
        (await _github.SeeAsync()).Pulls.Length.ShouldBe(4);
    }

    [Fact]
    public async Task What_somebody_else_wrote_and_what_closes_another_issue_is_in_nobodys_way()
    {
        string eve = $"eve{_github.Owner}";
        await _github.AddUserAsync(eve, $"{_github.Token}eve", "repo");
        await _github.AddRepositoryAsync(eve, "gems", _work);
        TestGit.Run(_work, "push", "--quiet", _github.Folder.Replace($"/{_github.Owner}/", $"/{eve}/", StringComparison.Ordinal), $"{TestGit.Commit(_work, "Hers.")}:refs/heads/hers");
        await _github.AddPullAsync($"{eve}:hers", "Hers", PullOf(Run(1)).Body, by: eve);
        await OpenAsync(Run(3, "diamonds-3", issue: 13));
        OpenedPullRequest opened = await OpenAsync(Run(2, "diamonds-2"));
        (opened.State, opened.Written.Branch).ShouldBe((OpeningState.Created, "agentide/diamonds-2-issue-12"));
    }

    [Fact]
    public async Task Without_the_right_to_push_no_fork_is_made_for_one_that_is_not_opened()
    {
        string bob = $"bob{_github.Owner}", token = $"{_github.Token}bob";
        await _github.AddUserAsync(bob, token, "repo");
        TestGit.Run(_work, "push", "--quiet", _github.Folder, $"{TestGit.Commit(_work, "His.")}:refs/heads/his");
        await _github.AddPullAsync("his", "His", PullOf(Run(1)).Body, by: bob);
        (await Should.ThrowAsync<GitHubException>(() => OpenAsync(Run(2), token: token))).Message.ShouldContain($", by {bob}. Nothing was pushed");
        (await _github.SeeAsync()).Changes.ShouldBeEmpty();
        OpenedPullRequest other = await OpenAsync(Run(2), isAnother: true, token);
        (other.State, other.Home.Owner).ShouldBe((OpeningState.Created, bob));
        (await OpenAsync(Run(2), token: token)).State.ShouldBe(OpeningState.Unchanged);
    }

    [Fact]
    public async Task An_apps_token_knows_what_an_app_opened_from_a_branch_of_the_repository()
    {
        string bot = $"app{_github.Owner}[bot]", token = $"ghs_{_github.Token}";
        await _github.AddUserAsync(bot, token, "repo");
        await _github.ChangeAsync(new() { ["push"] = new System.Text.Json.Nodes.JsonArray(bot) });
        await OpenAsync(Run(1), token: token);
        (await Should.ThrowAsync<GitHubException>(() => OpenAsync(Run(2, "diamonds-2"), token: token))).Message.ShouldContain($", by {bot}. Nothing was pushed");
        (await OpenAsync(Run(1), token: token)).State.ShouldBe(OpeningState.Unchanged);

        // A person's is none of theirs.
        (await OpenAsync(Run(2, "diamonds-2"))).State.ShouldBe(OpeningState.Created);
        await _github.ChangePullAsync(1, new() { ["state"] = "closed" });
        (await OpenAsync(Run(3, "diamonds-3"), token: token)).State.ShouldBe(OpeningState.Created);
    }

    [Fact]
    public async Task Another_solution_that_the_base_got_meanwhile_is_told_with_its_commit()
    {
        OpenedPullRequest one = await OpenAsync(Run(1));
        await ChangeBaseAsync("README.md", "# More\n");
        (await OpenAsync(Run(1))).State.ShouldBe(OpeningState.Unchanged);
        string theirs = await ChangeBaseAsync(Solution, "print('theirs')\n");
        await ChangeBaseAsync("README.md", "# Still more\n");
        OpenedPullRequest two = await OpenAsync(Run(1));
        (two.State, two.Branch.Head).ShouldBe((OpeningState.Updated, one.Branch.Head));
        (await _github.SeeAsync()).Pulls.ShouldHaveSingleItem().Body.ShouldContain($"\n\n> [!IMPORTANT]\n> The branch main has another tasks/diamonds/solution.py since this one was begun (commit {theirs[..12]}): GitHub calls that a conflict, and whoever merges decides between the two.\n\n");
        (await OpenAsync(Run(1))).State.ShouldBe(OpeningState.Unchanged);

        // Whoever merges the base into the branch, with the run's program, has said it.
        TestGit.Run(_work, "fetch", "--quiet", _github.Folder, one.Written.Branch);
        string tree = TestGit.Run(_work, "rev-parse", "FETCH_HEAD^{tree}");
        string merge = TestGit.Run(_work, "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "commit-tree", tree, "-p", one.Branch.Head, "-p", "main", "-m", "Merge main.");
        TestGit.Run(_work, "push", "--quiet", _github.Folder, $"{merge}:refs/heads/{one.Written.Branch}");
        (await OpenAsync(Run(1))).State.ShouldBe(OpeningState.Updated);
        (await _github.SeeAsync()).Pulls.ShouldHaveSingleItem().Body.ShouldNotContain("[!IMPORTANT]");

        async Task<string> ChangeBaseAsync(string file, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder["work", file])!);
            await File.WriteAllTextAsync(_folder["work", file], text);
            string commit = TestGit.Commit(_work, "Theirs.");
            TestGit.Run(_work, "push", "--quiet", _github.Folder, "main");
            return commit;
        }
    }

    private string PullAddress(int number) => $"{_github.Address}{_github.Repository}/pull/{number}";

    private RunAccount Run(int minute, string name = "diamonds-1", int? issue = 12) =>
        SmallRun.Of(minute, issue is { } number ? new IssueSource(_github.Address.Authority, _github.Owner, "gems", number) : null, name);

    private PullRequest PullOf(RunAccount run) => PullRequest.Of(run, 1, "print(1)\n", text => text, _github.Address.Authority, _github.Repository);

    private Task<OpenedPullRequest> OpenAsync(RunAccount run, bool isAnother = false, string? token = null)
    {
        PullRequest pull = PullOf(run);
        int minute = (int)(pull.Steps[0].At - Steps.Start).TotalMinutes;
        return new PullRequestOpening(RepositoryName.Parse(_github.Name)!, new Token(token ?? _github.Token), new HastyTime(), isAnother: isAnother)
            .OpenAsync(WorkspaceRepository.Find(Path.Combine(_work, Solution)), Solution, pull, [.. SmallRun.StepsOf(pull, minute)], null, isDraft: true, CancellationToken.None);
    }
}
