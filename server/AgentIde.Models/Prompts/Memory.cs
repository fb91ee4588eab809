using System.Globalization;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Prompts;

/// <summary>
/// What a prompt tells of the rest of the tree, the most useful first, cut where it would be too long: the best
/// solution, the siblings, the best of other branches, ideas that failed, errors seen.
/// </summary>
internal sealed class Memory(Journal journal, int node, int? parent, GradeWords grades)
{
    private const int PlanLength = 240;
    private const int ErrorLength = 160;
    private const int MostFailures = 8;
    private const int MostErrors = 6;
    private const int MostOthers = 3;

    // The new node stands in the journal already where it was started; it and what came after tell nothing.
    private readonly Node[] _done = [.. journal.Nodes.Where(other => other.Id != node && other.IsDone)];

    /// <summary>Empty where there is nothing to tell.</summary>
    public string Text(int bytes)
    {
        List<(string Title, List<string> Lines)> parts = [("Best so far", Best()), (parent is null ? "Drafts so far" : "Other children of the program", Siblings()), ("Best of other branches", Others()), ("Ideas that failed", Failures()), ("Errors seen", Errors())];
        StringBuilder text = new();
        int left = 0, room = bytes - 80;
        foreach ((string title, List<string> lines) in parts.Where(part => part.Lines.Count > 0))
        {
            StringBuilder rows = new($"{title}:\n");
            int kept = 0, used = title.Length + 2;
            foreach (string row in lines.Select(line => $"- {line}\n"))
            {
                int size = Encoding.UTF8.GetByteCount(row);
                if (used + size <= room)
                {
                    rows.Append(row);
                    used += size;
                    kept++;
                }
            }

            left += lines.Count - kept;
            if (kept > 0)
            {
                text.Append(rows);
                room -= used;
            }
        }

        if (left > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"[… {left} more left out …]\n");
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>Earlier attempts to mend the program or the buggy ones that it came from: plan and what came of it, newest first.</summary>
    public string Fixes(int most)
    {
        HashSet<int> above = parent is { } start ? [.. journal.Lineage(start).TakeWhile(node => node.IsBuggy).Select(node => node.Id)] : [];
        IEnumerable<Node> tried = _done.Where(other => other.Operator == Operator.Debug && other.IsBuggy && other.Parent is { } mended && above.Contains(mended));
        return string.Join('\n', tried.OrderByDescending(other => other.Id).Take(most).Select(other => $"- node {other.Id}: {Plan(other)} It ended with: {Error(other)}"));
    }

    private List<string> Best() => journal.Best is not { } best || best == node ? []
        : [best == parent ? $"node {best}, the program below: {grades.Score(journal[best].Standing!)}" : Graded(journal[best])];

    private List<string> Siblings() =>
        [.. _done.Where(other => other.Parent == parent && other.Id != journal.Best).OrderByDescending(other => other.Id).Select(other =>
            other.IsBuggy ? Failed(other)
            : parent is { } above && journal[above].IsValid ? $"{Graded(other)}, {grades.Gain(other, journal[above])} than the program"
            : Graded(other))];

    private List<string> Others()
    {
        int[] told = [.. new[] { parent, journal.Best }.OfType<int>().Select(id => journal.Lineage(id).Last().Id)];
        return parent is null ? [] : [.. _done.Where(other => other is { IsValid: true, Rejected: null })
            .GroupBy(other => journal.Lineage(other.Id).Last().Id)
            .Where(branch => !told.Contains(branch.Key))
            .Select(branch => branch.Aggregate((best, other) => journal.Task!.Metric.IsBetter(other.Score!.Value, best.Score!.Value) ? other : best))
            .OrderByDescending(other => journal.Task!.Metric.Gain(other.Score!.Value, 0)).ThenBy(other => other.Id)
            .Take(MostOthers).Select(Graded)];
    }

    private List<string> Failures() => [.. _done.Where(other => other.Parent != parent && other.Id != parent && (other.IsBuggy || other.Rejected is not null || IsWorse(other)))
        .OrderByDescending(other => other.Id).Take(MostFailures)
        .Select(other => other.IsBuggy ? Failed(other) : IsWorse(other) ? $"{Graded(other)}, {grades.Gain(other, journal[other.Parent!.Value])} than node {other.Parent}" : Graded(other))];

    private List<string> Errors() => [.. _done.Where(other => other.IsBuggy)
        .GroupBy(Error, StringComparer.Ordinal)
        .OrderByDescending(same => same.Count()).ThenBy(same => same.First().Id)
        .Where(same => same.Count() > 1).Take(MostErrors)
        .Select(same => string.Create(CultureInfo.InvariantCulture, $"{same.Key} ({same.Count()} times)"))];

    private bool IsWorse(Node other) => other.IsValid && other.Parent is { } above && journal[above].IsValid && grades.StepsGained(other, journal[above]) < 0;

    private string Graded(Node other) => $"node {other.Id}{Wanted(other)}: {Plan(other)} {grades.Score(other.Standing!)}";

    private static string Failed(Node other) => $"node {other.Id}{Wanted(other)}: {Plan(other)} It failed: {Error(other)}";

    private static string Wanted(Node other) => other.Rejected is null ? "" : " (rejected, not wanted)";

    private static string Plan(Node other)
    {
        string plan = VisibleText.Line(other.Plan ?? "", PlanLength);
        return plan.Length == 0 ? "(no plan)" : plan.EndsWith('.') || plan.EndsWith('…') ? plan : plan + ".";
    }

    private static string Error(Node other) => VisibleText.Line(other.Failure!.Message, ErrorLength);
}
