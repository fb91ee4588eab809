using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Auditing;

/// <summary>
/// What the tries of a run have in common, node by node: submissions that say the same of all rows, those that are
/// an earlier one but for some rows, as of somebody who asks the holdout row by row, and programs that differ in numbers alone.
/// </summary>
internal sealed partial class SubmissionLooks(Journal journal)
{
    /// <summary>So many near-equal submissions are a search of the holdout and no work on a model.</summary>
    private const int Many = 8;

    /// <summary>So many programs that differ in numbers alone are many looks at the holdout, and so many are little else.</summary>
    private const int ManyVariants = 20, MostlyVariants = 100;

    /// <summary>Share of lines that are the same; labels of two honest models agree in most rows.</summary>
    private const double NearlyAll = 0.75, NearlyAllLabels = 0.99;

    private readonly List<(int Node, HashSet<string> Rows)> _kept = [];
    private readonly List<int> _near = [];
    private readonly Dictionary<Digest, List<int>> _variants = [];
    private int _looked;

    /// <summary>Nodes in order.</summary>
    public IEnumerable<AuditFinding> Take(Node node, string code, ReadOnlyMemory<byte> submission)
    {
        Digest variant = Digest.Of(Number().Replace(code, "0"));
        _variants[variant] = [.. _variants.GetValueOrDefault(variant) ?? [], node.Id];
        string[] lines = [.. Encoding.UTF8.GetString(submission.Span).Split('\n').Skip(1).Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0)];
        HashSet<string> rows = [.. lines];
        _looked++;
        int[] known = [.. node.Parents, .. node.BestBefore is { } best ? [best] : Array.Empty<int>()];
        double share = journal.Task!.Metric.Predicts is PredictionKind.Labels or PredictionKind.Cells ? NearlyAllLabels : NearlyAll;
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
        if (_near.Count >= Many)
        {
            yield return AuditFinding.Warning(AuditKind.Probing, null, $"{_near.Count} of {_looked} submissions are an earlier one but for some rows, {Such(_near)}");
        }

        if (_variants.Values.MaxBy(nodes => nodes.Count) is { Count: >= ManyVariants } variants)
        {
            AuditSeverity severity = variants.Count >= MostlyVariants ? AuditSeverity.Warning : AuditSeverity.Note;
            yield return new AuditFinding(AuditKind.Probing, severity, null, null, $"{variants.Count} of {_looked} programs differ in numbers alone, {Such(variants)}");
        }
    }

    /// <summary>Which they are, and what the best of so many equally good ones has by chance: the expected maximum of as many normal draws.</summary>
    private string Such(List<int> nodes)
    {
        double[] errors = [.. nodes.Select(id => journal[id].Score!.Comparisons.Where(comparison => comparison.StandardError > 0).Select(comparison => comparison.StandardError).DefaultIfEmpty().Min()).Order()];
        double chance = errors[errors.Length / 2] * Math.Sqrt(2 * Math.Log(nodes.Count));
        string brings = chance > 0 ? $"; the best of so many is better by about {Figures.Rounded(chance, chance)} by chance alone" : "";
        return $"such as those of nodes {string.Join(", ", nodes.Take(4))}{brings}";
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

    [GeneratedRegex(@"\d+(\.\d+)?(e[-+]?\d+)?", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Number();
}
