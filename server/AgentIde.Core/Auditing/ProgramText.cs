using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Auditing;

/// <summary>One statement of a program as it is searched: without blanks that mean nothing and without comments, every string in single quotes.</summary>
/// <param name="Line">1-based: where it begins.</param>
/// <param name="Text">Cut where it is very long.</param>
/// <param name="Numbers">How many numbers stand in all of it, those in strings included.</param>
/// <param name="LongestText">The longest string in it, in characters.</param>
internal sealed record ProgramLine(int Line, string Text, int Numbers, int LongestText)
{
    /// <summary>Whether it is a comment: then the rest of the program does not see it, unless it reads itself.</summary>
    public bool IsComment { get; init; }
}

/// <summary>A program as statements. Any text can be read; what can't be parsed is one long statement.</summary>
internal static partial class ProgramText
{
    /// <summary>Nobody reads further, and no pattern is to take longer.</summary>
    public const int MaximumStatement = 20_000;

    private const int MaximumLines = 5_000;

    public static ImmutableArray<ProgramLine> Read(string code, ProgramLanguage language)
    {
        ImmutableArray<string> lines = SourceLines.Of(code);
        (IReadOnlyList<Statement> statements, _) = StatementReader.Read(lines, language, 0, Math.Min(lines.Length, MaximumLines));
        return
        [
            .. statements.Select(statement => new ProgramLine(statement.Line + 1, statement.IsComment ? statement.Key : Plain(statement.Key), Numbers(statement.Key), LongestText(statement.Key))
            {
                IsComment = statement.IsComment,
            }),
        ];
    }

    private static int LongestText(string key) => key.Split('\u0001').Where((_, part) => part > 0).Select(part => part.Length).DefaultIfEmpty().Max();

    private static int Numbers(string text)
    {
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bool begins = char.IsAsciiDigit(text[i]) && (i == 0 || !(char.IsLetterOrDigit(text[i - 1]) || text[i - 1] is '_' or '.'));
            count += begins ? 1 : 0;
        }

        return count;
    }

    private static string Plain(string key)
    {
        string cut = key.Length <= MaximumStatement ? key : key[..MaximumStatement];
        return Marked().Replace(cut, match => $"'{match.Groups[1].Value.Trim('"')}'");
    }

    /// <summary>As <see cref="SourceToken"/> writes strings: a mark, in Python also the prefix and another, the text, a mark.</summary>
    [GeneratedRegex("\u0001(?:[a-z0-9]*\u0001)?([^\u0001]*)\u0001", RegexOptions.CultureInvariant)]
    private static partial Regex Marked();
}
