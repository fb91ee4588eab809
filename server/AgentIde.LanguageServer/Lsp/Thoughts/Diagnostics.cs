using System.Collections.Immutable;
using System.Text.Json;
using AgentIde.Core.Auditing;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Leaks;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;

namespace AgentIde.LanguageServer.Lsp.Thoughts;

/// <summary>
/// What stands in an open document: thoughts as hints, or as information where the person wants them listed, at the first line of what they wrote, the state of the run as
/// information, a failure at the line of its traceback, a task's leaks in its task.yaml. Newest thoughts first, since editors cap what they show.
/// </summary>
internal sealed class Diagnostics(ThoughtBlame blames, StandingCode standing)
{
    public const int MaximumThoughts = 50;

    public const string Source = "agentide";

    public async Task<ImmutableArray<Diagnostic>> OfAsync(ServerState state, Document document, CancellationToken cancellationToken)
    {
        Shown? shown = await standing.ShownAsync(state, document, cancellationToken).ConfigureAwait(false);
        ImmutableArray<Diagnostic>.Builder found = ImmutableArray.CreateBuilder<Diagnostic>();
        switch (shown)
        {
            case TaskShown task:
                if (task.Run is { } run)
                {
                    found.Add(Status(run, TextRange.OfLine(document, TaskDocument.StatusLine(document))));
                }

                LeakDiagnostics.Add(found, state, task, document);
                break;
            case SolutionShown solution:
                if (solution.Run.IsLive || (solution.Applied is { } applied && solution.Run.Journal.Best is { } best && best != applied.Node))
                {
                    found.Add(Status(solution.Run, TextRange.OfLine(document, 0)));
                }

                break;
            case NodeShown node:
                AddRejection(found, node, document);
                AddFailure(found, node, document);
                break;
        }

        if (await blames.OfAsync(shown, document, cancellationToken).ConfigureAwait(false) is { } blame)
        {
            AddReview(found, blame, document);
            AddAudit(found, blame, await blames.AuditAsync(blame, cancellationToken).ConfigureAwait(false), document);
            AddThoughts(found, blame, document, state.Client is { ListsThoughts: true } ? DiagnosticSeverity.Information : DiagnosticSeverity.Hint);
        }

        return found.ToImmutable();
    }

    private static Diagnostic Status(RunState run, Range range) =>
        new(range, DiagnosticSeverity.Information, Code("run"), Source, Wording.Status(run), new DiagnosticData(run.Run.Value, run.Journal.Best, null));

    private static void AddRejection(ImmutableArray<Diagnostic>.Builder found, NodeShown shown, Document document)
    {
        if (shown.Run.Journal[shown.Node].Rejected is { } rejection)
        {
            found.Add(new Diagnostic(TextRange.OfLine(document, 0), DiagnosticSeverity.Information, Code("rejected"), Source, Wording.Rejection(rejection), new DiagnosticData(shown.Run.Run.Value, shown.Node, null)));
        }
    }

    private static void AddFailure(ImmutableArray<Diagnostic>.Builder found, NodeShown shown, Document document)
    {
        Node node = shown.Run.Journal[shown.Node];
        if (node.Failure is { } failure)
        {
            int line = Math.Clamp((failure.Line ?? 1) - 1, 0, document.Lines.Length - 1);
            found.Add(new Diagnostic(
                TextRange.OfLine(document, line),
                DiagnosticSeverity.Error,
                Code("failure"),
                Source,
                PlainText.Visible(failure.Message),
                new DiagnosticData(shown.Run.Run.Value, node.Id, "execute")));
        }
    }

    /// <summary>What a review found, at the lines where it stands; what it says in all at the first line, where that is a suspicion.</summary>
    private static void AddReview(ImmutableArray<Diagnostic>.Builder found, DocumentBlame blame, Document document)
    {
        if (blame.Run.Journal[blame.Node].Review is not { } review)
        {
            return;
        }

        DiagnosticSeverity severity = review.IsSuspect ? DiagnosticSeverity.Warning : DiagnosticSeverity.Information;
        DiagnosticData data = new(blame.Run.Run.Value, blame.Node, "think");
        if (review.IsSuspect)
        {
            found.Add(new Diagnostic(TextRange.OfLine(document, 0), severity, Code("review"), Source, Wording.Review(blame.Node, review), data));
        }

        foreach (ReviewFinding finding in review.Findings.Take(MaximumThoughts))
        {
            if (LineOf(blame, finding.FirstLine, finding.LastLine, document) is { } line)
            {
                found.Add(new Diagnostic(TextRange.OfLine(document, line), severity, Code("review"), Source, Wording.Finding(blame.Node, finding), data));
            }
        }
    }

    /// <summary>What an audit warns of, at the lines where it stands; what stands on no line at the first one. Lines that a person has changed are theirs.</summary>
    private static void AddAudit(ImmutableArray<Diagnostic>.Builder found, DocumentBlame blame, ImmutableArray<AuditFinding> audit, Document document)
    {
        foreach (AuditFinding finding in audit.Where(finding => finding.Severity == AuditSeverity.Warning).Take(MaximumThoughts))
        {
            if ((finding.Line is { } at ? LineOf(blame, at, at, document) : 0) is { } line)
            {
                found.Add(new Diagnostic(
                    TextRange.OfLine(document, line), DiagnosticSeverity.Warning, Code("audit"), Source, Wording.Audit(blame.Node, finding), new DiagnosticData(blame.Run.Run.Value, blame.Node, "think")));
            }
        }
    }

    /// <summary>The first line of the document that is one of these of the node's code; null where none is left.</summary>
    private static int? LineOf(DocumentBlame blame, int firstLine, int lastLine, Document document)
    {
        int line = blame.Blame.Source.IndexOf(blame.Blame.Source.FirstOrDefault(source => source + 1 >= firstLine && source + 1 <= lastLine, -1));
        return line >= 0 && line < document.Lines.Length && blame.Blame.Source[line] >= 0 ? line : null;
    }

    private static void AddThoughts(ImmutableArray<Diagnostic>.Builder found, DocumentBlame blame, Document document, DiagnosticSeverity severity)
    {
        Journal journal = blame.Run.Journal;
        ImmutableArray<Thought> thoughts = blame.Blame.Thoughts(journal);
        foreach (Thought thought in thoughts.Take(MaximumThoughts))
        {
            found.Add(new Diagnostic(
                TextRange.OfLine(document, thought.Line),
                severity,
                Code(ToProtocol.OperatorOf(journal[thought.Node].Operator)),
                Source,
                Wording.Thought(journal, thought),
                new DiagnosticData(blame.Run.Run.Value, thought.Node, "think")));
        }

        if (thoughts.Length > MaximumThoughts)
        {
            found.Add(new Diagnostic(
                TextRange.Start,
                severity,
                Code("thoughts"),
                Source,
                $"{thoughts.Length - MaximumThoughts} earlier thoughts: hover over a line to read its own",
                new DiagnosticData(blame.Run.Run.Value, null, null)));
        }
    }

    internal static JsonElement Code(string code) => JsonSerializer.SerializeToElement(code, ProtocolJsonContext.Default.String);
}
