using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>
/// The greedy search of AIDE (Jiang et al., AIDE: AI-Driven Exploration in the Space of Code, 2025), by its rule:
/// drafts first; then, with a fixed probability, a buggy leaf drawn at random; else the best node. A pure function of
/// journal and draws: a draw is taken only where the rule draws, so recorded draws tell which branch was taken.
/// Two faults known of the original can't occur here: a score is a number whatever its text looks like, so a whole
/// number never marks a node buggy; and the direction belongs to the task's metric, so no two nodes can differ in it.
/// Where several nodes are under way, the rule decides between those that have ended.
/// </summary>
public sealed class AidePolicy(AideOptions options, string name = AidePolicy.Own) : IPolicy
{
    public const string Own = "aide";

    /// <summary>AIDE as MLE-bench ran it (Chan et al., MLE-bench, 2024): every failure is mended, up to 20 times in a row.</summary>
    public const string AsMleBench = "aide-mlebench";

    public string Name => name;

    public bool ChoosesOperators => false;

    public Decision Choose(Journal journal, Draws draws) =>
        DraftOrDebug(journal, draws) ?? (journal.Best is { } best
            ? new Decision(Operator.Improve, [best], $"Node {best} is the best so far ({Shown(journal, best)}).")
            : new Decision(Operator.Draft, [], "No node is valid yet and none was drawn to be mended: another start."));

    /// <summary>What comes before the best node is worked on; null where nothing does.</summary>
    private Decision? DraftOrDebug(Journal journal, Draws draws)
    {
        if (FirstDraft(journal, options.Drafts) is { } draft)
        {
            return draft;
        }

        if (draws.NextDouble() < options.DebugProbability)
        {
            ImmutableArray<int> candidates = [.. journal.BuggyLeaves.Where(node => journal[node].DebugDepth <= options.MaximumDebugDepth)];
            if (!candidates.IsEmpty)
            {
                int node = candidates[draws.NextIndex(candidates.Length)];
                return new Decision(Operator.Debug, [node], $"Node {node} failed and nobody has mended it yet: {Essence(journal[node])}.");
            }
        }

        return null;
    }

    /// <summary>A start, where there are fewer than so many; else null.</summary>
    internal static Decision? FirstDraft(Journal journal, int drafts) => journal.Drafts < drafts
        ? new Decision(Operator.Draft, [], $"Draft {journal.Drafts + 1} of {drafts}: different starts before any is improved.")
        : null;

    internal static string Shown(Journal journal, int node) =>
        string.Create(CultureInfo.InvariantCulture, $"{journal.Task!.Metric.DisplayName} {journal[node].Standing!.Value:G5}{(journal[node].Folded is null ? "" : " over all folds")}");

    /// <summary>A failure's message is the candidate's own text: one line of it, and not much.</summary>
    internal static string Essence(Node node)
    {
        string message = node.Failure!.Message;
        int end = message.AsSpan().IndexOfAny('\r', '\n');
        string line = (end < 0 ? message : message[..end]).Trim().TrimEnd('.');
        return line.Length <= 120 ? line : line[..119] + "…";
    }
}
