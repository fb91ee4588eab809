using System.Collections.Immutable;

namespace AgentIde.Core.Review;

/// <summary>The lines of a text as editors count them: ended by "\n", "\r\n" or "\r", the last one perhaps empty.</summary>
public static class SourceLines
{
    public static ImmutableArray<string> Of(string text)
    {
        ImmutableArray<string>.Builder lines = ImmutableArray.CreateBuilder<string>();
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('\n' or '\r'))
            {
                continue;
            }

            lines.Add(text[start..i]);
            if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                i++;
            }

            start = i + 1;
        }

        lines.Add(text[start..]);
        return lines.ToImmutable();
    }

    /// <summary>
    /// Whether two texts are the same to a person: line ends, blanks at the end of a line and empty lines at the end of
    /// the text are the editor's business, everything else is somebody's work.
    /// </summary>
    public static bool AreSame(ImmutableArray<string> lines, ImmutableArray<string> others)
    {
        for (int i = 0; i < Math.Max(lines.Length, others.Length); i++)
        {
            ReadOnlySpan<char> line = i < lines.Length ? lines[i].AsSpan().TrimEnd() : [];
            ReadOnlySpan<char> another = i < others.Length ? others[i].AsSpan().TrimEnd() : [];
            if (!line.SequenceEqual(another))
            {
                return false;
            }
        }

        return true;
    }
}
