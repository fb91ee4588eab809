using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>The steps that became commits, the tree they stand in, and what else was tried.</summary>
internal static class StepSections
{
    /// <summary>What was tried in vain is of use to few: so many are seen without a click.</summary>
    private const int AtOnce = 8;

    /// <summary>Of a branch that turned more often the last are told.</summary>
    private const int MostTurns = 6;

    public static BodySection Steps(Evidence evidence) => new("the steps", 70, [() => Steps(evidence, 200, 300), () => Steps(evidence, 60, 120), () => Steps(evidence, 15, 60)]);

    public static BodySection Tree(Evidence evidence) => new("the search tree", 10, [() => Tree(evidence, 36), () => Tree(evidence, 16), () => ""]);

    public static BodySection Tried(Evidence evidence) => new("what was tried", 30, [() => Tried(evidence, 30, 240), () => Tried(evidence, 8, 120), () => Tried(evidence, 0, 0)]);

    private static string Steps(Evidence evidence, int most, int thought)
    {
        ImmutableArray<Node> lineage = evidence.Lineage;
        HashSet<int> committed = evidence.Committed();
        int[] missing = [.. lineage.Select(node => node.Id).Where(node => !committed.Contains(node))];
        StringBuilder text = new($"## The steps\n\n{Commits(evidence, missing)}\n\n| node | step | thought | {evidence.MetricName} | against its parent |\n|---:|---|---|---|---|\n");
        foreach (Node node in lineage.Skip(Math.Max(0, lineage.Length - most)))
        {
            string score = node.Standing is { } scored ? Wording.Cell(scored.Value, scored.StandardError) + Wording.OfFolds(evidence.Journal, node) : $"failed: {evidence.Inline(node.Failure?.Message ?? "not known why", 120)}";
            text.Append($"| {node.Id} | {Wording.Step(node)} | {evidence.Inline(node.Plan ?? "", thought)} | {score} | {Wording.Gain(node) ?? ""} |\n");
        }

        return text.Append(lineage.Length > most ? $"\n{lineage.Length - most} steps before these are left out here{(missing.Length == 0 ? "; their commits are there" : "")}." : "").ToString().TrimEnd('\n');
    }

    /// <summary>What became commits, and where the branch left the way that it went: what was proposed before stays on it.</summary>
    private static string Commits(Evidence evidence, int[] missing)
    {
        ImmutableArray<StepName> commits = evidence.Commits ?? [];
        bool isElsewhere = !commits.IsEmpty && commits[^1] != evidence.Steps[^1].Name;
        StringBuilder text = new(
            missing.Length == 0 ? evidence.Lineage.Length == 1 ? "It is one commit." : "Each is a commit."
            : isElsewhere ? $"The branch came to this code by other steps: {Wording.Nodes(missing)} {(missing.Length == 1 ? "is no commit" : "are no commits")}."
            : $"Each is a commit, but for {Wording.Nodes(missing)}, which left the code as it was.");
        text.Append(evidence.Replaced is { } file ? $" The first commit replaces the file {evidence.Inline(file, 400)}, which was there already." : "");
        string[] turns = [.. Turns(evidence, commits)];
        text.Append(turns.Length == 0 ? "" : $" The branch went other ways before, and their commits stay: {(turns.Length > MostTurns ? $"{turns.Length - MostTurns} turns, then " : "")}{string.Join("; ", turns.TakeLast(MostTurns))}.");
        return text.ToString();
    }

    /// <summary>Each commit that does not come from the one before it.</summary>
    private static IEnumerable<string> Turns(Evidence evidence, ImmutableArray<StepName> commits)
    {
        HashSet<StepName> before = [];
        foreach ((StepName from, StepName to) in commits.Zip(commits.Skip(1)))
        {
            before.Add(from);
            bool isBack = before.Contains(to);
            if (isBack || !evidence.ComesFrom(to, from))
            {
                yield return $"from {evidence.Described(from)} {(isBack ? "back" : "on")} to {evidence.Described(to)}";
            }
        }
    }

