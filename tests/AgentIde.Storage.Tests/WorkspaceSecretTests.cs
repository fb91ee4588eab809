using AgentIde.Core.Runs;

namespace AgentIde.Storage.Tests;

public sealed class WorkspaceSecretTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    private string File => Path.Combine(_workspace.Path, ".agentide", "secret");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Is_the_same_for_all_who_ask_at_once()
    {
        byte[][] secrets = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => WorkspaceSecret.ReadOrCreate(_workspace.Path))));

        secrets[0].Length.ShouldBe(WorkspaceSecret.Length);
        secrets[0].Distinct().Count().ShouldBeGreaterThan(8);
        secrets.ShouldAllBe(secret => secret.SequenceEqual(secrets[0]));
        WorkspaceSecret.ReadOrCreate(_workspace.Path).ShouldBe(secrets[0]);
        System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.EnumerateFiles(Path.GetDirectoryName(File)!).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe([".gitignore", "secret"]);
    }

    [Fact]
    public void Differs_from_workspace_to_workspace()
    {
        using TemporaryWorkspace other = new();

        WorkspaceSecret.ReadOrCreate(_workspace.Path).ShouldNotBe(WorkspaceSecret.ReadOrCreate(other.Path));
    }

    [Fact]
    public void Is_refused_when_others_can_read_it()
    {
        WorkspaceSecret.ReadOrCreate(_workspace.Path);
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Should.Throw<RunStoreException>(() => WorkspaceSecret.ReadOrCreate(_workspace.Path)).Message.ShouldContain("chmod 600");
    }

    [Fact]
    public void Is_refused_when_it_is_cut_short_or_a_link()
    {
        byte[] secret = WorkspaceSecret.ReadOrCreate(_workspace.Path);
        System.IO.File.WriteAllBytes(File, secret[..16]);
        Should.Throw<RunStoreException>(() => WorkspaceSecret.ReadOrCreate(_workspace.Path)).Message.ShouldContain("has 16 bytes instead of 32");
        System.IO.File.Delete(File);
        System.IO.File.CreateSymbolicLink(File, Path.Combine(_workspace.Path, "elsewhere"));
        Should.Throw<RunStoreException>(() => WorkspaceSecret.ReadOrCreate(_workspace.Path)).Message.ShouldContain("is a link");
    }
}
