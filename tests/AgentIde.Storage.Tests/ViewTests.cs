using AgentIde.Core.Runs;

namespace AgentIde.Storage.Tests;

public sealed class ViewTests : IAsyncLifetime
{
    private readonly TemporaryWorkspace _workspace = new();
    private OwnedRun _owned = null!;

    public async ValueTask InitializeAsync() => _owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _owned.DisposeAsync();
        _workspace.Dispose();
    }

    [Fact]
    public async Task Are_real_files_that_nobody_can_write()
    {
        string path = await _workspace.Store.WriteViewAsync(_owned.Run, 3, "solution.py", "print(1)\n"u8.ToArray(), CancellationToken.None);

        path.ShouldBe(_workspace.In(_owned.Run, "view", "3", "solution.py"));
        File.ReadAllText(path).ShouldBe("print(1)\n");
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!).ShouldHaveSingleItem("nothing is left aside");
    }

    [Fact]
    public async Task Are_replaced_when_they_differ_and_left_alone_when_they_do_not()
    {
        string path = await _workspace.Store.WriteViewAsync(_owned.Run, 3, "solution.py", "print(1)\n"u8.ToArray(), CancellationToken.None);
        using FileStream open = File.OpenRead(path);
        DateTime old = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, old);

        await _workspace.Store.WriteViewAsync(_owned.Run, 3, "solution.py", "print(1)\n"u8.ToArray(), CancellationToken.None);
        File.GetLastWriteTimeUtc(path).ShouldBe(old);

        await _workspace.Store.WriteViewAsync(_owned.Run, 3, "solution.py", "print(2)\n"u8.ToArray(), CancellationToken.None);
        File.ReadAllText(path).ShouldBe("print(2)\n");
        new StreamReader(open).ReadToEnd().ShouldBe("print(1)\n", "who has it open keeps what was there");
    }

    [Theory]
    [InlineData(1, "../solution.py")]
    [InlineData(1, "/etc/passwd")]
    [InlineData(1, "..")]
    [InlineData(1, ".hidden")]
    [InlineData(1, "a b")]
    [InlineData(1, "a\nb")]
    [InlineData(1, "")]
    [InlineData(0, "solution.py")]
    [InlineData(-1, "solution.py")]
    public async Task Have_plain_names_only(int node, string name) =>
        await Should.ThrowAsync<RunStoreException>(() => _workspace.Store.WriteViewAsync(_owned.Run, node, name, default, CancellationToken.None));
}
