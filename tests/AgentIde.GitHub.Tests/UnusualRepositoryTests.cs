using AgentIde.Core.PullRequests;
using AgentIde.GitHub.Git;
using AgentIde.Testing;
using static AgentIde.GitHub.Tests.Proposed;

namespace AgentIde.GitHub.Tests;

/// <summary>Repositories that are not a plain clone of a plain repository, up to their pull request.</summary>
public sealed class UnusualRepositoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_shallow_clone_a_worktree_a_detached_head_and_a_submodule_do()
    {
        string work = TestGit.Create(_folder);
        TestGit.Run(_folder.Path, "clone", "--quiet", "--depth", "1", $"file://{work}", "shallow");
        TestGit.Run(work, "worktree", "add", "--quiet", "-b", "other", _folder["tree"]);
        TestGit.Run(_folder.Path, "clone", "--quiet", work, "detached");
        TestGit.Run(_folder["detached"], "checkout", "--quiet", "--detach", "HEAD~1");
        string outer = TestGit.Create(_folder, "outer");
        TestGit.Run(outer, "submodule", "--quiet", "add", work, "gems");
        foreach (string folder in new[] { _folder["shallow"], _folder["tree"], _folder["detached"], Path.Combine(outer, "gems") })
        {
            await using GitHubOfTests github = await GitHubOfTests.StartAsync(work);
            OpenedPullRequest opened = await OpenAsync(github, folder);
            (opened.State, opened.Branch.Base).ShouldBe((OpeningState.Created, TestGit.Run(work, "rev-parse", "main")), folder);
            TestGit.Run(github.Folder, "rev-list", "--count", $"main..{Branch}").ShouldBe("1");
        }
    }

    [Fact]
    public async Task A_repository_without_a_commit_there_or_here_says_so()
    {
        string work = TestGit.Create(_folder);
        await using GitHubOfTests github = await GitHubOfTests.StartAsync(null);
        (await RefusalAsync(github, work)).ShouldBe($"{github.Name} has no commit on its branch 'main' yet: push something there first, or name another one with --base.");
        Directory.CreateDirectory(_folder["empty", "tasks", "diamonds"]);
        TestGit.Run(_folder["empty"], "init", "--quiet");
        await using GitHubOfTests full = await GitHubOfTests.StartAsync(work);
        (await OpenAsync(full, _folder["empty"])).State.ShouldBe(OpeningState.Created);
    }

    [Fact]
    public async Task Large_files_of_the_base_are_not_fetched()
    {
        string work = TestGit.Create(_folder), before = TestGit.Run(work, "rev-parse", "HEAD");
        byte[] large = new byte[4 << 20];
        new Random(1).NextBytes(large);
        await File.WriteAllBytesAsync(Path.Combine(work, "large.bin"), large);
        TestGit.Commit(work, "A large file.");
        await using GitHubOfTests github = await GitHubOfTests.StartAsync(work);
        TestGit.Run(_folder.Path, "clone", "--quiet", work, "old");
        TestGit.Run(_folder["old"], "reset", "--quiet", "--hard", before);
        TestGit.Run(_folder["old"], "update-ref", "-d", "refs/remotes/origin/main");
        TestGit.Run(_folder["old"], "reflog", "expire", "--expire=now", "--all");
        TestGit.Run(_folder["old"], "-c", "gc.pruneExpire=now", "gc", "--quiet", "--prune=now");
        using OwnRepository own = await OwnRepository.CreateAsync(WorkspaceRepository.Find(Path.Combine(_folder["old"], Solution)), CancellationToken.None);
        RemoteRepository remote = new(own, new Uri($"{github.Address}{github.Repository}.git"), new Token(github.Token));
        string main = (await remote.ReadAsync("main", CancellationToken.None))!;
        await remote.FetchAsync("main", main, CancellationToken.None);
        new DirectoryInfo(own.Path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length).ShouldBeLessThan(1 << 20);
        (await OpenAsync(github, _folder["old"])).Branch.Base.ShouldBe(main);
        TestGit.Run(_folder.Path, "clone", "--quiet", "--branch", Branch, github.Folder, "fresh");
        new FileInfo(_folder["fresh", "large.bin"]).Length.ShouldBe(large.Length);
        File.Exists(_folder["fresh", "tasks", "diamonds", "solution.py"]).ShouldBeTrue();
    }

    [Theory]
    [InlineData("*.py filter=lfs diff=lfs merge=lfs -text\n", "'lfs' by the repository's .gitattributes (Git LFS), and no filter runs here")]
    [InlineData("tasks/** filter=git-crypt\n", "'git-crypt' by the repository's .gitattributes, and no filter runs here")]
    [InlineData("*.csv filter=lfs\n", null)]
    [InlineData("* filter=lfs\n*.py -filter\n", null)]
    public async Task A_file_that_a_filter_would_change_is_not_written(string attributes, string? says)
    {
        string work = TestGit.Create(_folder);
        _folder.Write("work/.gitattributes", attributes);
        TestGit.Commit(work, "Attributes.");
        await using GitHubOfTests github = await GitHubOfTests.StartAsync(work);
        if (says is null)
        {
            (await OpenAsync(github, work)).State.ShouldBe(OpeningState.Created);
            return;
        }

        (await RefusalAsync(github, work)).ShouldStartWith($"{Solution} goes through the filter {says}: nothing is written over it. Add the line '{Solution} -filter' there");
        (await github.SeeAsync()).Pushes.ShouldBe(0);
    }

    [Fact]
    public void Branches_kept_as_reftable_are_told()
    {
        string work = TestGit.Create(_folder);
        _folder.Write("work/.git/HEAD", "ref: refs/heads/.invalid\n");
        File.AppendAllText(_folder["work", ".git", "config"], "[extensions]\n\trefStorage = reftable\n");
        Should.Throw<GitHubException>(() => WorkspaceRepository.Find(Path.Combine(work, Solution))).Message.ShouldBe($"The repository in {work} keeps its branches as 'reftable', which is not understood: clone it without that.");
    }

    [Fact]
    public void A_pipe_in_place_of_a_file_is_waited_for_by_nobody()
    {
        string work = TestGit.Create(_folder);
        File.Delete(_folder["work", ".git", "config"]);
        System.Diagnostics.Process.Start("/usr/bin/mkfifo", [_folder["work", ".git", "config"], _folder["work", ".git", "packed-refs"]]).WaitForExit();
        WorkspaceRepository.Find(Path.Combine(work, Solution)).Remotes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_protected_branch_and_an_archive_are_told_by_git_too()
    {
        string work = TestGit.Create(_folder);
        await using GitHubOfTests github = await GitHubOfTests.StartAsync(work, Branch);
        (await RefusalAsync(github, work)).ShouldBe($"A rule of {github.Repository} protects the branch: it takes no push. Ask whoever runs it to let branches named agentide/* be made.");
        await github.HoldAsync(github.Git("info/refs"));
        Task<string> refusal = RefusalAsync(github, work);
        await github.HeldAsync(github.Git("info/refs"));
        await github.ChangeAsync(new() { ["archived"] = true });
        await github.ReleaseAsync(github.Git("info/refs"));
        (await refusal).ShouldBe($"{github.Repository} is archived: it takes no changes and no pull requests. Ask whoever owns it to unarchive it.");
        (await github.SeeAsync()).Pulls.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_people_wrote_around_the_text_stays()
    {
        string work = TestGit.Create(_folder);
        await using GitHubOfTests github = await GitHubOfTests.StartAsync(work);
        await OpenAsync(github, work);
        SeenPull pull = (await github.SeeAsync()).Pulls.ShouldHaveSingleItem();
        await github.ChangePullAsync(1, new() { ["title"] = "feat: price", ["body"] = $"For #7.\r\n\r\n{pull.Body}\r\n\r\nChecked by Ann." });
        (await OpenAsync(github, work)).State.ShouldBe(OpeningState.Unchanged);
        (await OpenAsync(github, work, "More evidence.")).State.ShouldBe(OpeningState.Updated);
        pull = (await github.SeeAsync()).Pulls.ShouldHaveSingleItem();
        (pull.Title, pull.Body).ShouldBe(("feat: price", $"For #7.\n\n{Text("More evidence.").Trim()}\n\nChecked by Ann.\n"));
    }

    [Fact]
    public void Of_what_killed_processes_left_that_goes_which_nobody_holds()
    {
        _folder.Write("agentide-git-dead/lock", "");
        _folder.Write("agentide-git-dead/own.git/HEAD", "ref: refs/heads/main\n");
        _folder.Write("agentide-git-new/own.git", "");
        _folder.Write("agentide-git-live/lock", "");
        _folder.Write("elsewhere/lock", "");
        Directory.CreateSymbolicLink(_folder["agentide-git-link"], _folder["elsewhere"]);
        using (new FileStream(_folder["agentide-git-live", "lock"], FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            OwnRepository.RemoveLeftovers(_folder.Path).ShouldBe(1);
        }

        Directory.GetDirectories(_folder.Path).Select(Path.GetFileName).Order().ShouldBe(["agentide-git-link", "agentide-git-live", "agentide-git-new", "elsewhere"]);
    }

    private static string Text(string text) => $"{EditedText.Begin(Marker)}\n\n{text}\n\n{Marker}\n";

    private static Task<OpenedPullRequest> OpenAsync(GitHubOfTests github, string work, string text = "Evidence.")
    {
        StepCode[] steps = Steps.Of("a = 1\n");
        PullRequest pull = new(1, Branch, "Solution of diamonds", Text(text), Marker, [.. steps.Select(step => step.Step)]);
        return new PullRequestOpening(RepositoryName.Parse(github.Name)!, new Token(github.Token), new HastyTime())
            .OpenAsync(WorkspaceRepository.Find(Path.Combine(work, Solution)), Solution, pull, [.. steps], null, isDraft: true, CancellationToken.None);
    }

    private static async Task<string> RefusalAsync(GitHubOfTests github, string work) => (await Should.ThrowAsync<GitHubException>(() => OpenAsync(github, work))).Message;
}
