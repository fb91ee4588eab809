using System.Collections.Immutable;
using System.Diagnostics;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Tests;

public sealed class AttackTests : IDisposable
{
    private static readonly int[] BrokenByTheWeakOne = [.. new[] { 5, 7, 8, 13, 14, 16, 18, 29, 31 }.Concat(Workbench.IsTorture ? [26, 34] : []).Order()];

    private readonly Workbench _bench = new();

    [Fact]
    public async Task A_weak_sandbox_is_found_out()
    {
        // bubblewrap by the user who is there, without a filter, and a collector that follows links.
        int[] numbers = Workbench.IsRoot ? [3, .. BrokenByTheWeakOne] : BrokenByTheWeakOne;
        ImmutableArray<AttackResult> results = await SuiteOn(new WeakSandbox(_bench.Folder)).RunAsync(numbers, null, CancellationToken.None);
        results.Select(result => (result.Id, result.Result)).ShouldBe(numbers.Select(number => (number, AttackVerdict.Broken)), string.Join('\n', results.Select(result => $"{result}")));
    }

    [Fact]
    public async Task What_nobody_here_can_look_at_is_not_tested()
    {
        AttackSuite suite = new(_bench.Sandbox, AttackOptions.Default with { HomeFolder = _bench.Folder, IsElsewhere = true });
        ImmutableArray<AttackResult> results = await suite.RunAsync([1, 8, 28, 33], null, CancellationToken.None);
        results.Select(result => result.Result).ShouldBe([AttackVerdict.Held, AttackVerdict.NotTested, AttackVerdict.NotTested, AttackVerdict.NotTested]);
        results[2].Reason.ShouldBe("what came back is right; its processes ran on another machine, where nobody could look at them from here");
        results[3].Reason.ShouldBe("there is no grader here: agentide sandbox attack has one");
    }

    [Fact]
    public async Task An_interpreter_in_a_home_folder_is_shown_and_nothing_beside_it()
    {
        // Root makes it where homes are, and where the attack expects none.
        DirectoryInfo home = Workbench.IsRoot ? new DirectoryInfo($"/home/agentide-test-{Environment.ProcessId}") : new DirectoryInfo(Path.Combine(_bench.Folder, "home"));
        home.Create();
        try
        {
            foreach (string secret in (string[])[".ssh/id_rsa", ".pyenv/versions/other/token"])
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(home.FullName, secret))!);
                await File.WriteAllTextAsync(Path.Combine(home.FullName, secret), "secret");
            }

            string environment = Path.Combine(home.FullName, ".pyenv/versions/mine");
            using (Process made = Process.Start("/usr/bin/python3", ["-m", "venv", "--without-pip", environment]))
            {
                await made.WaitForExitAsync();
            }

            using BubblewrapSandbox sandbox = new(_bench.Options with { Python = Path.Combine(environment, "bin/python") });
            ExecutionResult seen = await sandbox.ExecuteAsync(
                _bench.Spec($"import os, sys\nprint(sys.prefix, os.listdir('{home.FullName}'), os.listdir('{home.FullName}/.pyenv/versions'))\n"), null, CancellationToken.None);
            seen.Text().ShouldBe($"{environment} ['.pyenv'] ['mine']\n");
            AttackSuite suite = new(sandbox, AttackOptions.Default with { HomeFolder = home.FullName });
            (await suite.RunAsync([2], null, CancellationToken.None)).ShouldHaveSingleItem().ShouldBe(new AttackResult(2, "the user's files", AttackVerdict.Held, ""));
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Memory_that_is_only_watched_is_no_guarantee_and_the_report_says_what_helps()
    {
        using Workbench watched = new(new Limits.WatchedLimits());
        SandboxReport report = await watched.Sandbox.ProbeAsync(CancellationToken.None);
        report.Missing.ShouldHaveSingleItem().How.ShouldBe(
            "watched every 20 ms, not enforced by the kernel: start agentide in a systemd user session, or as root where control groups are writable");
    }

    public void Dispose() => _bench.Dispose();

    private AttackSuite SuiteOn(ISandbox sandbox) => new(sandbox, AttackOptions.Default with { HomeFolder = _bench.Folder, IsFull = Workbench.IsTorture });
}
