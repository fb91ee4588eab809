using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;

namespace AgentIde.Sandbox.Tests;

public sealed class StartFailureTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Fact]
    public async Task Without_bubblewrap_one_line_says_how_to_get_it()
    {
        BubblewrapSandbox sandbox = new(_bench.Options with { Bubblewrap = "/usr/bin/no-such-bwrap" });
        (await Should.ThrowAsync<SandboxException>(() => sandbox.ProbeAsync(CancellationToken.None))).Message.ShouldBe("bubblewrap is not installed: apt-get install bubblewrap");
    }

    [Fact]
    public async Task Without_Python_one_line_says_how_to_get_it()
    {
        BubblewrapSandbox sandbox = new(_bench.Options with { Python = "/usr/bin/python9" });
        (await Should.ThrowAsync<SandboxException>(() => sandbox.ProbeAsync(CancellationToken.None))).Message
            .ShouldBe("There is no Python at /usr/bin/python9: apt-get install python3, or name another with --python.");
    }

    [Theory]
    [InlineData("/bin/false", "ended with exit code 1 without a word")]
    [InlineData("/bin/true", "ended well without a word")]
    [InlineData("/bin/echo", "ended well and said '-s solution.py'")]
    public async Task What_is_no_Python_is_told_by_what_it_did(string program, string did)
    {
        BubblewrapSandbox sandbox = new(_bench.Options with { Python = program });
        (await Should.ThrowAsync<SandboxException>(() => sandbox.ProbeAsync(CancellationToken.None))).Message.ShouldBe(
            $"{program} is no Python that candidates could use: started in the sandbox and asked for its version it {did}. Name a Python 3 with --python, such as /usr/bin/python3 or that of a virtual environment.");
    }

    [Fact]
    public async Task A_bubblewrap_that_fails_is_a_failure_of_the_engine_with_its_own_words()
    {
        string program = Path.Combine(_bench.Folder, "bwrap");
        await File.WriteAllTextAsync(program, "#!/bin/sh\necho 'bwrap: Creating new namespace failed: Operation not permitted'\nexit 1\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        BubblewrapSandbox sandbox = new(_bench.Options with { Bubblewrap = program });
        (await Should.ThrowAsync<SandboxException>(() => sandbox.ExecuteAsync(_bench.Spec("pass"), null, CancellationToken.None))).Message
            .ShouldStartWith("This machine refuses user namespaces (bwrap: Creating new namespace failed: Operation not permitted): run sysctl -w");
        _bench.Notes().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("bwrap: setting up uid map: Permission denied", true, "AppArmor keeps bubblewrap")]
    [InlineData("bwrap: setting up uid map: Permission denied", false, "This machine refuses user namespaces")]
    [InlineData("bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user namespaces.", false, "This machine refuses user namespaces")]
    [InlineData("bwrap: Unknown option --disable-userns", false, "bubblewrap is too old")]
    [InlineData("bwrap: Can't find source path /gone: No such file or directory", false, "The sandbox could not be made: bwrap: Can't find source path /gone")]
    [InlineData("", false, "The sandbox could not be made: it ended without a word")]
    public void Each_failure_has_its_way_out(string output, bool appArmor, string message) =>
        StartFailure.Message(output, appArmor).ShouldStartWith(message);

    [Fact]
    public async Task A_virtual_environment_outside_usr_runs_candidates()
    {
        string environment = Path.Combine(_bench.Folder, "venv");
        using (System.Diagnostics.Process made = System.Diagnostics.Process.Start("/usr/bin/python3", ["-m", "venv", "--without-pip", environment]))
        {
            await made.WaitForExitAsync();
        }

        BubblewrapSandbox sandbox = new(_bench.Options with { Python = Path.Combine(environment, "bin", "python3") });
        ExecutionResult result = await sandbox.ExecuteAsync(_bench.Spec("import sys\nprint(sys.prefix)"), null, CancellationToken.None);
        result.Text().ShouldBe($"{environment}\n");
    }

    [Fact]
    public void An_interpreter_that_can_not_be_shown_without_a_home_folder_is_refused()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string above = Path.GetDirectoryName(home)!, beside = Path.Combine(home, "venv");
        Should.Throw<SandboxException>(() => ShownFolders.Of("The interpreter /x/bin/python3", [above])).Message.ShouldEndWith("such as a virtual environment.");
        Should.Throw<SandboxException>(() => ShownFolders.OfModels([above])).Message.ShouldNotContain("virtual environment");
        ShownFolders.Of("The interpreter /x/bin/python3", [beside]).ShouldBe([beside]);
        ShownFolders.OfModels([beside]).ShouldBe([beside]);
    }

    public void Dispose() => _bench.Dispose();
}
