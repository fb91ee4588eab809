using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AgentIde.Core.PullRequests;
using AgentIde.GitHub.Git;
using AgentIde.Testing;
using static AgentIde.GitHub.Tests.Proposed;

namespace AgentIde.GitHub.Tests;

/// <summary>Pushes to OpenSSH's own server on this machine, with a key of the test's, while the API knows the token.</summary>
public sealed class SshTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _work;
    private GitHubOfTests _github = null!;
    private Process? _server;
    private Task<string>? _drained;
    private int _port;

    public SshTests() => _work = TestGit.Create(_folder);

    public async ValueTask InitializeAsync()
    {
        _github = await GitHubOfTests.StartAsync(_work);
        _folder.Write("links/.keep", "");
        Directory.CreateSymbolicLink(_folder["links", _github.Owner], Path.GetDirectoryName(_github.Folder)!);
        await StartServerAsync();
        TestGit.Run(_work, "remote", "set-url", "origin", $"ssh://git@127.0.0.1:{_port}/{_github.Repository}.git");
    }

    public async ValueTask DisposeAsync()
    {
        _server?.Kill();
        await (_drained ?? Task.FromResult(""));
        _server?.Dispose();
        _folder.Dispose();
        await _github.DisposeAsync();
    }

    [Fact]
    public async Task The_branch_goes_over_SSH_and_the_pull_request_by_the_token()
    {
        using SshCommand command = new($"ssh -F /dev/null -i {_folder["key"]} -o BatchMode=yes -o UserKnownHostsFile={_folder["known"]} -o StrictHostKeyChecking=yes -l {Environment.UserName}");
        OpenedPullRequest opened = await OpenAsync("a = 1\n");
        opened.State.ShouldBe(OpeningState.Created);
        GitHubState state = await _github.SeeAsync();
        (state.Pulls.Single().Head, state.Pushes).ShouldBe(($"{_github.Owner}:{Branch}", 0));
        TestGit.Run(_github.Folder, "rev-parse", Branch).ShouldBe(opened.Branch.Head);
        (await OpenAsync("a = 1\n", "a = 2\n")).State.ShouldBe(OpeningState.Updated);
        (await File.ReadAllTextAsync(_folder["asked"])).ShouldNotContain(_github.Token);
    }

    [Fact]
    public async Task What_the_workspace_says_of_ssh_is_not_done_and_a_key_that_is_refused_is_one_message()
    {
        TestGit.Run(_work, "config", "core.sshCommand", $"touch {_folder["ran"]} #");
        TestGit.Run(_work, "config", $"url.ext::sh -c touch% {_folder["ran"]}.insteadOf", "ssh://");
        using (SshCommand command = new($"ssh -F /dev/null -i {_folder["other"]} -o IdentityAgent=none -o BatchMode=yes -o UserKnownHostsFile={_folder["known"]} -l {Environment.UserName}"))
        {
            (await Should.ThrowAsync<GitHubException>(() => OpenAsync("a = 1\n"))).Message.ShouldBe("127.0.0.1 let in none of your SSH keys: 'ssh-add -l' shows those of your agent; GIT_SSH_COMMAND may name another one.");
        }

        using (SshCommand command = new($"ssh -F /dev/null -i {_folder["key"]} -o BatchMode=yes -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes -l {Environment.UserName}"))
        {
            (await Should.ThrowAsync<GitHubException>(() => OpenAsync("a = 1\n"))).Message.ShouldStartWith("ssh does not know the host key of 127.0.0.1: ");
        }

        File.Exists(_folder["ran"]).ShouldBeFalse();
    }

    private Task<OpenedPullRequest> OpenAsync(params string[] codes)
    {
        WorkspaceRepository workspace = WorkspaceRepository.Find(Path.Combine(_work, Solution));
        StepCode[] steps = Steps.Of(codes);
        PullRequest pull = Proposed.Of(steps);
        return new PullRequestOpening(RepositoryName.Parse(_github.Name)!, new Token(_github.Token), TimeProvider.System, workspace.RouteOf("origin"))
            .OpenAsync(workspace, Solution, pull, [.. steps], null, isDraft: true, CancellationToken.None);
    }

    /// <summary>As the user of the tests, for one key alone, which may do no more than speak git to the tests' repositories.</summary>
    private async Task StartServerAsync()
    {
        foreach (string key in new[] { "host", "key", "other" })
        {
            Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", _folder[key]);
        }

        _folder.Write("serve", $"""
            #!/bin/sh
            env >> {_folder["asked"]}
            set -- $SSH_ORIGINAL_COMMAND
            path=$(echo "$2" | tr -d "'")
            case "$1" in git-receive-pack|git-upload-pack) exec "$1" {_folder["links"]}"$path" ;; esac
            exit 1
            """);
        File.SetUnixFileMode(_folder["serve"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _folder.Write("authorized", $"command=\"{_folder["serve"]}\",restrict {await File.ReadAllTextAsync(_folder["key.pub"])}");
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            _port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        _folder.Write("sshd_config", $"""
            Port {_port}
            ListenAddress 127.0.0.1
            HostKey {_folder["host"]}
            AuthorizedKeysFile {_folder["authorized"]}
            PidFile none
            UsePAM no
            StrictModes no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            """);
        _folder.Write("known", $"[127.0.0.1]:{_port} {await File.ReadAllTextAsync(_folder["host.pub"])}");
        if (Environment.UserName == "root")
        {
            Directory.CreateDirectory("/run/sshd");
        }

        _server = Process.Start(new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", _folder["sshd_config"]]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        while (await _server.StandardError.ReadLineAsync() is { } line && !line.Contains("Server listening", StringComparison.Ordinal))
        {
        }

        _drained = _server.StandardError.ReadToEndAsync();
        _drained.IsCompleted.ShouldBeFalse();
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    /// <summary>The user's own command for ssh, for as long as it is not disposed of.</summary>
    private sealed class SshCommand : IDisposable
    {
        public SshCommand(string command) => Environment.SetEnvironmentVariable("GIT_SSH_COMMAND", command);

        public void Dispose() => Environment.SetEnvironmentVariable("GIT_SSH_COMMAND", null);
    }
}
