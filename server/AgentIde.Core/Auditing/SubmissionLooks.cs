using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Auditing;

/// <summary>
/// What the submissions of a run have in common, node by node: those that say the same of all rows, and those that are
/// an earlier one but for some rows, as of somebody who asks the holdout row by row.
/// </summary>
internal sealed class SubmissionLooks(Journal journal)
{
    /// <summary>So many near-equal submissions are a search of the holdout and no work on a model.</summary>
    private const int Many = 8;

    /// <summary>Share of lines that are the same; labels of two honest models agree in most rows.</summary>
    private const double NearlyAll = 0.75, NearlyAllLabels = 0.99;

    private readonly List<(int Node, HashSet<string> Rows)> _kept = [];
    private readonly List<int> _near = [];
    private int _looked;

    /// <summary>Nodes in order.</summary>
    public IEnumerable<AuditFinding> Take(Node node, ReadOnlyMemory<byte> submission)
    {
        string[] lines = [.. Encoding.UTF8.GetString(submission.Span).Split('\n').Skip(1).Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0)];
        HashSet<string> rows = [.. lines];
        _looked++;
        int[] known = [.. node.Parents, .. node.BestBefore is { } best ? [best] : Array.Empty<int>()];
        double share = journal.Task!.Metric.Predicts == PredictionKind.Labels ? NearlyAllLabels : NearlyAll;
        if (_kept.Where(kept => known.Contains(kept.Node) || kept.Node == _kept[^1].Node).Any(kept => Shared(rows, kept.Rows) is var same && same < 1 && same >= share))
        {
            _near.Add(node.Id);
        }

        Keep(node.Id, rows);
        string[] values = [.. lines.Select(Predicted).Distinct().Take(2)];
        return lines.Length > 1 && values.Length == 1 ? [AuditFinding.Note(AuditKind.Constant, null, $"all {lines.Length} rows have the same prediction: {values[0]}") with { Node = node.Id }] : [];
    }

    public IEnumerable<AuditFinding> End()
    {
        if (_near.Count < Many)
        {
            yield break;
        }

        double[] errors = [.. _near.Select(id => journal[id].Score!.Comparisons.Where(comparison => comparison.StandardError > 0).Select(comparison => comparison.StandardError).DefaultIfEmpty().Min()).Order()];
        double chance = errors[errors.Length / 2] * Math.Sqrt(2 * Math.Log(_near.Count));
        string brings = chance > 0 ? $"; the best of so many is better by about {Figures.Rounded(chance, chance)} by chance alone" : "";
        yield return AuditFinding.Warning(AuditKind.Probing, null, $"{_near.Count} of {_looked} submissions are an earlier one but for some rows, such as those of nodes {string.Join(", ", _near.Take(4))}{brings}");
    }

    /// <summary>Those that a later node may be compared with: the last, the best, and the parents of what is to come.</summary>
    private void Keep(int node, HashSet<string> rows)
    {
        const int most = 16;
        _kept.Add((node, rows));
        if (_kept.Count > most)
        {
            int? best = journal.Nodes.Take(node).Where(known => known.IsValid).Select(known => known.BestBefore).LastOrDefault();
            _kept.RemoveAt(_kept[0].Node == best ? 1 : 0);
        }
    }

    private static double Shared(HashSet<string> rows, HashSet<string> others) =>
        rows.Count == 0 ? 0 : (double)rows.Count(others.Contains) / Math.Max(rows.Count, others.Count);

    private static string Predicted(string line) => line.IndexOf(',', StringComparison.Ordinal) is var comma and >= 0 ? line[(comma + 1)..] : line;
}
