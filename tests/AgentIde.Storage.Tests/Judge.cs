using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Storage.Writer;
using AgentIde.Testing;

namespace AgentIde.Storage.Tests;

/// <summary>Judges what a killed writer left, by its own memory of what was acknowledged.</summary>
internal static class Judge
{
    public const int UnderWay = Commands.AppendsUnderWay * Commands.LargestAppend;

    /// <returns>What is wrong; empty where no acknowledged step was lost.</returns>
    public static async Task<ImmutableArray<string>> FindingsAsync(SqliteRunStore store, VictimProcess victim)
    {
        List<string> findings = [.. await store.CheckAsync(victim.Run, CancellationToken.None)];
        RunPage page = await store.ReadAsync(victim.Run, 0, int.MaxValue, CancellationToken.None);
        if (page.Head < victim.LastAcknowledged)
        {
            findings.Add($"Event {victim.LastAcknowledged} was acknowledged, but the store ends at {page.Head}.");
        }

        if (page.Head > victim.LastAcknowledged + UnderWay)
        {
            findings.Add($"The store ends at {page.Head}, more than was under way after {victim.LastAcknowledged}.");
        }

        if (page.Liveness != Liveness.Interrupted)
        {
            findings.Add($"The run of a dead owner is {page.Liveness}.");
        }

        foreach (RecordedEvent recorded in page.Events)
        {
            if (!RunJson.Write(recorded.Event).Payload.AsSpan().SequenceEqual(RunJson.Write(SampleRun.Event(recorded.Seq)).Payload))
            {
                findings.Add($"Event {recorded.Seq} is not what the writer wrote.");
            }
        }

        byte[] first = RunJson.WriteCanonical(Journal.Empty.Apply(page.Events));
        byte[] second = RunJson.WriteCanonical(Journal.Empty.Apply((await store.ReadAsync(victim.Run, 0, int.MaxValue, CancellationToken.None)).Events));
        if (!first.AsSpan().SequenceEqual(second))
        {
            findings.Add("Two folds of the same events differ.");
        }

        return [.. findings];
    }
}
