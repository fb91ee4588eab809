using System.Text;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;

namespace AgentIde.LanguageServer.Lsp.Runs;

/// <summary>Writes a node's documents where every editor, diff tool and debugger can open them: real files, read-only.</summary>
internal static class NodeDocumentWriter
{
    private const int MaximumOutput = 1 << 20;
    private const int MaximumReasoning = 100_000;

    /// <summary>Writes all that the node has and returns the path of the one asked for.</summary>
    /// <exception cref="RunStoreException">The node has no such document yet.</exception>
    public static async Task<string> WriteAsync(IRunStore store, RunState run, Node node, string file, CancellationToken cancellationToken)
    {
        Dictionary<string, string> paths = [];
        if (node.Code is { } code)
        {
            ReadOnlyMemory<byte> bytes = await store.ReadBlobAsync(run.Run, code, cancellationToken).ConfigureAwait(false);
            string solution = NodeDocuments.Solution(run);
            paths[solution] = await store.WriteViewAsync(run.Run, node.Id, solution, bytes, cancellationToken).ConfigureAwait(false);
        }

        string? reasoning = run.Journal.AnswerOf(node)?.Outcome?.Thinking is { } thinking
            ? Encoding.UTF8.GetString((await store.ReadBlobAsync(run.Run, thinking, cancellationToken).ConfigureAwait(false)).Span)
            : null;
        byte[] thought = Encoding.UTF8.GetBytes(ThoughtOf(run.Journal, node) + Reasoning(node, reasoning));
        paths[NodeDocuments.Thought] = await store.WriteViewAsync(run.Run, node.Id, NodeDocuments.Thought, thought, cancellationToken).ConfigureAwait(false);
        string? output = node.Execution is { } execution
            ? Encoding.UTF8.GetString((await store.ReadBlobAsync(run.Run, execution.Output, cancellationToken).ConfigureAwait(false)).Span)
            : node.OutputSoFar is { Length: > 0 } soFar ? soFar : null;
        if (output is not null)
        {
            byte[] visible = Encoding.UTF8.GetBytes(PlainText.VisibleLines(output, MaximumOutput));
            paths[NodeDocuments.Output] = await store.WriteViewAsync(run.Run, node.Id, NodeDocuments.Output, visible, cancellationToken).ConfigureAwait(false);
        }

        if (file is NodeDocuments.Prompt or NodeDocuments.Reply && await CallDocument.OfAsync(store, run, node, file, cancellationToken).ConfigureAwait(false) is { } call)
        {
            paths[file] = await store.WriteViewAsync(run.Run, node.Id, file, Encoding.UTF8.GetBytes(call), cancellationToken).ConfigureAwait(false);
        }

        return paths.TryGetValue(file, out string? path)
            ? path
            : throw new RunStoreException(Missing(run, node, file));
    }

    private static string Missing(RunState run, Node node, string file) =>
        file is NodeDocuments.Prompt or NodeDocuments.Reply && node.Calls.IsEmpty && node.Stage != NodeStage.Think
            ? $"Node {node.Id} of {run.Run} has no {file}: no model was asked for it."
            : $"Node {node.Id} of {run.Run} has no {file}{(node.IsDone ? "" : " yet")}.";

    /// <summary>What models are saying, and what they showed of their reasoning once they had ended.</summary>
    private static string Reasoning(Node node, string? reasoning)
    {
        StringBuilder text = new();
        foreach (ModelCall call in node.Calls.Where(call => call.SoFar is not null))
        {
            text.Append("\n## ").Append(PlainText.Markdown(call.Model, 100)).Append(" at work\n\n");
            text.Append("About ").Append(Figures.Tokens(call.SoFar!.Tokens)).Append(" tokens so far; the end of them:\n\n");
            text.Append(Quoted(call.SoFar.Thinking)).Append(call.SoFar.IsAnswering ? "\n" + PlainText.Fenced(call.SoFar.Text, "text", MaximumReasoning) + "\n" : "");
        }

        return text.Append(reasoning is null ? "" : "\n## What it thought\n\n" + Quoted(reasoning)).ToString();
    }

    /// <summary>Line by line, none of which is Markdown.</summary>
    private static string Quoted(string text) => text.Length == 0 ? "" : string.Concat(
        (text.Length <= MaximumReasoning ? text : text[..MaximumReasoning] + "…").Trim().Split('\n').Select(line => $"> {PlainText.Markdown(line)}".TrimEnd() + "\n"));

    private static string ThoughtOf(Journal journal, Node node)
    {
        StringBuilder text = new();
        text.Append("# ").Append(PlainText.Markdown(Wording.Writer(node))).Append("\n\n");
        text.Append(PlainText.Markdown(node.Plan ?? "The engineer is still thinking.")).Append("\n\n");
        text.Append("Chosen because: ").Append(PlainText.Markdown(node.Why)).Append("\n\n");
        text.Append(node.Hint is { } hint ? $"A person's hint:\n\n{Quoted(hint)}\n" : "");
        text.Append(node.Given is { Plan: { } wanted, Code: null } ? $"A person's plan:\n\n{Quoted(wanted)}\n" : "");
        text.Append(node.Rejected is { } rejection ? $"{PlainText.Markdown(Wording.Rejection(rejection))}\n\n" : "");
        if (node.Standing is { } score)
        {
            text.Append(PlainText.Markdown(Wording.Score(journal, node)));
            text.Append(Wording.Gain(node) is { } gain ? $", {gain}" : "");
            text.Append(score.Kind == ScoreKind.Claimed && Wording.Ground(journal, score) is { Length: > 0 } ground ? $", {PlainText.Markdown(ground)}; nothing was graded here" : "");
            text.Append(score is { Kind: not ScoreKind.Claimed, Claim: { } claim } ? $"; it claims {Figures.Rounded(claim, score.StandardError)}" : "").Append("\n\n");
            text.Append(Wording.Folds(journal, node) is { } folds ? $"{PlainText.Markdown(folds)}\n\n" : "");
        }

        if (node.Failure is { } failure)
        {
            text.Append("Failed: ").Append(PlainText.Markdown(failure.Message)).Append("\n\n");
            text.Append(failure.Traceback is { } traceback ? PlainText.Fenced(traceback, "text", 20_000) + "\n\n" : "");
        }

        if (node.Review is { } review)
        {
            text.Append("## Review\n\n").Append(PlainText.Markdown(Wording.Review(node.Id, review))).Append("\n\n");
            foreach (ReviewFinding finding in review.Findings)
            {
                text.Append("- ").Append(Lines(finding.FirstLine, finding.LastLine)).Append(": ").Append(PlainText.Markdown($"{finding.Kind}: {finding.Text}")).Append('\n');
            }

            text.Append(review.Findings.IsEmpty ? "" : "\n");
        }

        if (!node.Reasons.IsEmpty)
        {
            text.Append("## Which lines stand there why\n\n");
            foreach (Reason reason in node.Reasons)
            {
                string lines = Lines(reason.FirstLine, reason.LastLine);
                text.Append("- ").Append(PlainText.Markdown(reason.Block)).Append(" (").Append(lines).Append("): ").Append(PlainText.Markdown(reason.Text)).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Lines(int first, int last) => first == last ? $"line {first}" : $"lines {first} to {last}";
}
