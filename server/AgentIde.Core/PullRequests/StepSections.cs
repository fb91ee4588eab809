using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>The steps that became commits, the tree they stand in, and what led nowhere.</summary>
internal static class StepSections
{
    public static BodySection Steps(Evidence evidence) => new("the steps", 70, [() => Steps(evidence, 200, 300), () => Steps(evidence, 60, 120), () => Steps(evidence, 15, 60)]);

    public static BodySection Tree(Evidence evidence) => new("the search tree", 10, [() => Tree(evidence, 60), () => Tree(evidence, 20), () => ""]);

    public static BodySection Tried(Evidence evidence) => new("what was tried", 30, [() => Tried(evidence, 30, 240), () => Tried(evidence, 8, 120), () => Tried(evidence, 0, 0)]);

    private static string Steps(Evidence evidence, int most, int thought)
    {
        ImmutableArray<Node> lineage = evidence.Lineage;
        StringBuilder text = new($"## The steps\n\nEach is a commit{(evidence.Steps.Length < lineage.Length ? ", but for those that left the code as it was" : "")}.\n\n| node | step | thought | {evidence.MetricName} | against its parent |\n|---:|---|---|---|---|\n");
        foreach (Node node in lineage.Skip(Math.Max(0, lineage.Length - most)))
        {
            string score = node.Score is { } scored ? Figures.WithError(scored.Value, scored.StandardError) : $"failed: {evidence.Inline(node.Failure?.Message ?? "not known why", 120)}";
            text.Append($"| {node.Id} | {Wording.Step(node)} | {evidence.Inline(node.Plan ?? "", thought)} | {score} | {Wording.Gain(node) ?? ""} |\n");
        }

        return text.Append(lineage.Length > most ? $"\n{lineage.Length - most} steps before these are left out here; their commits are there." : "").ToString().TrimEnd('\n');
    }

    /// <summary>The chosen way and what lies nearest to it: numbers alone, so that no text of somebody else's is in it.</summary>
    private static string Tree(Evidence evidence, int most)
    {
        Journal journal = evidence.Journal;
        HashSet<int> chosen = [.. evidence.Lineage.Select(node => node.Id)];
        Node[] shown = [.. journal.Nodes.OrderBy(node => chosen.Contains(node.Id) ? 0 : node.Parent is null || chosen.Contains(node.Parent.Value) ? 1 : 2).ThenByDescending(node => chosen.Contains(node.Id) ? node.Id : 0).Take(most).OrderBy(node => node.Id)];
        HashSet<int> ids = [.. shown.Select(node => node.Id)];
        StringBuilder text = new("## The search tree\n\n```mermaid\nflowchart TD\n");
        foreach (Node node in shown)
        {
            string score = node.Score is { } scored ? Figures.Rounded(scored.Value, scored.StandardError) : node.IsBuggy ? "failed" : "under way";
            (string open, string close) = node.Id == evidence.Node.Id ? ("([\"", "\"])") : ("[\"", "\"]");
            text.Append($"  n{node.Id}{open}{node.Id} {Wording.Operator(node.Operator)}: {score}{(node.Rejected is null ? "" : ", rejected")}{close}\n");
        }

        foreach (Node node in shown)
        {
            foreach ((int parent, int index) in node.Parents.Select((parent, index) => (parent, index)).Where(link => ids.Contains(link.parent)))
            {
                text.Append($"  n{parent} {(index > 0 ? "-.->" : chosen.Contains(node.Id) ? "==>" : "-->")} n{node.Id}\n");
            }
        }

        text.Append("```\n\nThick: the way to this solution.");
        return text.Append(shown.Length < journal.Nodes.Count ? $" {journal.Nodes.Count - shown.Length} of {journal.Nodes.Count} nodes are left out." : "").ToString();
    }

    private static string Tried(Evidence evidence, int most, int length)
    {
        HashSet<int> chosen = [.. evidence.Lineage.Select(node => node.Id)];
        Node[] vain = [.. evidence.Journal.Nodes.Where(node => node.IsDone && !chosen.Contains(node.Id))];
        Node[] failed = [.. vain.Where(node => node.IsBuggy)];
        StringBuilder text = new($"## What was tried and led nowhere\n\n{(vain.Length == 0 ? "Nothing: every node is on the way to this one." : $"{Wording.Count(vain.Length, "node")} beside the way to this one{(failed.Length == 0 ? "" : $", of which {failed.Length} failed")}.")}");
        Node[] told = [.. vain.OrderBy(node => node.IsBuggy ? 0 : 1).ThenBy(node => node.Id).Take(most)];
        text.Append(told.Length == 0 ? "" : "\n");
        foreach (Node node in told)
        {
            string end = node.Failure is { } failure ? $"failed: {evidence.Inline(failure.Message, length)}"
                : $"{Figures.WithError(node.Score!.Value, node.Score.StandardError)}{(Wording.Gain(node) is { } gain ? $", {gain}" : "")}{(node.Rejected is { } rejection ? $"; rejected{(rejection.Why is { } why ? $": {evidence.Inline(why, length)}" : "")}" : "")}";
            text.Append($"\n- Node {node.Id}, {Wording.Step(node)}: {evidence.Inline(node.Plan ?? "no thought was given", length)} — {end}");
        }

        return text.Append(told.Length > 0 && told.Length < vain.Length ? $"\n- and {vain.Length - told.Length} more" : "").ToString();
    }
}
