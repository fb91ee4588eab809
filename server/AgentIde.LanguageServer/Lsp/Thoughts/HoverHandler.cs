using System.Text;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Protocol;

namespace AgentIde.LanguageServer.Lsp.Thoughts;

/// <summary>Thought blame: which step wrote this line, why, and what it did to the score.</summary>
internal sealed class HoverHandler(ThoughtBlame blames, StandingCode standing, Reasonings reasonings) : AskHandler<TextDocumentPositionParams, Hover?>("textDocument/hover")
{
    protected override async Task<Hover?> AnswerAsync(ServerState state, TextDocumentPositionParams parameters, CancellationToken cancellationToken)
    {
        Client client = state.Expect();
        if (!state.Documents.TryGetValue(parameters.TextDocument.Uri, out Document? document))
        {
            return null;
        }

        Shown? shown = await standing.ShownAsync(state, document, cancellationToken).ConfigureAwait(false);
        int line = parameters.Position.Line;
        if (line < 0 || line >= document.Lines.Length)
        {
            return null;
        }

        if (shown is TaskShown { Run: { } run })
        {
            return line == TaskDocument.StatusLine(document) ? Content(client, [Wording.Status(run), .. Wording.Sayings(run)], line, document) : null;
        }

        if (string.IsNullOrWhiteSpace(document.Text))
        {
            // The empty lines of the code match, and there is nothing of it to explain.
            return null;
        }

        if (await blames.OfAsync(shown, document, cancellationToken).ConfigureAwait(false) is not { } blame)
        {
            return null;
        }

        if (blame.Blame.ThoughtAt(blame.Run.Journal, line) is not { } thought || (string.IsNullOrWhiteSpace(document.Lines[line]) && !HasLinesOfNodes(blame, document)))
        {
            return Content(client, [$"You changed this line since node {blame.Node} of {blame.Run.Run} was applied."], line, document);
        }

        string? reasoning = await reasonings.BeginningAsync(blame.Run, blame.Run.Journal[thought.Node], cancellationToken).ConfigureAwait(false);
        return Content(client, reasoning is null ? OfThought(blame, thought) : [.. OfThought(blame, thought), $"It thought: {reasoning}"], line, document);
    }

    /// <summary>Empty lines left out: those of any two texts are the same.</summary>
    private static bool HasLinesOfNodes(DocumentBlame blame, Document document)
    {
        for (int line = 0; line < document.Lines.Length; line++)
        {
            if (blame.Blame.Lines[line].Node is not null && !string.IsNullOrWhiteSpace(document.Lines[line]))
            {
                return true;
            }
        }

        return false;
    }

    private static List<string> OfThought(DocumentBlame blame, Thought thought)
    {
        Journal journal = blame.Run.Journal;
        Node node = journal[thought.Node];
        List<string> said = [thought.Reason is { } reason ? $"{Wording.Step(node)}, {reason.Block}: {reason.Text}" : $"{Wording.Writer(node)}: {node.Plan ?? node.Why}"];
        if (thought.Reason is not null && node.Plan is { } plan && plan != thought.Reason.Text)
        {
            said.Add($"Plan: {plan}");
        }

        if (node.Hint is { } hint)
        {
            said.Add($"A person's hint: {hint}");
        }

        if (node.Given is { Plan: { } wanted, Code: null })
        {
            said.Add($"A person's plan: {wanted}");
        }

        if (node.Rejected is { } rejection)
        {
            said.Add($"{Wording.Rejection(rejection)}.");
        }

        said.Add(Outcome(journal, node));
        if (node.Id != blame.Node)
        {
            said.Add($"Kept up to node {blame.Node}, which stands here: {Outcome(journal, journal[blame.Node])}");
        }

        return said;
    }

    private static string Outcome(Journal journal, Node node)
    {
        if (node.Failure is { } failure)
        {
            return $"Failed: {failure.Message}{(failure.Line is { } at ? $" (line {at})" : "")}";
        }

        if (node.Standing is not { } score)
        {
            return "Not scored yet.";
        }

        StringBuilder outcome = new();
        outcome.Append($"{Wording.Score(journal, node)} {Wording.Ground(journal, score)}".TrimEnd());
        if (Wording.Gain(node) is { } gain)
        {
            outcome.Append(", ").Append(gain);
        }

        if (score.Claim is { } claim && score.Kind != ScoreKind.Claimed)
        {
            outcome.Append("; it claims ").Append(Figures.Rounded(claim, score.StandardError));
        }

        return outcome.Append('.').Append(Wording.Folds(journal, node) is { } folds ? $" {folds}" : "").ToString();
    }

    /// <summary>Every part may hold text of the engineer's: it is escaped as a whole, and the only markup is ours.</summary>
    private static Hover Content(Client client, List<string> parts, int line, Document document)
    {
        MarkupContent content = client.Markdown
            ? new MarkupContent("markdown", string.Join("\n\n", parts.Select(part => PlainText.Markdown(part))))
            : new MarkupContent("plaintext", string.Join('\n', parts.Select(part => PlainText.Visible(part))));
        return new Hover(content, TextRange.OfLine(document, line));
    }
}
