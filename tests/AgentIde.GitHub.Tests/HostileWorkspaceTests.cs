using AgentIde.GitHub.Git;
using AgentIde.Testing;
using static AgentIde.GitHub.Tests.Proposed;

namespace AgentIde.GitHub.Tests;

/// <summary>A workspace whose git runs programs at every turn: with its own git they fire, with ours none does.</summary>
public sealed class HostileWorkspaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_of_it_fires()
    {
        HostileRepository hostile = new(_folder);
        string work = hostile.Path;
        IReadOnlyList<string> fired = hostile.Fire();
        foreach (string name in new[] { "fsmonitor", "pre-commit", "clean", "external-diff", "transport" })
        {
            fired.ShouldContain(name);
        }

        DateTime index = File.GetLastWriteTimeUtc(Path.Combine(work, ".git/index"));
        string[] before = hostile.Files();

        WorkspaceRepository workspace = WorkspaceRepository.Find(Path.Combine(work, Solution));
        workspace.Remotes.Select(remote => remote.Repository.ToString()).ShouldBe(["ann/gems"]);
        string path = workspace.PathOf(Path.Combine(work, Solution));
        PlannedBranch plan;
        using (OwnRepository own = await OwnRepository.CreateAsync(workspace, CancellationToken.None))
        {
            plan = await own.CommitAsync(workspace.Base("main", null).Commit, path, Steps.Of("a = 1\r\n", "a = 2\r\n$Id$\n"), CancellationToken.None);
            (await own.Git.RunAsync(CancellationToken.None, "diff-tree", "-r", "--name-only", plan.Base, plan.Head)).ShouldBe(Solution);
            (await own.Git.SucceedAsync(null, ["cat-file", "-p", $"{plan.Head}:{Solution}"], null, CancellationToken.None)).ShouldBe("a = 2\r\n$Id$\n");
            (await own.Git.RunAsync(CancellationToken.None, "ls-tree", "--name-only", plan.Head)).ShouldContain(".gitattributes", customMessage: "a commit in place of another");
            (await own.Git.RunAsync(CancellationToken.None, "config", "--list")).ShouldNotContain("evil");
        }

        hostile.Fired.ShouldBeEmpty();
        plan.Diff.ShouldContain("+a = 2");
        hostile.Files().ShouldBe(before);
        File.GetLastWriteTimeUtc(Path.Combine(work, ".git/index")).ShouldBe(index);
    }
}
