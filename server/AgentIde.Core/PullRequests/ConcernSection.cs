using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AgentIde.Core.Auditing;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>What a reviewer should look at: what reviews and figures say against the node, and what stands in its code.</summary>
internal static class ConcernSection
{
    public static BodySection Of(Evidence evidence)
    {
        ImmutableArray<string> said = [.. Figures(evidence), .. Audit(evidence), .. Reviews(evidence)];
        ImmutableArray<ScanFinding> scan = CodeScan.Of(evidence.Code, evidence.Journal.Settings!.Language);
        return new BodySection("what to look at", 80, [() => Write(evidence, said, scan, 60), () => Write(evidence, said, scan, 15)]);
    }

    private static string Write(Evidence evidence, ImmutableArray<string> said, ImmutableArray<ScanFinding> scan, int most)
    {
        StringBuilder text = new("## What to look at\n");
        foreach (string line in said.Take(most))
        {
            text.Append("\n- ").Append(line);
        }

        text.Append(said.Length == 0 ? "\n- No review of the run and no figure of it speaks against this node." : "");
        text.Append(said.Length > most ? $"\n- and {said.Length - most} more" : "");
        text.Append(scan.IsEmpty
            ? "\n\nA search of the code for words that reach beyond its folder (network, other programs, the environment but for counts of cores and threads, code from text, data in disguise, unpickling, hidden characters) found none. It proves nothing of what is hidden better."
            : $"\n\nA search of the code for words that reach beyond its folder found {Wording.Count(scan.Length, "place")}:\n");
        foreach (ScanFinding finding in scan.Take(most))
        {
            text.Append($"\n- line {finding.Line}, {finding.Kind}: {evidence.Inline(finding.Text, 160)}");
        }

        return text.Append(scan.Length > most ? $"\n- and {scan.Length - most} more" : "").ToString();
    }

    private static IEnumerable<string> Figures(Evidence evidence)
    {
        Node node = evidence.Node;
        foreach (Leak leak in evidence.Journal.Split?.Leaks ?? [])
        {
            yield return $"The task's own files give its answers away, so every score may be too good: {evidence.Inline(leak.Text, 300)}";
        }

        if (node.Standing is { Claim: { } claim, StandardError: { } error, Value: var value } && Math.Abs(evidence.Metric.Gain(claim, value)) > 3 * error)
        {
            (string how, string why) = evidence.Metric.Gain(claim, value) > 0
                ? ("better", "its own validation may leak")
                : ("worse", "its own validation measures something else, or the holdout is easier than the train set");
            yield return $"The code claims {Runs.Figures.Rounded(claim, error)}, clearly {how} than the {Runs.Figures.WithError(value, error)} that it was graded: {why}.";
        }

        if (node.Parent is { } parent && node.Against(parent) is { } gain && !gain.IsClear)
        {
            yield return $"The last step is no clear gain over its parent{node.GroundAgainst(parent)}.";
        }

        if (evidence.Journal.Choice is { Refit: { Taken: false } } choice && choice.Node == node.Id)
        {
            yield return "The refit on the whole train was not taken: the table says why.";
        }
    }

    /// <summary>What an audit warns of beside what is told already: claims, leaks of the task, and the words of the scan.</summary>
    private static IEnumerable<string> Audit(Evidence evidence)
    {
        Journal journal = evidence.Journal;
        if (journal.AuditOf(evidence.Node.Id) is { } audited && !audited.Findings.Any(finding => finding.Severity == AuditSeverity.Warning))
        {
            yield return $"An audit executed it on {audited.At.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)} on files that it was not chosen by, and warns of nothing.";
        }

        IEnumerable<AuditFinding> found = RunAudit.OfFigures(journal, evidence.Node.Id).Where(finding => finding.Kind != AuditKind.Claim)
            .Concat(ProgramAudit.BeyondScan(evidence.Code, journal.Settings!.Language, journal.Task!, journal.Split?.Leaks ?? []));
        foreach (AuditFinding finding in found.Where(finding => finding.Severity == AuditSeverity.Warning).DistinctBy(finding => finding.Matter()))
        {
            yield return $"An audit finds{(finding.Line is { } line ? $" at line {line}" : "")}: {evidence.Inline($"{AuditWords.Title(finding.Kind)}: {finding.Evidence}", 300)}. {AuditWords.Meaning(finding.Kind)}";
        }
    }

    private static IEnumerable<string> Reviews(Evidence evidence)
    {
        foreach (Node node in evidence.Lineage.Reverse().Where(node => node.Review is { Problem: null }))
        {
            NodeReview review = node.Review!;
            if (review.IsSuspect || node.Id == evidence.Node.Id)
            {
                yield return $"A model's review of node {node.Id}: {(review.IsSuspect ? "**suspect**" : "nothing suspect")}. {evidence.Inline(review.Summary, 500)}";
            }

            foreach (ReviewFinding finding in node.Id == evidence.Node.Id ? review.Findings : [])
            {
                yield return $"It found at {Wording.Lines(finding.FirstLine, finding.LastLine)}: {evidence.Inline($"{finding.Kind}: {finding.Text}", 300)}";
            }
        }
    }
}
