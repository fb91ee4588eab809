using System.Collections.Immutable;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Tests;

public sealed class AttackTests : IDisposable
{
    private static readonly int[] BrokenByTheWeakOne = [5, 7, 8, 29];

    private readonly Workbench _bench = new();

    [Fact]
    public async Task A_weak_sandbox_is_found_out()
    {
        // bubblewrap by the user who is there, without a filter, and a collector that follows links.
        int[] numbers = Workbench.IsRoot ? [3, .. BrokenByTheWeakOne] : BrokenByTheWeakOne;
        ImmutableArray<AttackResult> results = await SuiteOn(new WeakSandbox(_bench.Folder)).RunAsync(numbers, null, CancellationToken.None);
        results.Select(result => (result.Id, result.Result)).ShouldBe(numbers.Select(number => (number, AttackVerdict.Broken)));
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

    private AttackSuite SuiteOn(ISandbox sandbox) => new(sandbox, AttackOptions.Default with { HomeFolder = _bench.Folder });
}
