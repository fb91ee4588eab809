using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.Import.Tests.Aide;

/// <summary>What the store and its readers make of an imported run.</summary>
public sealed class StoredRunTests : IDisposable
{
    private readonly Importing _importing = new();

    public static TheoryData<string> Files => [.. ImportedFiles.Journals, .. ImportedFiles.Logs];

    public void Dispose() => _importing.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_run_is_whole_in_the_store_and_comes_to_the_journal_that_it_says(string file)
    {
        Journal journal = await _importing.StoreAsync(file);
        RunId run = journal.Settings!.Run;
        (await _importing.Store.CheckAsync(run, CancellationToken.None)).ShouldBeEmpty();
        RunPage page = await _importing.Store.ReadAsync(run, 0, 100_000, CancellationToken.None);
        Journal before = Journal.Empty.Apply(page.Events[..^1]);
        journal.Finished!.Ending.ShouldBe(RunEnding.Imported);
        journal.Finished.Journal.ShouldBe(Digest.Of(RunJson.WriteCanonical(before)));
        foreach (RecordedEvent recorded in page.Events)
        {
            (string kind, int version, byte[] payload) = RunJson.Write(recorded.Event);
            RunJson.Write(RunJson.Read(kind, version, payload)).Payload.ShouldBe(payload);
        }

        (await _importing.Store.ListAsync(CancellationToken.None)).ShouldHaveSingleItem().Liveness.ShouldBe(Liveness.Finished);
    }

    [Fact]
    public async Task The_same_file_comes_to_the_same_events_under_another_name()
    {
        Journal[] twice = [await _importing.StoreAsync(ImportedFiles.Log), await _importing.StoreAsync(ImportedFiles.Log)];
        twice.Select(journal => journal.Settings!.Run.Value).ShouldBe(["ripe-1", "ripe-2"]);
        twice[0].Nodes.Select(node => RunJson.Write(node)).ShouldBe(twice[1].Nodes.Select(node => RunJson.Write(node)));
    }

    [Fact]
    public async Task Nothing_can_be_asked_of_an_imported_run()
    {
        Journal journal = await _importing.StoreAsync(ImportedFiles.Journal);
        ImmutableArray<RunRequest> requests =
            [new StopRequest("me", true), new PauseRequest("me"), new StepRequest("me"), new ContinueRequest("me"), new HintRequest("me", "x"), new BranchRequest("me", 1, null), new RejectRequest("me", 1, null), new RestoreRequest("me", 1)];
        foreach (RunRequest request in requests)
        {
            RunDecisions.Refusal(journal, request).ShouldBe("ripe-1 was imported from AIDE: it can be read, replayed and stepped through, and nothing can be asked of it. 'agentide run TASK' starts a run that can be steered.");
        }

        await RunDecisions.RecordAsync(_importing.Store, journal.Settings!.Run, requests[5], CancellationToken.None);
        (await _importing.Store.ReadAsync(journal.Settings.Run, 0, 1_000, CancellationToken.None)).Head.ShouldBe(journal.Seq);
    }

    [Fact]
    public async Task A_store_that_refuses_is_left_as_it_was()
    {
        ImportedRun run = await Importing.ReadAsync(ImportedFiles.Journal);
        await Should.ThrowAsync<RunStoreException>(() => run.StoreAsync(new FullStore(_importing.Store), CancellationToken.None));
        _importing.Runs.ShouldBeEmpty();
    }
}
