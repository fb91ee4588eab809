using AgentIde.Core.Runs;
using AgentIde.Storage.Files;
using AgentIde.Testing;

namespace AgentIde.Storage.Tests;

public sealed class NetworkPlaceTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();
    private readonly TemporaryWorkspace _state = new();

    public void Dispose()
    {
        _workspace.Dispose();
        _state.Dispose();
    }

    [Fact]
    public async Task Keeps_the_runs_of_a_workspace_on_a_network_in_the_state_folder_and_says_so()
    {
        using SqliteRunStore store = StoreOn(path => path.StartsWith(_workspace.Path, StringComparison.Ordinal) ? "NFS" : null);
        await using OwnedRun owned = await store.CreateAsync("diamonds", CancellationToken.None);
        await owned.AppendAsync([SampleRun.Event(1)], [], CancellationToken.None);

        owned.Folder.ShouldStartWith(Path.Combine(_state.Path, "agentide", Path.GetFileName(_workspace.Path)));
        store.Notice.ShouldNotBeNull().ShouldEndWith($"because {_workspace.Path} lies on a network file system (NFS).");
        Directory.EnumerateFiles(Path.Combine(_workspace.Path, ".agentide")).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe([".gitignore", "runs-are-elsewhere.txt"]);
        File.ReadAllText(Path.Combine(_workspace.Path, ".agentide", "runs-are-elsewhere.txt")).ShouldBe($"{store.Notice}\n");
        using SqliteRunStore other = StoreOn(path => path.StartsWith(_workspace.Path, StringComparison.Ordinal) ? "NFS" : null);
        (await other.ListAsync(CancellationToken.None)).ShouldHaveSingleItem().Run.ShouldBe(owned.Run);
    }

    [Fact]
    public void Refuses_a_workspace_when_the_state_folder_is_on_a_network_too() =>
        Should.Throw<RunStoreException>(() => StoreOn(_ => "NFS")).Message.ShouldEndWith("Set XDG_STATE_HOME to a folder on a local disk.");

    [Fact]
    public void Says_nothing_on_a_local_disk() => _workspace.Store.Notice.ShouldBeNull();

    [Fact]
    public void Knows_the_kernel_s_own_file_systems_from_networks()
    {
        NetworkFileSystems.NameOf("/proc").ShouldBeNull();
        Libc.FileSystemKind("/proc").ShouldBe(0x9FA0);
    }

    private SqliteRunStore StoreOn(Func<string, string?> networkFileSystem) =>
        new(_workspace.Path, TimeProvider.System, networkFileSystem, _state.Path, static _ => { });
}
