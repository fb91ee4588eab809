using System.Text;
using AgentIde.Core.PullRequests;
using AgentIde.Core.Runs;
using AgentIde.GitHub.Git;
using AgentIde.Testing;
using static AgentIde.GitHub.Tests.Proposed;

namespace AgentIde.GitHub.Tests;

/// <summary>Commits made of blobs and trees, looked at by git itself.</summary>
public sealed class OwnRepositoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_step_is_a_commit_on_the_one_before_it_and_only_the_solution_differs()
    {
        string work = TestGit.Create(_folder);
        string objects = TestGit.Run(work, "count-objects", "-v");
        await WithPlanAsync(work, Steps.Of("a = 1\n", "a = 2\n", "a = 2\n", "a = 3\n"), async (own, plan) =>
        {
            plan.Commits.Select(commit => commit.Node).ShouldBe([1, 2, 4]);
            plan.Head.ShouldBe(plan.Commits[^1].Sha);
            string[] log = (await OwnAsync(own, "log", "--format=%H|%P|%an|%ae|%cI|%B%x00", $"{plan.Base}..{plan.Head}")).Split('\0', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            log.Length.ShouldBe(3);
            log[2].ShouldBe($"{plan.Commits[0].Sha}|{plan.Base}|agentide|agentide@agentide.invalid|2026-05-01T12:00:00+00:00|step 1\n\n> a thought\n\nNode 1 of the run diamonds-1 (0123abcd), written by a machine.");
            log[0].ShouldStartWith($"{plan.Commits[2].Sha}|{plan.Commits[1].Sha}|agentide|agentide@agentide.invalid|2026-05-01T12:03:00+00:00|step 4");
            foreach (PlannedCommit commit in plan.Commits)
            {
                (await OwnAsync(own, "diff-tree", "-r", "--no-commit-id", "--name-only", commit.Sha)).ShouldBe(Solution);
                commit.Files.ShouldBe([Solution]);
            }

            (await OwnAsync(own, "cat-file", "-p", $"{plan.Head}:{Solution}")).ShouldBe("a = 3");
            plan.Diff.ShouldContain($"+++ b/{Solution}\n@@ -0,0 +1 @@\n+a = 3\n");
            plan.Diff.Split("diff --git").Length.ShouldBe(2);
        });
        TestGit.Run(work, "status", "--porcelain").ShouldBe("");
        TestGit.Run(work, "count-objects", "-v").ShouldBe(objects);
        TestGit.Run(work, "branch", "--all").ShouldBe("* main");
    }

    [Fact]
    public async Task The_same_steps_are_the_same_commits()
    {
        string work = TestGit.Create(_folder);
        List<string> heads = [];
        for (int time = 0; time < 2; time++)
        {
            await WithPlanAsync(work, Steps.Of("a = 1\n", "a = 2\n"), (_, plan) =>
            {
                heads.Add(string.Join(' ', plan.Commits.Select(commit => commit.Sha)));
                return Task.CompletedTask;
            });
        }

        heads.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_may_be_executed_stays_so_and_what_it_held_already_is_no_commit()
    {
        string work = TestGit.Create(_folder);
        File.SetUnixFileMode(_folder.Write($"work/{Solution}", "a = 1\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        TestGit.Commit(work, "Solve.");
        await WithPlanAsync(work, Steps.Of("a = 1\n", "a = 2\n"), async (own, plan) =>
        {
            plan.Commits.ShouldHaveSingleItem().Node.ShouldBe(2);
            plan.IsReplacing.ShouldBeTrue();
            (await OwnAsync(own, "log", "-1", "--format=%B", plan.Head)).ShouldBe($"step 2\n\n> a thought\n\nIt replaces the file {Solution}, which is there\nalready.\n\nNode 2 of the run diamonds-1 (0123abcd), written by a machine.");
            (await OwnAsync(own, "ls-tree", plan.Head, Solution)).ShouldStartWith("100755 blob");
        });
        (await RefusalAsync(work, Steps.Of("a = 1\n"))).ShouldBe($"{Solution} holds this code already where the pull request would go to: there is nothing to propose.");
        (await RefusalAsync(work, Steps.Of("b = 1\n", "a = 1\n"))).ShouldContain("there is nothing to propose");
    }

    [Fact]
    public async Task Nothing_is_written_over_or_through_a_link_or_a_submodule()
    {
        string work = TestGit.Create(_folder);
        File.CreateSymbolicLink(Path.Combine(work, Solution), "/etc/passwd");
        TestGit.Commit(work, "Link.");
        (await RefusalAsync(work, Steps.Of("a = 1\n"))).ShouldBe($"{Solution} is no plain file in the repository (but a link): nothing is written over it.");

        string other = TestGit.Create(_folder, "other");
        TestGit.Run(other, "mv", "tasks", "elsewhere");
        File.CreateSymbolicLink(Path.Combine(other, "tasks"), "elsewhere");
        TestGit.Commit(other, "Link.");
        (await RefusalAsync(other, Steps.Of("a = 1\n"))).ShouldBe("tasks is no plain folder in the repository (but a link): nothing is written through it.");

        string third = TestGit.Create(_folder, "third");
        TestGit.Run(third, "rm", "-r", "--quiet", "tasks");
        TestGit.Run(third, "submodule", "--quiet", "add", other, "tasks");
        TestGit.Commit(third, "Submodule.");
        TestGit.Run(third, "submodule", "--quiet", "deinit", "--force", "tasks");
        (await RefusalAsync(third, Steps.Of("a = 1\n"))).ShouldBe("tasks is no plain folder in the repository (but a submodule): nothing is written through it.");
    }

    [Fact]
    public async Task Shallow_and_borrowing_clones_and_other_hashes_do()
    {
        string work = TestGit.Create(_folder);
        TestGit.Run(_folder.Path, "clone", "--quiet", "--depth", "1", $"file://{work}", "shallow");
        TestGit.Run(_folder.Path, "clone", "--quiet", "--shared", work, "borrowing");
        string odd = Directory.CreateDirectory(_folder["odd: \"name\""]).FullName;
        TestGit.Run(_folder.Path, "clone", "--quiet", "--no-hardlinks", work, odd);
        TestGit.Create(_folder, "other", "sha256");
        foreach (string name in new[] { _folder["shallow"], _folder["borrowing"], odd, _folder["other"] })
        {
            await WithPlanAsync(name, Steps.Of("a = 1\n"), async (own, plan) =>
            {
                plan.Head.Length.ShouldBe(name == _folder["other"] ? 64 : 40);
                (await OwnAsync(own, "cat-file", "-p", $"{plan.Head}:{Solution}")).ShouldBe("a = 1");
            });
        }
    }

    [Fact]
    public async Task A_commit_that_is_not_here_is_to_be_fetched()
    {
        string work = TestGit.Create(_folder);
        _folder.Write("work/.git/refs/heads/gone", new string('7', 40) + "\n");
        using OwnRepository own = await OwnRepository.CreateAsync(WorkspaceRepository.Find(Path.Combine(work, Solution)), CancellationToken.None);
        (await Should.ThrowAsync<GitHubException>(() => own.CommitAsync(new string('7', 40), Solution, Steps.Of("a"), CancellationToken.None))).Message.ShouldStartWith("The commit 77777777 that the pull request would go to is not here whole");
    }

    [Fact]
    public async Task A_hostile_thought_forges_no_trailer()
    {
        string work = TestGit.Create(_folder);
        string thought = "Fit.\n\nSigned-off-by: Ann <ann@example.org>\nCo-authored-by: Eve <eve@example.org>\nCloses: #12\n\u202E\u0000\r--amend";
        IReadOnlyList<RecordedEvent> events = await EventsAsync(thought);
        PullRequest pull = PullRequest.Of(RunAccount.Of(events), 1, "a = 1\n", text => text);
        StepCode[] steps = [.. pull.Steps.Select(step => new StepCode(step, Encoding.UTF8.GetBytes("a = 1\n")))];
        await WithPlanAsync(work, steps, async (own, plan) =>
        {
            string message = (await OwnAsync(own, "log", "-1", "--format=%B", plan.Head));
            message.ShouldContain("Eve");
            TestGit.Try(work, message, "interpret-trailers", "--parse").ShouldBe((0, ""));
            (await OwnAsync(own, "log", "-1", "--format=%(trailers)", plan.Head)).ShouldBe("");
        });
    }

    [Fact]
    public async Task The_folder_is_nobody_elses_and_goes_at_the_end()
    {
        string work = TestGit.Create(_folder);
        string path;
        using (OwnRepository own = await OwnRepository.CreateAsync(WorkspaceRepository.Find(Path.Combine(work, Solution)), CancellationToken.None))
        {
            path = own.Path;
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.Exists(Path.Combine(path, "own.git/hooks")).ShouldBeFalse();
        }

        Directory.Exists(path).ShouldBeFalse();
    }

    /// <summary>Of a run with one valid node.</summary>
    private async Task<IReadOnlyList<RecordedEvent>> EventsAsync(string thought)
    {
        MemoryRunStore store = new(_folder.Path, TimeProvider.System);
        await using ScriptedRun run = await ScriptedRun.StartAsync(store);
        await run.AddValidAsync(Operator.Draft, null, thought, "a = 1\n", 0.1);
        return (await store.ReadAsync(run.Run, 0, 1_000, CancellationToken.None)).Events;
    }

    private static async Task WithPlanAsync(string work, StepCode[] steps, Func<OwnRepository, PlannedBranch, Task> look)
    {
        WorkspaceRepository workspace = WorkspaceRepository.Find(Path.Combine(work, Solution));
        using OwnRepository own = await OwnRepository.CreateAsync(workspace, CancellationToken.None);
        await look(own, await own.CommitAsync(workspace.Base(null, null).Commit, Solution, steps, CancellationToken.None));
    }

    private static async Task<string> RefusalAsync(string work, StepCode[] steps) =>
        (await Should.ThrowAsync<GitHubException>(() => WithPlanAsync(work, steps, (_, _) => Task.CompletedTask))).Message;

    /// <summary>What git sees in our own repository, with the workspace's objects at hand.</summary>
    private static async Task<string> OwnAsync(OwnRepository own, params string[] arguments) =>
        (await own.Git.RunAsync(CancellationToken.None, arguments)).Trim();
}
