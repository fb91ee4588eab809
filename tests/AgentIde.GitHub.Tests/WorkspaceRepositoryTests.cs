using AgentIde.GitHub.Git;
using AgentIde.Testing;

namespace AgentIde.GitHub.Tests;

/// <summary>Repositories of all sorts, made by git and read without it.</summary>
public sealed class WorkspaceRepositoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_branch_that_is_checked_out_is_what_a_pull_request_goes_to()
    {
        string work = TestGit.Create(_folder);
        WorkspaceRepository repository = Find(work);
        repository.Root.ShouldBe(work);
        repository.PathOf(Path.Combine(work, "tasks/diamonds/solution.py")).ShouldBe("tasks/diamonds/solution.py");
        repository.Base(null, "origin").ShouldBe(("main", TestGit.Run(work, "rev-parse", "HEAD")));
        repository.Remotes.Select(remote => (remote.Remote, remote.Repository.ToString())).ShouldBe([("origin", "ann/gems")]);
    }

    [Fact]
    public void What_was_fetched_comes_before_what_is_here_and_the_remotes_own_branch_first()
    {
        string upstream = TestGit.Create(_folder, "upstream");
        TestGit.Run(upstream, "branch", "-m", "trunk");
        TestGit.Run(_folder.Path, "clone", "--quiet", upstream, "clone");
        string clone = _folder["clone"];
        string fetched = TestGit.Run(clone, "rev-parse", "HEAD");
        TestGit.Run(clone, "checkout", "--quiet", "-b", "feature");
        _folder.Write("clone/new.txt", "new\n");
        string here = TestGit.Commit(clone, "Ahead.");
        Find(clone).Base(null, "origin").ShouldBe(("trunk", fetched));
        Find(clone).Base("feature", "origin").ShouldBe(("feature", here));
        TestGit.Run(clone, "pack-refs", "--all");
        File.Exists(Path.Combine(clone, ".git/refs/heads/feature")).ShouldBeFalse();
        Find(clone).Base("feature", null).ShouldBe(("feature", here));
        Find(clone).Base("trunk", "origin").ShouldBe(("trunk", fetched));
        Should.Throw<GitHubException>(() => Find(clone).Base("nowhere", "origin")).Message.ShouldBe($"There is no branch 'nowhere' in {clone}: fetch it, or name another one with --base.");
        Should.Throw<GitHubException>(() => Find(clone).Base("../../../etc/passwd", "origin")).Message.ShouldStartWith("There is no branch");
    }

    [Fact]
    public void A_detached_head_needs_a_branch_or_finds_main()
    {
        string work = TestGit.Create(_folder);
        string first = TestGit.Run(work, "rev-parse", "HEAD~1"), last = TestGit.Run(work, "rev-parse", "HEAD");
        TestGit.Run(work, "checkout", "--quiet", first);
        Find(work).Base(null, "origin").ShouldBe(("main", last));
        TestGit.Run(work, "branch", "-m", "main", "work");
        Should.Throw<GitHubException>(() => Find(work).Base(null, "origin")).Message.ShouldBe($"Which branch the pull request is to go to can't be seen in {work}: name it with --base.");
        Find(work).Base("work", "origin").ShouldBe(("work", last));
    }

    [Fact]
    public void A_repository_without_a_commit_has_no_branch_to_go_to()
    {
        Directory.CreateDirectory(_folder["empty"]);
        TestGit.Run(_folder["empty"], "init", "--quiet");
        Should.Throw<GitHubException>(() => WorkspaceRepository.Find(_folder["empty", "solution.py"]).Base(null, null)).Message.ShouldContain("has no commit yet");
    }

    [Fact]
    public void A_folder_in_no_repository_is_told()
    {
        if (Directory.Exists("/tmp/.git"))
        {
            throw new InvalidOperationException("/tmp is a git repository here.");
        }

        Should.Throw<GitHubException>(() => WorkspaceRepository.Find(_folder["solution.py"])).Message.ShouldStartWith($"{_folder.Path} lies in no git repository");
        _folder.Write("broken/.git/config", "[core]\n");
        Should.Throw<GitHubException>(() => WorkspaceRepository.Find(_folder["broken", "solution.py"])).Message.ShouldContain("is no git repository that can be read");
        _folder.Write("lost/.git", "gitdir: ../nowhere\n");
        Should.Throw<GitHubException>(() => WorkspaceRepository.Find(_folder["lost", "solution.py"])).Message.ShouldContain("names no git repository that is there");
    }

    [Fact]
    public void A_worktree_has_a_branch_of_its_own_and_one_that_is_none_is_refused()
    {
        string work = TestGit.Create(_folder);
        TestGit.Run(work, "worktree", "add", "--quiet", "-b", "other", _folder["tree"]);
        _folder.Write("tree/new.txt", "new\n");
        string head = TestGit.Commit(_folder["tree"], "In the worktree.");
        WorkspaceRepository repository = Find(_folder["tree"]);
        (repository.Root, repository.Objects).ShouldBe((_folder["tree"], Path.Combine(work, ".git/objects")));
        repository.Base(null, null).ShouldBe(("other", head));
        repository.Remotes.Length.ShouldBe(1);

        Directory.CreateDirectory(_folder["false"]);
        File.Copy(_folder["tree", ".git"], _folder["false", ".git"]);
        Should.Throw<GitHubException>(() => Find(_folder["false"])).Message.ShouldContain("is no worktree of the repository that it names");
    }

    [Fact]
    public void A_submodule_is_the_repository_of_what_lies_in_it()
    {
        string inner = TestGit.Create(_folder, "inner"), outer = TestGit.Create(_folder, "outer");
        TestGit.Run(outer, "submodule", "--quiet", "add", inner, "gems");
        TestGit.Commit(outer, "Add gems.");
        WorkspaceRepository repository = Find(Path.Combine(outer, "gems"));
        (repository.Root, repository.PathOf(Path.Combine(outer, "gems/tasks/diamonds/solution.py"))).ShouldBe((Path.Combine(outer, "gems"), "tasks/diamonds/solution.py"));
        repository.Base(null, "origin").ShouldBe(("main", TestGit.Run(inner, "rev-parse", "HEAD")));
    }

    [Fact]
    public void Links_on_the_way_to_the_file_are_resolved_and_hidden_folders_refused()
    {
        string work = TestGit.Create(_folder);
        Directory.CreateSymbolicLink(_folder["link"], Path.Combine(work, "tasks"));
        WorkspaceRepository repository = WorkspaceRepository.Find(_folder["link", "diamonds", "solution.py"]);
        repository.PathOf(_folder["link", "diamonds", "solution.py"]).ShouldBe("tasks/diamonds/solution.py");
        foreach (string hidden in new[] { ".github/workflows/solution.py", ".git/hooks/solution.py", "../solution.py", ".solution.py", "a\\b.py", "a:b.py" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(work, hidden))!);
            Should.Throw<GitHubException>(() => repository.PathOf(Path.Combine(work, hidden))).Message.ShouldStartWith("A run's code goes into no file such as");
        }
    }

    [Theory]
    [InlineData("https://github.com/ann/gems.git", "ann/gems")]
    [InlineData("https://token:x-oauth@github.com/ann/gems", "ann/gems")]
    [InlineData("git@github.com:ann/gems.git", "ann/gems")]
    [InlineData("ssh://git@github.com:22/ann/gems.git", "ann/gems")]
    [InlineData("https://git.example.org:8443/ann/gems/", "git.example.org:8443/ann/gems")]
    [InlineData("org-1234@github.com:ann/gems.git", "ann/gems")]
    [InlineData("ext::sh -c touch% /tmp/x", null)]
    [InlineData("file:///srv/gems.git", null)]
    [InlineData("/srv/ann/gems.git", null)]
    [InlineData("../ann/gems.git", null)]
    [InlineData("--upload-pack=touch x", null)]
    [InlineData("https://github.com/ann/gems.git --upload-pack=x", null)]
    [InlineData("https://github.com/ann/gems/more", null)]
    [InlineData("https://github.com/-ann/gems", null)]
    [InlineData("https://github.com/ann/..", null)]
    [InlineData("https://evil.example\\@github.com/ann/gems", null)]
    [InlineData("ssh://-oProxyCommand=touch/ann/gems", null)]
    [InlineData("git@-oProxyCommand=x:ann/gems", null)]
    [InlineData("https://github.com/ann/gems\n", null)]
    public void Of_an_address_host_owner_and_name_are_taken_and_nothing_else(string address, string? name)
    {
        RepositoryName? parsed = RepositoryName.OfAddress(address);
        parsed?.ToString().ShouldBe(name);
        (parsed is null).ShouldBe(name is null);
        if (parsed is not null)
        {
            parsed.Address.UserInfo.ShouldBe("");
            RepositoryName.Parse(parsed.ToString()).ShouldBe(parsed);
        }
    }

    [Fact]
    public void A_configuration_is_read_as_data()
    {
        GitConfigText config = GitConfigText.Read("""
            [core]
                bare = false ; a comment
            [include]
                path = /nonexistent
            [url "https://evil.example/"]
                insteadOf = https://github.com/
            [Remote "or\"ig]in"] # odd
                url = "https://github.com/ann/gems # not a comment"
            [remote "origin"]
                url = https://github.com/ann/\
            gems.git
                url = https://github.com/second/one.git
                pushurl = ext::sh
            [extensions] objectFormat = sha256
            [broken
                url = x
            """);
        config.Remotes.ShouldBe([("or\"ig]in", "https://github.com/ann/gems # not a comment"), ("origin", "https://github.com/ann/gems.git")]);
        (config.Value("extensions", "objectformat"), config.Value("core", "bare"), config.Value("core", "none")).ShouldBe(("sha256", "false", null));
    }

    private static WorkspaceRepository Find(string folder) => WorkspaceRepository.Find(Path.Combine(folder, "solution.py"));
}
