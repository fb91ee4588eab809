using System.Collections.Immutable;

namespace AgentIde.Core.Runs;

/// <summary>
/// Where a run comes from that another program made. It is finished and nothing can be asked of it; its scores are what
/// its own code measured, claims all of them, and nothing of it was graded here.
/// </summary>
/// <param name="Program">For people: <c>AIDE</c>.</param>
/// <param name="File">The name of the file that it was imported from, without its folder.</param>
/// <param name="Digest">Of the file's bytes.</param>
/// <param name="Metric">How its scores came about, as the end of a sentence: <c>as AIDE's own code measured it</c>.</param>
/// <param name="Missing">What a run of our own has and the file does not tell, one a line, for people.</param>
public sealed record RunOrigin(string Program, string File, Digest Digest, string Metric, ImmutableArray<string> Missing)
{
    /// <summary>Why nothing is done with it that would change it, in one sentence.</summary>
    public string Refusal(RunId run) =>
        $"{run} was imported from {Program}: it can be read, replayed and stepped through, and nothing can be asked of it. 'agentide run TASK' starts a run that can be steered.";
}

/// <summary>A node as the program knew it that made it.</summary>
/// <param name="Id">What it is called there.</param>
/// <param name="MadeAt">When its code was written, by that program's clock; null where the file does not tell.</param>
public sealed record NodeOrigin(string Id, DateTimeOffset? MadeAt)
{
    /// <summary>
    /// Time from the first node to the end of this one's execution, by the clock of the program that made the run; null
    /// where it does not tell, and for a run of our own.
    /// </summary>
    public static TimeSpan? TimeOf(Journal journal, Node node) =>
        node.Origin?.MadeAt is { } at && First(journal) is { } first && at >= first ? at - first + TimeSpan.FromSeconds(node.Execution?.Seconds is >= 0 and < 1e9 and { } seconds ? seconds : 0) : null;

    /// <summary>The whole time of a run that another program made, by that program's clock; null where it does not tell.</summary>
    public static TimeSpan? TimeOf(Journal journal) => journal.Nodes.Max(node => TimeOf(journal, node));

    private static DateTimeOffset? First(Journal journal) => journal.Nodes.FirstOrDefault(node => node.Origin?.MadeAt is not null)?.Origin!.MadeAt;
}
