using AgentIde.Testing;
using AgentIde.LanguageServer.Wire;
using Microsoft.Extensions.Time.Testing;

namespace AgentIde.LanguageServer.Tests;

public sealed class PacedTests
{
    [Fact]
    public async Task News_goes_out_at_once_then_at_most_once_an_interval_and_never_without_the_last_change()
    {
        FakeTimeProvider time = new();
        SemaphoreSlim sent = new(0);
        List<(string Key, int Value)> seen = [];
        int value = 0;
        Paced<string> paced = new(time, TimeSpan.FromMilliseconds(100), (key, _) =>
        {
            seen.Add((key, value));
            sent.Release();
            return Task.CompletedTask;
        });
        using CancellationTokenSource stop = new();
        Task running = paced.RunAsync(stop.Token);

        value = 1;
        paced.Mark("a");
        await sent.WaitAsync();
        for (value = 2; value < 50; value++)
        {
            paced.Mark("a");
        }

        paced.Mark("b");
        await sent.WaitAsync();
        seen.ShouldBe([("a", 1), ("b", 50)]);
        WaitLimit limit = new();
        while (!await sent.WaitAsync(0) && limit.Lasts())
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        seen.ShouldBe([("a", 1), ("b", 50), ("a", 50)]);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
    }
}