    /// <summary>The chosen way and what lies nearest to it: numbers alone, so that no text of somebody else's is in it.</summary>
    private static string Tree(Evidence evidence, int most)
    {
        Journal journal = evidence.Journal;
        HashSet<int> chosen = [.. evidence.Lineage.Select(node => node.Id)];
        HashSet<int> way = [.. evidence.Lineage.TakeLast(most / 2).Select(node => node.Id)];
        Node[] shown = [.. journal.Nodes.OrderBy(node => way.Contains(node.Id) ? 0 : node.Parents.Any(way.Contains) ? 1 : node.Parent is null ? 2 : 3).ThenBy(node => node.Id).Take(most)
            // What comes first is drawn at the edge, where the way crosses nothing.
            .OrderBy(node => way.Contains(node.Id) ? 0 : 1).ThenBy(node => node.Id)];
        HashSet<int> ids = [.. shown.Select(node => node.Id)];
        // GitHub scales a diagram to the width of the page, and its words with it: what is wider than deep lies on its side.
        StringBuilder text = new($$$"""
            ## The search tree

            ```mermaid
            %%{init: {"flowchart": {"nodeSpacing": 14, "rankSpacing": 40} } }%%
            flowchart {{{(IsWide(shown) ? "LR" : "TD")}}}

            """.ReplaceLineEndings("\n"));
        foreach (Node node in shown)
        {
            string score = node.Standing is { } scored ? Figures.Rounded(scored.Value, scored.StandardError) + (node.Folded is null ? Wording.OfFolds(evidence.Journal, node) : "") : node.IsBuggy ? "failed" : "under way";
            (string open, string close) = node.Id == evidence.Node.Id ? ("([\"", "\"])") : ("[\"", "\"]");
            text.Append($"  n{node.Id}{open}{node.Id} {Wording.Operator(node.Operator)}{(node.Author is null ? "" : " by a person")}: {score}{(node.Rejected is null ? "" : ", rejected")}{close}\n");
        }

        foreach (Node node in shown)
        {
            foreach ((int parent, int index) in node.Parents.Select((parent, index) => (parent, index)).Where(link => ids.Contains(link.parent)))
            {
                text.Append($"  n{parent} {(index > 0 ? "-.->" : chosen.Contains(node.Id) ? "==>" : "-->")} n{node.Id}\n");
            }
        }

        // Seen on light paper and on dark.
        text.Append($"  style n{evidence.Node.Id} stroke:dodgerblue,stroke-width:3px\n```");
        text.Append(way.Count > 1 ? "\n\nThick: the way to this solution, which is blue." : shown.Length > 1 ? "\n\nBlue: this solution." : shown.Length < journal.Nodes.Count ? "\n\n" : "");
        return text.Append(shown.Length < journal.Nodes.Count ? $" {journal.Nodes.Count - shown.Length} of {journal.Nodes.Count} nodes are left out." : "").ToString();
    }

    private static bool IsWide(Node[] shown)
    {
        Dictionary<int, int> depths = [];
        foreach (Node node in shown.OrderBy(node => node.Id))
        {
            depths[node.Id] = node.Parents.Select(parent => depths.GetValueOrDefault(parent)).DefaultIfEmpty().Max() + 1;
        }

        return depths.Values.CountBy(depth => depth).Max(row => row.Value) > depths.Values.Max();
    }

    private static string Tried(Evidence evidence, int most, int length)
    {
        HashSet<int> chosen = [.. evidence.Lineage.Select(node => node.Id)];
        Node[] vain = [.. evidence.Journal.Nodes.Where(node => node.IsDone && !chosen.Contains(node.Id))];
        Node[] failed = [.. vain.Where(node => node.IsBuggy)];
        StringBuilder text = new($"## What else was tried\n\n{(vain.Length == 0 ? "Nothing: every node is on the way to this one." : $"{Wording.Count(vain.Length, "node")} beside the way to this one{(failed.Length == 0 ? "" : $", of which {failed.Length} failed")}.")}");
        Node[] told = [.. vain.OrderBy(node => node.IsBuggy ? 0 : 1).ThenBy(node => node.Id).Take(most)];
        text.Append(told.Length == 0 ? "" : "\n");
        for (int i = 0; i < told.Length; i++)
        {
            Node node = told[i];
            text.Append(i == AtOnce && told.Length > AtOnce ? $"\n\n<details><summary>{told.Length - AtOnce} more of them</summary>\n" : "");
            string end = node.Failure is { } failure ? $"failed: {evidence.Inline(failure.Message, length)}"
                : $"{Figures.WithError(node.Standing!.Value, node.Standing.StandardError)}{Wording.OfFolds(evidence.Journal, node)}{(Wording.Gain(node) is { } gain ? $", {gain}" : "")}{(node.Rejected is { } rejection ? $"; rejected{(rejection.Why is { } why ? $": {evidence.Inline(why, length)}" : "")}" : "")}";
            text.Append($"\n- Node {node.Id}, {Wording.Step(node)}: {evidence.Inline(node.Plan ?? "no thought was given", length)} — {end}");
        }

        text.Append(told.Length > AtOnce ? "\n\n</details>\n" : "");
        return text.Append(told.Length > 0 && told.Length < vain.Length ? $"\n- and {vain.Length - told.Length} more" : "").ToString().TrimEnd('\n');
    }
}
