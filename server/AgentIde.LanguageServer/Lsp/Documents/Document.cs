using System.Collections.Immutable;
using AgentIde.Core.Review;
using AgentIde.LanguageServer.Lsp.Protocol;

namespace AgentIde.LanguageServer.Lsp.Documents;

/// <summary>A text that the editor has open, at one version. Immutable: a change makes another one.</summary>
/// <param name="Uri">As the editor spells it.</param>
/// <param name="Path">Absolute, links resolved; null for what is no file.</param>
internal sealed record Document(string Uri, string? Path, int Version, string Text)
{
    private ImmutableArray<string> _lines;

    /// <summary>False after a change that could not be read, until the whole text comes: nothing can be said of a text that isn't known.</summary>
    public bool IsKnown { get; init; } = true;

    public ImmutableArray<string> Lines => _lines.IsDefault ? _lines = SourceLines.Of(Text) : _lines;

    public Document With(int version, IEnumerable<TextDocumentContentChangeEvent> changes)
    {
        string text = Text;
        bool known = IsKnown;
        foreach (TextDocumentContentChangeEvent change in changes)
        {
            text = change.Range is { } range ? Splice(text, range, change.Text) : change.Text;
            known |= change.Range is null;
        }

        return new Document(Uri, Path, version, text) { IsKnown = known };
    }

    private static string Splice(string text, Range range, string replacement)
    {
        int start = Offset(text, range.Start);
        int end = Math.Max(start, Offset(text, range.End));
        return string.Concat(text.AsSpan(0, start), replacement, text.AsSpan(end));
    }

    /// <summary>A position past the end of a line is its end, past the end of the text the end of the text, as the protocol says.</summary>
    private static int Offset(string text, Position position)
    {
        int offset = 0;
        for (int line = 0; line < position.Line; line++)
        {
            int end = text.AsSpan(offset).IndexOfAny('\n', '\r');
            if (end < 0)
            {
                return text.Length;
            }

            offset += end + (text.AsSpan(offset + end).StartsWith("\r\n") ? 2 : 1);
        }

        int left = text.AsSpan(offset).IndexOfAny('\n', '\r');
        return offset + Math.Clamp(position.Character, 0, left < 0 ? text.Length - offset : left);
    }
}
