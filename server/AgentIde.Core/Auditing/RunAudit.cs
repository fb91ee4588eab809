using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Auditing;

/// <summary>
/// Reads a whole run: its task's leaks, what its figures say against its scores, what was seen when programs were executed
/// for an audit, each program, and what its submissions have in common. It executes nothing and writes nothing; the same log gives the same findings.
/// </summary>
public static class RunAudit
{
    /// <summary>Findings of the run first, then by node and line.</summary>
    /// <param name="journal">Of a run that has begun.</param>
    public static async Task<ImmutableArray<AuditFinding>> ReadAsync(IRunStore store, Journal journal, CancellationToken cancellationToken)
    {
        RunId run = journal.Settings!.Run;
        List<AuditFinding> found = [.. OfRun(journal)];
        SubmissionLooks looks = new(journal);
        ScoreGap? gap = FigureAudit.GapIn(journal);
        foreach (Node node in journal.Nodes.Where(node => node is { Code: not null, SameAs: null }))
        {
            string code = Encoding.UTF8.GetString((await store.ReadBlobAsync(run, node.Code!.Value, cancellationToken)).Span);
            found.AddRange(OfNode(journal, node, code, gap));
            if (node is { IsValid: true, Execution.Submission: { } submission })
            {
                found.AddRange(looks.Take(node, code, await store.ReadBlobAsync(run, submission, cancellationToken)));
            }
        }

        return [.. found.Concat(looks.End()).OrderBy(finding => finding.Node ?? 0).ThenBy(finding => finding.Line ?? 0)];
    }

    /// <summary>What stands against one node: in its program, and in its figures. For an editor and a pull request, which have its code at hand.</summary>
    public static ImmutableArray<AuditFinding> OfNode(Journal journal, Node node, string code) => OfNode(journal, node, code, FigureAudit.GapIn(journal));

    private static ImmutableArray<AuditFinding> OfNode(Journal journal, Node node, string code, ScoreGap? gap) =>
    [
        .. FigureAudit.OfNode(journal, node, gap),
        .. ProgramAudit.Of(code, journal.Settings!.Language, journal.Task!, journal.Split?.Leaks ?? []).Select(finding => finding with { Node = node.Id }),
    ];

    /// <summary>What the figures of the run say against one node.</summary>
    public static ImmutableArray<AuditFinding> OfFigures(Journal journal, int node) =>
        [.. FigureAudit.OfNode(journal, journal[node], FigureAudit.GapIn(journal)), .. FigureAudit.OfRun(journal).Where(finding => finding.Node == node)];

    private static IEnumerable<AuditFinding> OfRun(Journal journal) =>
    [
        .. from Leak leak in journal.Split?.Leaks ?? [] select AuditFinding.Warning(AuditKind.Leak, null, leak.Text),
        .. FigureAudit.OfRun(journal),
    ];
}
