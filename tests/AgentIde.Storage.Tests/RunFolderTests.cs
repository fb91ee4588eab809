using AgentIde.Core.Runs;
using AgentIde.Storage.Reading;
using AgentIde.Testing;

namespace AgentIde.Storage.Tests;

public sealed class RunFolderTests : IDisposable
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Is_named_after_the_task_with_the_next_number()
    {
        foreach (string expected in new[] { "diamonds-1", "diamonds-2" })
        {
            await using OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
            owned.Run.Value.ShouldBe(expected);
            owned.Folder.ShouldBe(_workspace.Store.FolderOf(owned.Run));
        }

        await using OwnedRun other = await _workspace.Store.CreateAsync("Letters & Digits", CancellationToken.None);
        other.Run.Value.ShouldBe("letters-digits-1");
        Directory.Delete(_workspace.In(RunId.Parse("diamonds-1")), recursive: true);
        await using OwnedRun third = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        third.Run.Value.ShouldBe("diamonds-3");
    }

    [Theory]
    [InlineData("--../../etc//passwd", "etc-passwd")]
    [InlineData("Ärger", "rger")]
    [InlineData("…", "run")]
    [InlineData("", "run")]
    public void Makes_a_plain_name_of_any_task(string task, string slug) => RunList.Slug(task).ShouldBe(slug);

    [Fact]
    public async Task Gives_two_numbers_to_two_that_make_a_run_at_the_same_time()
    {
        OwnedRun[] owned = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _workspace.OtherStore().CreateAsync("diamonds", CancellationToken.None))));

        owned.Select(run => run.Run).Distinct().Count().ShouldBe(8);
        foreach (OwnedRun run in owned)
        {
            await run.DisposeAsync();
        }
    }

    [Fact]
    public async Task Is_for_the_eyes_of_its_user_alone_and_out_of_version_control()
    {
        await using OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        await owned.AppendAsync([SampleRun.Event(1)], [], CancellationToken.None);
        await _workspace.Store.RequestAsync(owned.Run, new PauseRequest("a person"), CancellationToken.None);

        string root = Path.Combine(_workspace.Path, ".agentide");
        File.ReadAllText(Path.Combine(root, ".gitignore")).ShouldBe("*\n");
        string[] all = [root, .. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)];
        all.Length.ShouldBeGreaterThan(10);
        all.ShouldAllBe(path => (File.GetUnixFileMode(path) & Others) == 0);
    }

    [Fact]
    public async Task Lists_runs_newest_first_with_their_state()
    {
        OwnedRun finished = await _workspace.Store.CreateAsync("first", CancellationToken.None);
        await finished.AppendAsync([SampleRun.Event(1), new RunFinished(RunEnding.NodesSpent, "All nodes are spent.", Digest.Of("journal"))], [], CancellationToken.None);
        await finished.DisposeAsync();
        OwnedRun interrupted = await _workspace.Store.CreateAsync("second", CancellationToken.None);
        await interrupted.AppendAsync([SampleRun.Event(1)], [], CancellationToken.None);
        await interrupted.DisposeAsync();
        await (await _workspace.Store.CreateAsync("never-began", CancellationToken.None)).DisposeAsync();
        await using OwnedRun live = await _workspace.Store.CreateAsync("third", CancellationToken.None);
        RecordedEvent last = (await live.AppendAsync(SampleRun.Events(1, 2), [], CancellationToken.None))[1];
        Directory.CreateDirectory(_workspace.In(RunId.Parse("strange-1")));
        Directory.CreateDirectory(Path.Combine(_workspace.Path, ".agentide", "runs", "Not a run"));

        (await _workspace.OtherStore().ListAsync(CancellationToken.None)).Select(run => (run.Run.Value, run.Liveness, run.Head)).ShouldBe(
        [
            ("third-1", Liveness.Live, 2L), ("second-1", Liveness.Interrupted, 1L), ("first-1", Liveness.Finished, 2L),
        ]);
        (await _workspace.Store.ListAsync(CancellationToken.None))[0].ChangedAt.ShouldBe(last.At);
    }

    [Fact]
    public async Task Lists_nothing_in_a_workspace_without_runs() =>
        (await _workspace.Store.ListAsync(CancellationToken.None)).ShouldBeEmpty();

    [Theory]
    [InlineData("run.db")]
    [InlineData("run.db-wal")]
    [InlineData("lock")]
    [InlineData("heads")]
    [InlineData("control")]
    [InlineData("view")]
    public async Task Follows_no_link(string name)
    {
        OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        await owned.AppendAsync([SampleRun.Event(1)], [], CancellationToken.None);
        await owned.DisposeAsync();
        string path = _workspace.In(owned.Run, name);
        string target = Path.Combine(_workspace.Path, "target");
        Directory.Move(path, target);
        File.CreateSymbolicLink(path, target);

        (await Should.ThrowAsync<RunStoreException>(async () =>
        {
            await _workspace.Store.WriteViewAsync(owned.Run, 1, "solution.py", "x"u8.ToArray(), CancellationToken.None);
            await _workspace.Store.TakeAsync(owned.Run, CancellationToken.None);
        })).Message.ShouldContain("is a link");
    }

    [Fact]
    public async Task Makes_no_run_behind_a_link()
    {
        string elsewhere = Directory.CreateDirectory(Path.Combine(_workspace.Path, "elsewhere")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(_workspace.Path, ".agentide"), elsewhere);

        (await Should.ThrowAsync<RunStoreException>(() => _workspace.Store.CreateAsync("diamonds", CancellationToken.None))).Message.ShouldContain("is a link");
        Directory.EnumerateFileSystemEntries(elsewhere).ShouldBeEmpty();
    }
}
