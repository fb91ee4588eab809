using System.Collections.Immutable;

namespace AgentIde.Import.Aide;

/// <summary>What a run of ours has and AIDE's file does not tell, in words: shown with the run, so that nobody takes a gap for a nought.</summary>
internal static class AideGaps
{
    public static IEnumerable<string> Of(AideRun run, bool hasTask)
    {
        ImmutableArray<AideNode> nodes = run.Nodes;
        yield return "a graded score: each is a claim, measured by the candidate's own code on its own validation, and has no standard error";
        yield return "the sandbox that the code ran in, the blind holdout, submissions";
        yield return "exit codes, processor time and memory of executions";
        if (Part(nodes, node => node.Execution is null or { Seconds: null }) is { } untimed)
        {
            yield return $"how long the code ran: of {untimed}";
        }

        if (Part(nodes, node => node.Execution is { Seconds: not null, IsRounded: true }) is { } rounded)
        {
            yield return $"how long the code ran, to the second: the file tells it in round figures, and the least that each may mean is shown, of {rounded}";
        }

        if (Part(nodes, node => node.MadeAt is null) is { } undated)
        {
            yield return $"when it was written: of {undated}";
        }

        if (Part(nodes, node => node.Execution is null) is { } silent)
        {
            yield return $"what the code wrote: of {silent}";
        }

        if (Part(nodes, node => node.IsBuggy is null && node.Claim is null || node is { IsBuggy: false, Claim: null, IsUnreadable: false }) is { } open)
        {
            yield return $"what became of it: of {open}";
        }

        yield return nodes.Any(node => !node.Calls.IsEmpty) ? "which model was asked, tokens, price and times of calls" : "prompts and replies, which model was asked, tokens and price";
        yield return hasTask ? "why a node was chosen, seeds, budget" : "why a node was chosen, seeds, budget, the task's own files";
        foreach (string note in run.Notes)
        {
            yield return note;
        }
    }

    /// <summary><c>all nodes</c>, <c>node 13</c>, <c>nodes 2, 5 and 3 more</c>; null for none.</summary>
    private static string? Part(ImmutableArray<AideNode> nodes, Func<AideNode, bool> lacks)
    {
        const int named = 8;
        int[] numbers = [.. Enumerable.Range(0, nodes.Length).Where(index => lacks(nodes[index])).Select(index => index + 1)];
        return numbers.Length == 0 ? null
            : numbers.Length == nodes.Length ? "all nodes"
            : numbers.Length == 1 ? $"node {numbers[0]}"
            : $"nodes {string.Join(", ", numbers.Take(named))}{(numbers.Length > named ? $" and {numbers.Length - named} more" : "")}";
    }
}
