using System.Text.Json;
using AgentIde.Core.Runs;
using AgentIde.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AgentIde.LanguageServer.Tests;

/// <summary>What is said of runs while they are read for the first time, and of one that only comes to be.</summary>
public sealed class FirstReadingTests
{
    [Fact]
    public async Task What_is_asked_before_the_runs_are_read_is_answered_once_they_are()
    {
        await using Session session = Session.Unstarted();
        await using ScriptedRun run = await ThoughtTests.AppliedAsync(session);
        TaskCompletionSource listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Through.BeforeList = listed.Task;
        await session.Editor.InitializeAsync(session.Root);
        await session.Editor.OpenAsync(session.SolutionFile, Codes.Improved);
        Task<JsonElement> runs = session.Editor.AskAsync("agentide/runs");
        Task<string?> hover = session.Editor.HoverAsync(session.SolutionFile, 3);
        Task<JsonElement> opened = session.Editor.ExecuteAsync("agentide.node.open", new() { ["run"] = "diamonds-1", ["node"] = 1 });

        // What needs no runs is answered meanwhile, and what is typed meanwhile is another text.
        await session.Editor.TypeAsync(session.SolutionFile, "print('mine')\n");
        listed.SetResult();
        (await runs).GetProperty("runs").EnumerateArray().Select(known => known.GetProperty("nodes").GetInt32()).ShouldBe([2]);
        (await hover).ShouldNotBeNull().ShouldStartWith("Improve (node 2), features: Price grows with volume");
        (await opened).GetProperty("path").GetString().ShouldNotBeNull().ShouldEndWith("view/1/solution.py");
    }

    [Fact]
    public async Task A_store_that_takes_too_long_holds_no_answer_up()
    {
        FakeTimeProvider time = new();
        await using Session session = Session.Unstarted(time);
        TaskCompletionSource never = new();
        session.Through.BeforeList = never.Task;
        await session.Editor.InitializeAsync(session.Root);
        Task<JsonElement> runs = session.Editor.AskAsync("agentide/runs");
        while (!runs.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await runs).GetProperty("runs").GetArrayLength().ShouldBe(0);
        session.Log.ShouldContain(line => line.StartsWith("The runs of this workspace were not read in", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_whose_log_only_comes_to_be_is_no_error()
    {
        FakeTimeProvider time = new();
        await using Session session = Session.Unstarted(time);
        await using ScriptedRun run = await session.RunAsync();
        int refused = 0;
        session.Through.Refuses = asked => Interlocked.Increment(ref refused) == 1 ? $"There is no run {asked}." : null;
        await session.Editor.InitializeAsync(session.Root);
        (await session.Editor.AskAsync("agentide/runs")).GetProperty("runs").GetArrayLength().ShouldBe(0);
        Task<JsonElement> moved = session.Editor.HearAsync("agentide/runChanged", _ => true);
        while (!moved.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        (await session.Editor.AskAsync("agentide/runs")).GetProperty("runs").GetArrayLength().ShouldBe(1);
        session.Editor.Heard("window/showMessage").ShouldBeEmpty();
    }
}
