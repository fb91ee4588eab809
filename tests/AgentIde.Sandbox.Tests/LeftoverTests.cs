using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Leftovers;
using AgentIde.Sandbox.Limits;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox.Tests;

public sealed class LeftoverTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Fact]
    public void What_a_dead_process_left_is_killed_and_removed()
    {
        ExecutionSlots slots = ExecutionSlots.Open(_bench.Options.StateFolder);
        using var nothing = Descriptors.Open("/dev/null", 2);
        using ChildProcess orphan = ChildProcess.Start(["/bin/sleep", "600"], [], [nothing, nothing, nothing]);
        ControlGroupV1? limits = Workbench.IsRoot ? ControlGroupV1.TryFind() : null;
        IResourceGroup? group = limits?.CreateGroup($"agentide-test-{Environment.ProcessId}", ExecutionLimits.Default);
        foreach (string file in group?.EntryFiles ?? [])
        {
            File.WriteAllText(file, $"{orphan.Id}");
        }

        ExecutionSlot slot = slots.Claim();
        slot.Record(group?.Folders ?? []);
        slot.Record([orphan.Id]);
        string path = _bench.Notes().Single();
        // Its owner is now a process of the same number that started at another time: a dead one.
        (ExecutionNote.TryRead(path)! with { Owner = new ProcessName(Environment.ProcessId, 1) }).Write(path);

        SandboxLeftovers.Remove(_bench.Options).ShouldHaveSingleItem().ShouldEndWith($"which is gone: 1 processes and {group?.Folders.Count ?? 0} control groups");
        ChildProcess.HasEnded(orphan.Descriptor, TimeSpan.Zero).ShouldBeTrue();
        (group?.Folders ?? []).ShouldAllBe(folder => !Directory.Exists(folder));
        _bench.Notes().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_living_process_holds_is_not_touched()
    {
        ExecutionResult result = await _bench.RunAsync("print('running')\nimport time; time.sleep(0.3)\nprint('to its end')", output: piece =>
            SandboxLeftovers.Remove(_bench.Options).ShouldBeEmpty());
        (result.ExitCode, result.Text()).ShouldBe((0, "running\nto its end\n"));
    }

    [Fact]
    public void Of_another_start_of_the_machine_only_the_note_is_removed()
    {
        ExecutionSlots slots = ExecutionSlots.Open(_bench.Options.StateFolder);
        ExecutionSlot slot = slots.Claim();
        slot.Record([Environment.ProcessId]);
        string path = _bench.Notes().Single();
        (ExecutionNote.TryRead(path)! with { Boot = "another" }).Write(path);

        SandboxLeftovers.Remove(_bench.Options).ShouldHaveSingleItem();
        _bench.Notes().ShouldBeEmpty();
    }

    [Fact]
    public void No_two_executions_have_the_same_user()
    {
        ExecutionSlots slots = ExecutionSlots.Open(_bench.Options.StateFolder);
        ExecutionSlot[] claimed = [.. Enumerable.Range(0, 20).Select(_ => slots.Claim())];
        claimed.Select(slot => slot.User).Distinct().Count().ShouldBe(20);
        foreach (ExecutionSlot slot in claimed)
        {
            slot.Dispose();
        }

        _bench.Notes().ShouldBeEmpty();
    }

    [Fact]
    public void A_note_folder_that_others_may_write_is_refused()
    {
        Directory.CreateDirectory(_bench.Options.StateFolder);
        File.SetUnixFileMode(_bench.Options.StateFolder, (UnixFileMode)0b111_111_111);
        Should.Throw<SandboxException>(() => ExecutionSlots.Open(_bench.Options.StateFolder)).Message.ShouldContain("writable for others: remove it");
    }

    public void Dispose() => _bench.Dispose();
}
