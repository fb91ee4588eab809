using System.Text.RegularExpressions;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Thoughts;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>A comment in the code that asks for something: <c># agentide: try a log target</c>.</summary>
/// <param name="Node">Whose line it is at; the node that stands in the document where the line is a person's.</param>
/// <param name="Wish">As it was written.</param>
/// <param name="Text">With the line that it speaks of, as quoted code.</param>
internal sealed partial record CommentHint(int Node, string Wish, string Text)
{
    private const int LongestLine = 300;

    /// <summary>Null where the line holds no such comment, or nothing comes of it any more.</summary>
    public static CommentHint? At(DocumentBlame? blame, Document document, int line)
    {
        if (blame is null || line < 0 || line >= document.Lines.Length || Comment().Match(document.Lines[line]) is not { Success: true } comment
            || StringLiterals.Cover(document, line, comment.Groups["code"].Length))
        {
            return null;
        }

        string wish = comment.Groups["wish"].Value.Trim();
        int code = IsCode(comment.Groups["code"].Value) ? line : NextCode(document, line);
        int node = code < 0 ? blame.Node : (blame.Blame.ThoughtAt(blame.Run.Journal, code) ?? blame.Blame.ThoughtAt(blame.Run.Journal, line))?.Node ?? blame.Node;
        if (RunDecisions.Refusal(blame.Run.Journal, new BranchRequest("", node, null)) is not null)
        {
            return null;
        }

        string quoted = code < 0 ? "" : (code == line ? comment.Groups["code"].Value : document.Lines[code]).TrimEnd();
        string text = quoted.Length == 0 ? wish : $"{wish}\n\nThis is about line {code + 1}:\n\n    {(quoted.Length <= LongestLine ? quoted : quoted[..LongestLine] + "…")}";

        // One that is too long is offered all the same: whoever takes it is told so, and is not left to wonder.
        return new CommentHint(node, wish, text.Length <= Hint.MaximumLength ? text : wish);
    }

    private static bool IsCode(string text) => !string.IsNullOrWhiteSpace(text);

    /// <summary>The line below that the comment stands over; −1 where none does.</summary>
    private static int NextCode(Document document, int line)
    {
        for (int next = line + 1; next < document.Lines.Length; next++)
        {
            if (IsCode(document.Lines[next]) && !Comment().IsMatch(document.Lines[next]))
            {
                return next;
            }
        }

        return -1;
    }

    [GeneratedRegex(@"^(?<code>.*?)(?:#|//)\s*agentide\s*:\s*(?<wish>\S.*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Comment();
}
