using AgentIde.GitHub.Git;
using AgentIde.Testing;
using static AgentIde.GitHub.Tests.Proposed;

namespace AgentIde.GitHub.Tests;

/// <summary>Pushes over HTTP to git's own server, seen by a clone.</summary>
public sealed class RemoteRepositoryTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _work;
    private GitHubOfTests _github = null!;

    public RemoteRepositoryTests() => _work = TestGit.Create(_folder);

    public async ValueTask InitializeAsync() => _github = await GitHubOfTests.StartAsync(_work);

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await _github.DisposeAsync();
    }

    [Fact]
    public async Task A_branch_is_pushed_once_goes_on_from_itself_and_a_clone_sees_it()
    {
        using OwnRepository own = await OwnAsync();
        RemoteRepository remote = Remote(own);
        string main = (await remote.ReadAsync("main", CancellationToken.None))!;
        main.ShouldBe(TestGit.Run(_work, "rev-parse", "HEAD"));
        (await remote.ReadAsync(Branch, CancellationToken.None)).ShouldBeNull();
        PlannedBranch one = await own.CommitAsync(main, Solution, Steps.Of("a = 1\n", "a = 2\n"), CancellationToken.None);
        (await remote.PushAsync(Branch, one.Head, CancellationToken.None)).ShouldBeTrue();
        (await remote.PushAsync(Branch, one.Head, CancellationToken.None)).ShouldBeFalse();
        PlannedBranch more = await own.CommitAsync(main, Solution, Steps.Of("a = 1\n", "a = 2\n", "a = 3\n"), CancellationToken.None);
        more.Commits[1].Sha.ShouldBe(one.Head);
        (await remote.PushAsync(Branch, more.Head, CancellationToken.None)).ShouldBeTrue();

        string clone = Clone();
        TestGit.Run(clone, "rev-parse", "HEAD").ShouldBe(more.Head);
        TestGit.Run(clone, "diff", "--name-only", "origin/main", "HEAD").ShouldBe(Solution);
        TestGit.Run(clone, "rev-list", "--count", "origin/main..HEAD").ShouldBe("3");
        (await File.ReadAllTextAsync(Path.Combine(clone, Solution))).ShouldBe("a = 3\n");
        TestGit.Run(clone, "fsck", "--strict").ShouldNotContain("error");
    }

    [Fact]
    public async Task Commits_of_others_are_kept_also_those_that_come_while_it_pushes()
    {
        using OwnRepository own = await OwnAsync();
        RemoteRepository remote = Remote(own);
        string main = (await remote.ReadAsync("main", CancellationToken.None))!;
        PlannedBranch plan = await own.CommitAsync(main, Solution, Steps.Of("a = 1\n"), CancellationToken.None);
        await _github.HoldAsync(Pushing);
        Task<bool> pushed = remote.PushAsync(Branch, plan.Head, CancellationToken.None);
        await _github.HeldAsync(Pushing);
        PushOthers("Meanwhile.");
        await _github.ReleaseAsync(Pushing);
        await Task.WhenAny(pushed);
        pushed.Exception!.InnerException.ShouldBeOfType<GitHubException>().Message.ShouldBe("Somebody pushed to the branch meanwhile: nothing was overwritten. Try again.");
        string others = TestGit.Run(Served, "rev-parse", $"refs/heads/{Branch}");
        (await Should.ThrowAsync<GitHubException>(() => remote.PushAsync(Branch, plan.Head, CancellationToken.None))).Message
            .ShouldBe($"The branch {Branch} holds commits there that ours don't come from (up to {others[..8]}): they are kept, and nothing was pushed. Merge or delete the branch, and try again.");
        TestGit.Run(Served, "rev-parse", $"refs/heads/{Branch}").ShouldBe(others);
        TestGit.Run(Served, "log", "-1", "--format=%s", Branch).ShouldBe("Meanwhile.");
    }

    [Fact]
    public async Task What_is_not_here_is_fetched_and_a_shallow_clone_pushes_too()
    {
        TestGit.Run(_folder.Path, "clone", "--quiet", "--depth", "1", $"file://{_work}", "shallow");
        _folder.Write("work/new.txt", "new\n");
        TestGit.Commit(_work, "Later.");
        TestGit.Run(_work, "push", "--quiet", Served, "main");
        using OwnRepository own = await OwnRepository.CreateAsync(WorkspaceRepository.Find(_folder["shallow", "solution.py"]), CancellationToken.None);
        RemoteRepository remote = Remote(own);
        string main = (await remote.ReadAsync("main", CancellationToken.None))!;
        await remote.FetchAsync("main", main, CancellationToken.None);
        PlannedBranch plan = await own.CommitAsync(main, Solution, Steps.Of("a = 1\n"), CancellationToken.None);
        await remote.PushAsync(Branch, plan.Head, CancellationToken.None);
        string clone = Clone();
        TestGit.Run(clone, "rev-list", "--count", "HEAD").ShouldBe("4");
        File.Exists(Path.Combine(clone, "new.txt")).ShouldBeTrue();
        Directory.Exists(_folder["shallow", ".git", "refs", "remotes", "origin"]).ShouldBeTrue();
        TestGit.Run(_folder["shallow"], "rev-list", "--count", "--all").ShouldBe("1");
    }

    [Fact]
    public async Task A_token_stands_in_no_argument_file_or_message()
    {
        using OwnRepository own = await OwnAsync();
        RemoteRepository remote = Remote(own);
        PlannedBranch plan = await own.CommitAsync((await remote.ReadAsync("main", CancellationToken.None))!, Solution, Steps.Of("a = 1\n"), CancellationToken.None);
        await _github.HoldAsync(Pushing);
        Task<bool> pushed = remote.PushAsync(Branch, plan.Head, CancellationToken.None);
        await _github.HeldAsync(Pushing);
        List<string> seen = [.. ArgumentsOfAll()];
        await _github.ReleaseAsync(Pushing);
        (await pushed).ShouldBeTrue();
        seen.ShouldContain(arguments => arguments.Contains("push", StringComparison.Ordinal) && arguments.Contains(plan.Head, StringComparison.Ordinal));
        seen.ShouldNotContain(arguments => arguments.Contains(_github.Token, StringComparison.Ordinal));
        new Token(_github.Token).ToString().ShouldBe("***");

        await _github.ChangeAsync(new() { ["private"] = true });
        RemoteRepository wrong = new(own, Address, new Token(_github.Token + "wrong"));
        string refused = (await Should.ThrowAsync<GitHubException>(() => wrong.ReadAsync("main", CancellationToken.None))).ToString();
        refused.ShouldContain("did not take the token");
        refused.ShouldNotContain(_github.Token);
        foreach (string file in Directory.EnumerateFiles(own.Path, "*", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories)).Where(file => new FileInfo(file).Length > 0))
        {
            (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(_github.Token)).ShouldBe(-1, file);
        }
    }

    [Theory]
    [InlineData(401, "NAME did not take the token: it may have expired, or have been revoked.", true)]
    [InlineData(403, "The token may not write to NAME", true)]
    [InlineData(404, "There is no repository NAME there, or the token may not see it.", false)]
    [InlineData(500, "git ls-remote failed: ", false)]
    public async Task A_refusal_is_one_message(int status, string says, bool isOfToken)
    {
        using OwnRepository own = await OwnAsync();
        await _github.FailAsync(_github.Git(".*"), status, times: 3);
        GitHubException refused = await Should.ThrowAsync<GitHubException>(() => Remote(own).ReadAsync("main", CancellationToken.None));
        refused.Message.ShouldStartWith(says.Replace("NAME", _github.Repository, StringComparison.Ordinal));
        refused.IsMissing.ShouldBe(isOfToken);
    }

    [Fact]
    public async Task Without_a_token_with_a_server_that_sends_elsewhere_or_is_not_there_it_says_so()
    {
        using OwnRepository own = await OwnAsync();
        (await new RemoteRepository(own, Address, null).ReadAsync("main", CancellationToken.None)).ShouldNotBeNull();
        await _github.ChangeAsync(new() { ["private"] = true });
        (await Should.ThrowAsync<GitHubException>(() => new RemoteRepository(own, Address, null).ReadAsync("main", CancellationToken.None))).Message.ShouldBe($"{_github.Repository} wants to know who you are: set GH_TOKEN to a token that may write contents and pull requests.");
        await using GitHubOfTests evil = await GitHubOfTests.StartAsync(_work);
        await _github.FailAsync(_github.Git(".*"), 302, headers: ("Location", $"{evil.Address}{evil.Repository}.git/info/refs?service=git-upload-pack"));
        await Should.ThrowAsync<GitHubException>(() => Remote(own).ReadAsync("main", CancellationToken.None));
        (await evil.SeeAsync()).Requests.ShouldBeEmpty();
        Should.Throw<GitHubException>(() => new RemoteRepository(own, new Uri("http://git.example.org/ann/gems.git"), null)).Message.ShouldBe("http://git.example.org/ann/gems.git is not spoken to: only https and ssh addresses are.");
        Should.Throw<GitHubException>(() => new RemoteRepository(own, new Uri("file:///srv/gems.git"), null));
        Should.Throw<GitHubException>(() => new RemoteRepository(own, new Uri("https://ann:pass@github.com/ann/gems.git"), null)).Message.ShouldNotContain("pass");
    }

    private string Served => _github.Folder;

    private string Pushing => _github.Git("git-receive-pack");

    private Uri Address => new($"{_github.Address}{_github.Repository}.git");

    private RemoteRepository Remote(OwnRepository own) => new(own, Address, new Token(_github.Token));

    private Task<OwnRepository> OwnAsync() => OwnRepository.CreateAsync(WorkspaceRepository.Find(Path.Combine(_work, Solution)), CancellationToken.None);

    private string Clone()
    {
        TestGit.Run(_folder.Path, "clone", "--quiet", "--branch", Branch, Served, "fresh");
        return _folder["fresh"];
    }

    /// <summary>A commit of somebody else's on the branch.</summary>
    private void PushOthers(string message)
    {
        TestGit.Run(_folder.Path, "clone", "--quiet", Served, "others");
        _folder.Write("others/note.txt", "note\n");
        TestGit.Commit(_folder["others"], message);
        TestGit.Run(_folder["others"], "push", "--quiet", Served, $"HEAD:refs/heads/{Branch}");
    }

    /// <summary>What the process list shows of every process.</summary>
    private static IEnumerable<string> ArgumentsOfAll()
    {
        foreach (string process in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            string arguments;
            try
            {
                arguments = File.ReadAllText(Path.Combine(process, "cmdline"));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                continue; // It has ended.
            }

            yield return arguments;
        }
    }
}
