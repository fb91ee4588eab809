using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Holdouts;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Lsp.Thoughts;

namespace AgentIde.LanguageServer.Lsp.Leaks;

/// <summary>
/// What gives a task's answers away, on the lines of its task.yaml that name the label and the id; and what is wrong
/// with the task, on its own line. Where its files were not looked at, what the run found that is shown.
/// </summary>
internal static class LeakDiagnostics
{
    private const string LineOfTask = "task.yaml line ";

    public static void Add(ImmutableArray<Diagnostic>.Builder found, ServerState state, TaskShown task, Document document)
    {
        if (state.Leaks.GetValueOrDefault(task.Folder)?.Found is not { } looked)
        {
            foreach (Leak leak in task.Run?.Journal.Split?.Leaks ?? [])
            {
                found.Add(Of(leak, task.Run, document));
            }

            return;
        }

        if (looked.Problem is { } problem)
        {
            Range range = TextRange.OfLine(document, Math.Clamp(LineIn(problem) - 1, 0, Math.Max(0, document.Lines.Length - 1)));
            found.Add(new Diagnostic(range, DiagnosticSeverity.Error, Diagnostics.Code("task"), Diagnostics.Source, PlainText.Visible(problem, 600), null));
        }

        foreach (Leak leak in looked.Leaks)
        {
            found.Add(Of(leak, null, document));
        }
    }

    private static Diagnostic Of(Leak leak, RunState? run, Document document)
    {
        int line = leak.Kind == LeakKind.Id ? TaskDocument.IdLine(document) : TaskDocument.LabelLine(document);
        return new Diagnostic(TextRange.OfLine(document, line), DiagnosticSeverity.Warning, Diagnostics.Code("leak"), Diagnostics.Source, Wording.Leak(leak, run), null);
    }

    /// <summary>1-based; 1 where the problem names none.</summary>
    private static int LineIn(string problem)
    {
        ReadOnlySpan<char> text = problem;
        if (!text.StartsWith(LineOfTask, StringComparison.Ordinal))
        {
            return 1;
        }

        ReadOnlySpan<char> rest = text[LineOfTask.Length..];
        int end = rest.IndexOf(':');
        return end > 0 && int.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out int line) ? line : 1;
    }
}
