using System.Globalization;
using AgentIde.Core.Runs;

namespace AgentIde.Storage.Tests;

/// <summary>
/// The writer's files may not grow beyond a limit, which fails its writes with the same errors from the kernel that a
/// full disk does, in any container and for any user.
/// </summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task Fails_the_append_and_goes_on_when_there_is_room_again()
    {
        using TemporaryWorkspace workspace = new();
        using VictimProcess victim = await VictimProcess.StartAsync(workspace.Path, "new");
        (await victim.AskAsync("append 20")).ShouldBe("ACK 1 20");
        long log = new FileInfo(workspace.In(victim.Run, "run.db-wal")).Length;
        (await victim.AskAsync(string.Create(CultureInfo.InvariantCulture, $"limit {log + 100_000}"))).ShouldBe("LIMITED");
        string answer = "ACK";
        for (int append = 0; append < 1000 && answer.StartsWith("ACK", StringComparison.Ordinal); append++)
        {
            answer = await victim.AskAsync("append 20") ?? "";
        }

        answer.ShouldStartWith("FAIL The database in ");
        (await victim.AskAsync("append 500"))!.ShouldStartWith("FAIL The database in ");
        long acknowledged = victim.LastAcknowledged;
        (await workspace.Store.ReadAsync(victim.Run, 0, 0, CancellationToken.None)).Head.ShouldBe(acknowledged);

        (await victim.AskAsync("unlimit")).ShouldBe("LIMITED");
        (await victim.AskAsync("append 500")).ShouldBe($"ACK {acknowledged + 1} {acknowledged + 500}");
        await victim.EndAsync();

        (await workspace.Store.CheckAsync(victim.Run, CancellationToken.None)).ShouldBeEmpty();
        RunPage page = await workspace.Store.ReadAsync(victim.Run, 0, int.MaxValue, CancellationToken.None);
        Journal.Empty.Apply(page.Events).Seq.ShouldBe(acknowledged + 500);
    }

    [Fact]
    public async Task Loses_nothing_to_a_kill_while_there_is_no_room()
    {
        using TemporaryWorkspace workspace = new();
        using VictimProcess victim = await VictimProcess.StartAsync(workspace.Path, "new");
        await victim.AskAsync("append 20");
        await victim.AskAsync(string.Create(CultureInfo.InvariantCulture, $"limit {new FileInfo(workspace.In(victim.Run, "run.db-wal")).Length + 50_000}"));
        while ((await victim.AskAsync("append 20"))!.StartsWith("ACK", StringComparison.Ordinal))
        {
        }

        await victim.KillAsync();

        (await Judge.FindingsAsync(workspace.Store, victim)).ShouldBeEmpty();
    }
}
