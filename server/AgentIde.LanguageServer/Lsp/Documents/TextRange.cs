using AgentIde.LanguageServer.Lsp.Protocol;

namespace AgentIde.LanguageServer.Lsp.Documents;

internal static class TextRange
{
    public static Range Start { get; } = new(new Position(0, 0), new Position(0, 0));

    /// <summary>A line without its indentation.</summary>
    public static Range OfLine(Document document, int line)
    {
        string text = line < document.Lines.Length ? document.Lines[line] : "";
        int first = text.Length - text.AsSpan().TrimStart().Length;
        return new Range(new Position(line, first == text.Length ? 0 : first), new Position(line, text.AsSpan().TrimEnd().Length));
    }
}
