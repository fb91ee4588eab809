using AgentIde.GitHub.Git;
using AgentIde.Testing;

namespace AgentIde.GitHub.Tests;

/// <summary>Git's own rule of whose repository is read.</summary>
public sealed class RepositoryOwnerTests : IDisposable
{
    private const uint Stranger = 61151;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_belongs_to_another_user_is_read_where_a_person_says_that_it_is_safe()
    {
        string root = _folder["work"];
        Directory.CreateDirectory(Path.Combine(root, ".git"));
        uint owner = RepositoryOwner.Of(root), other = owner + Stranger;
        Check(owner);
        Refused(other, null).ShouldStartWith($"{root} belongs to another user of this machine ({owner}), so the repository in {root} is not read, as by git: ");
        Refused(other, null, "/elsewhere", $"{root}/deeper").ShouldNotBeEmpty();
        Refused(other, null, "*", "").ShouldNotBeEmpty();
        Refused(other, $"{owner}").ShouldNotBeEmpty();
        Check(other, null, root);
        Check(other, null, "/elsewhere", "*");
        Check(other, null, $"{_folder.Path}/*");

        void Check(uint user, string? sudo = null, params string[] safe) => RepositoryOwner.Check(root, [Path.Combine(root, ".git")], user, sudo, safe);
        string Refused(uint user, string? sudo, params string[] safe) => Should.Throw<GitHubException>(() => Check(user, sudo, safe)).Message;
    }

    [Fact]
    public void A_link_is_its_owners_not_its_targets()
    {
        File.CreateSymbolicLink(_folder["link"], "/nonexistent");
        RepositoryOwner.Of(_folder["link"]).ShouldBe(RepositoryOwner.Of(_folder.Path));
        Should.Throw<GitHubException>(() => RepositoryOwner.Of(_folder["none"])).Message.ShouldStartWith($"{_folder["none"]} can't be looked at: ");
    }

    [Fact]
    public void Root_reads_what_is_its_own_and_what_belongs_to_whoever_called_sudo()
    {
        string work = TestGit.Create(_folder);
        uint owner = RepositoryOwner.Of(work);
        if (owner == 0)
        {
            System.Diagnostics.Process.Start("/bin/chown", ["-R", $"{Stranger}", work]).WaitForExit();
            owner = Stranger;
            Should.Throw<GitHubException>(() => WorkspaceRepository.Find(Path.Combine(work, "solution.py"))).Message.ShouldContain($"belongs to another user of this machine ({Stranger})");
        }

        RepositoryOwner.Check(work, [], 0, $"{owner}", []);
        Should.Throw<GitHubException>(() => RepositoryOwner.Check(work, [], 0, null, []));
        Should.Throw<GitHubException>(() => RepositoryOwner.Check(work, [], 0, $"{owner + 1}", []));
    }
}
