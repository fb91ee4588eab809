using System.Collections.Immutable;
using AgentIde.Core.Auditing;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.Storage.Tests;

public sealed class RequestTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Reach_the_owner_once_in_the_order_they_were_left()
    {
        await using OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        ImmutableArray<RunRequest> requests = [new PauseRequest("nvim"), new ContinueRequest("code"), new StopRequest("agentide stop", true), new AppliedRequest("nvim", 1, Digest.Of("code"), "solution.py", new string('ö', 100_000)),
            new StepRequest("nvim"), new HintRequest("nvim", new string('ß', Hint.MaximumLength)), new BranchRequest("nvim", 1, null), new RejectRequest("nvim", 1, "It leaks."), new RestoreRequest("nvim", 1)];
        SqliteRunStore other = _workspace.OtherStore();
        foreach (RunRequest request in requests)
        {
            await other.RequestAsync(owned.Run, request, CancellationToken.None);
        }

        (await owned.TakeRequestsAsync(CancellationToken.None)).ShouldBe(requests);
        (await owned.TakeRequestsAsync(CancellationToken.None)).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(_workspace.In(owned.Run, "control")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Broken_ones_are_set_aside_and_the_rest_goes_on()
    {
        await using OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        string control = _workspace.In(owned.Run, "control");
        File.WriteAllText(Path.Combine(control, "1-broken.json"), "{");
        File.WriteAllText(Path.Combine(control, "2-unknown.json"), """{"request":"format-disk","by":"x"}""");
        File.WriteAllText(Path.Combine(control, "3-huge.json"), $$"""{"request":"pause","by":"{{new string('x', 1_100_000)}}"}""");
        File.WriteAllText(Path.Combine(control, "target"), """{"request":"pause","by":"link"}""");
        File.CreateSymbolicLink(Path.Combine(control, "4-link.json"), Path.Combine(control, "target"));
        Directory.CreateDirectory(Path.Combine(control, "5-folder.json"));
        File.WriteAllText(Path.Combine(control, "6-null.json"), "null");
        File.WriteAllText(Path.Combine(control, "7-no-type.json"), """{"by":"x"}""");
        File.WriteAllText(Path.Combine(control, ".8-unfinished.json"), "{");
        await _workspace.Store.RequestAsync(owned.Run, new PauseRequest("nvim"), CancellationToken.None);

        (await owned.TakeRequestsAsync(CancellationToken.None)).ShouldBe([new PauseRequest("nvim")]);
        Directory.EnumerateFileSystemEntries(control).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(
        [
            ".8-unfinished.json", "1-broken.json.rejected", "2-unknown.json.rejected", "3-huge.json.rejected", "4-link.json.rejected",
            "5-folder.json.rejected", "6-null.json.rejected", "7-no-type.json.rejected", "target",
        ]);
        (await owned.TakeRequestsAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_decision_on_a_run_without_owner_becomes_its_event_at_once()
    {
        (RunId run, Digest code) = await InterruptedAsync();

        await RunDecisions.RecordAsync(_workspace.OtherStore(), run, new AppliedRequest("nvim", 1, code, "solution.py", "# mine\n"), CancellationToken.None);

        RecordedEvent recorded = (await _workspace.Store.ReadAsync(run, 6, 10, CancellationToken.None)).Events.ShouldHaveSingleItem();
        NodeApplied applied = recorded.Event.ShouldBeOfType<NodeApplied>();
        (applied.Node, applied.Code, applied.File).ShouldBe((1, code, "solution.py"));
        (await _workspace.OtherStore().ReadBlobAsync(run, applied.Before!.Value, CancellationToken.None)).ToArray().ShouldBe("# mine\n"u8.ToArray());
        (await _workspace.Store.CheckAsync(run, CancellationToken.None)).ShouldBeEmpty();
        applied.Request.ShouldNotBeNull().ShouldEndWith(".json");
        recorded.Epoch.ShouldBe(2);
        (await _workspace.Store.ReadAsync(run, 0, 0, CancellationToken.None)).Liveness.ShouldBe(Liveness.Interrupted);
    }

    [Fact]
    public async Task What_only_an_owner_could_do_is_dropped_where_there_is_none()
    {
        (RunId run, Digest code) = await InterruptedAsync();
        foreach (RunRequest request in new RunRequest[]
        {
            new StopRequest("x", true), new PauseRequest("x"), new ContinueRequest("x"),
            new AppliedRequest("x", 7, code, "solution.py"), new AppliedRequest("x", 1, Digest.Of("other code"), "solution.py"),
        })
        {
            await RunDecisions.RecordAsync(_workspace.Store, run, request, CancellationToken.None);
        }

        (await _workspace.Store.ReadAsync(run, 0, 0, CancellationToken.None)).Head.ShouldBe(6);
        Directory.EnumerateFileSystemEntries(_workspace.In(run, "control")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_executed_for_an_audit_is_recorded_in_a_finished_run_whose_log_stays_whole_and_what_does_not_fit_is_dropped()
    {
        (RunId run, _) = await InterruptedAsync();
        await using (OwnedRun owned = await _workspace.Store.TakeAsync(run, CancellationToken.None))
        {
            await owned.AppendAsync([new SolutionChosen(1, "the only one", RunEnding.Stopped), new RunFinished(RunEnding.Stopped, "asked to", Digest.Of("journal"))], [], CancellationToken.None);
        }

        AuditFinding gap = new(AuditKind.Gap, AuditSeverity.Warning, 1, null, "worse on other rows", AuditBasis.Executed);
        AuditedRequest fits = new("agentide audit", 1, DateTimeOffset.UnixEpoch.AddDays(1), [new AuditExecution(1, "fresh split", 1.5, "worse")], [gap]);
        AuditedRequest[] others = [fits with { Node = 7 }, fits with { Findings = [gap with { Node = 2 }] }, fits with { Findings = [gap with { Basis = AuditBasis.Read }] }, fits with { Executions = [fits.Executions[0] with { Node = 2 }] }];
        foreach (AuditedRequest request in others.Append(fits).Append(fits with { Findings = [] }))
        {
            await RunDecisions.RecordAsync(_workspace.OtherStore(), run, request, CancellationToken.None);
        }

        RunPage page = await _workspace.Store.ReadAsync(run, 0, 100, CancellationToken.None);
        page.Liveness.ShouldBe(Liveness.Finished);
        NodeAudited[] recorded = [.. page.Events.Skip(8).Select(item => item.Event.ShouldBeOfType<NodeAudited>())];
        recorded.Length.ShouldBe(2);
        recorded[0].Findings.ShouldBe([gap]);
        (recorded[0].At, recorded[0].Executions[0]).ShouldBe((fits.At, fits.Executions[0]));
        Journal.Empty.Apply(page.Events).Audits[1].Findings.ShouldBeEmpty("the newest counts");
        (await _workspace.Store.CheckAsync(run, CancellationToken.None)).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(_workspace.In(run, "control")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_decision_on_a_live_run_is_left_to_its_owner()
    {
        (RunId run, Digest code) = await InterruptedAsync();
        await using OwnedRun owner = await _workspace.Store.TakeAsync(run, CancellationToken.None);
        AppliedRequest request = new("nvim", 1, code, "solution.py");

        await RunDecisions.RecordAsync(_workspace.OtherStore(), run, request, CancellationToken.None);

        (await owner.TakeRequestsAsync(CancellationToken.None)).ShouldBe([request]);
        (await _workspace.Store.ReadAsync(run, 0, 0, CancellationToken.None)).Head.ShouldBe(6);
    }

    [Fact]
    public async Task A_decision_left_after_the_owner_looked_for_the_last_time_is_recorded_when_it_lets_go()
    {
        (RunId run, Digest code) = await InterruptedAsync();
        OwnedRun owner = await _workspace.Store.TakeAsync(run, CancellationToken.None);
        (await owner.TakeRequestsAsync(CancellationToken.None)).ShouldBeEmpty();
        await RunDecisions.RecordAsync(_workspace.OtherStore(), run, new AppliedRequest("nvim", 1, code, "solution.py"), CancellationToken.None);

        await owner.DisposeAsync();

        (await _workspace.Store.ReadAsync(run, 6, 10, CancellationToken.None)).Events.ShouldHaveSingleItem().Event.ShouldBeOfType<NodeApplied>().File.ShouldBe("solution.py");
    }

    [Fact]
    public async Task Wait_until_they_are_removed()
    {
        await using OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        await _workspace.Store.RequestAsync(owned.Run, new PauseRequest("nvim"), CancellationToken.None);

        ImmutableArray<WaitingRequest> waiting = await owned.ReadRequestsAsync(CancellationToken.None);
        (await owned.ReadRequestsAsync(CancellationToken.None)).ShouldBe(waiting);
        waiting.ShouldHaveSingleItem().Request.ShouldBe(new PauseRequest("nvim"));

        await owned.RemoveRequestsAsync(waiting, CancellationToken.None);
        (await owned.ReadRequestsAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("AfterBegin:2")]
    [InlineData("AfterInsert:2")]
    [InlineData("AfterCommit:2")]
    [InlineData("AfterHeads:2")]
    [InlineData("BeforeCheckpoint:2")]
    public async Task A_decision_is_recorded_once_wherever_the_one_who_records_it_is_killed(string point)
    {
        using VictimProcess victim = await VictimProcess.StartAsync(_workspace.Path, "new", "--stop-at", point);
        (await victim.AskAsync("append 6")).ShouldBe("ACK 1 6");
        Digest code = SampleRun.Blobs(3)[0].Digest;
        foreach (string file in new[] { "first.py", "second.py" })
        {
            await RunDecisions.RecordAsync(_workspace.Store, victim.Run, new AppliedRequest("nvim", 1, code, file), CancellationToken.None);
        }

        (await victim.AskAsync("end")).ShouldBe($"AT {point.Split(':')[0]}", "letting go, it records what was left meanwhile");
        await victim.KillAsync();
        await RunDecisions.SettleAsync(_workspace.Store, victim.Run, CancellationToken.None);

        (await _workspace.Store.ReadAsync(victim.Run, 6, 10, CancellationToken.None)).Events.Select(item => ((NodeApplied)item.Event).File).ShouldBe(["first.py", "second.py"]);
        Directory.EnumerateFileSystemEntries(_workspace.In(victim.Run, "control")).ShouldBeEmpty();
        (await _workspace.Store.CheckAsync(victim.Run, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_decision_that_could_not_be_recorded_waits_for_the_next_owner()
    {
        using VictimProcess victim = await VictimProcess.StartAsync(_workspace.Path, "new");
        (await victim.AskAsync("append 6")).ShouldBe("ACK 1 6");
        await RunDecisions.RecordAsync(_workspace.Store, victim.Run, new AppliedRequest("nvim", 1, SampleRun.Blobs(3)[0].Digest, "solution.py"), CancellationToken.None);
        (await victim.AskAsync("limit 0")).ShouldBe("LIMITED");
        await victim.TellAsync("end");
        (await victim.HearAsync()).ShouldBeNull("it ends with an error");

        await RunDecisions.SettleAsync(_workspace.Store, victim.Run, CancellationToken.None);

        (await _workspace.Store.ReadAsync(victim.Run, 6, 10, CancellationToken.None)).Events.ShouldHaveSingleItem().Event.ShouldBeOfType<NodeApplied>();
    }

    [Fact]
    public async Task No_decision_of_many_at_once_is_lost()
    {
        const int Decisions = 24;
        (RunId run, Digest code) = await InterruptedAsync();

        await Task.WhenAll(Enumerable.Range(0, Decisions).Select(number => Task.Run(() =>
            RunDecisions.RecordAsync(_workspace.OtherStore(), run, new AppliedRequest("nvim", 1, code, $"solution{number}.py"), CancellationToken.None))));

        RunPage page = await _workspace.Store.ReadAsync(run, 6, 100, CancellationToken.None);
        page.Events.Select(item => ((NodeApplied)item.Event).File).Order(StringComparer.Ordinal)
            .ShouldBe(Enumerable.Range(0, Decisions).Select(number => $"solution{number}.py").Order(StringComparer.Ordinal));
        (await _workspace.Store.CheckAsync(run, CancellationToken.None)).ShouldBeEmpty();
    }

    /// <summary>A run of one whole node that nobody owns, with six events.</summary>
    private async Task<(RunId Run, Digest Code)> InterruptedAsync()
    {
        await using OwnedRun owned = await _workspace.Store.CreateAsync("diamonds", CancellationToken.None);
        await owned.AppendAsync(SampleRun.Events(1, 6), SampleRun.BlobsOf(1, 6), CancellationToken.None);
        return (owned.Run, SampleRun.Blobs(3)[0].Digest);
    }
}
