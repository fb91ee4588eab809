using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Answers;

/// <summary>Which part of an answer is the program, and whether it may be one.</summary>
internal static class ProgramText
{
    public const int MaximumBytes = 500_000;

    private static readonly ImmutableHashSet<string> PythonLabels = ["python", "py", "python3", "ipython"];
    private static readonly ImmutableHashSet<string> CSharpLabels = ["csharp", "cs", "c#"];
    private static readonly ImmutableHashSet<string> OtherLabels =
    [
        "bash", "sh", "shell", "console", "zsh", "powershell", "cmd", "text", "txt", "plaintext", "output", "log", "json", "jsonc", "json5", "yaml", "yml",
        "toml", "ini", "csv", "diff", "patch", "markdown", "md", "html", "xml", "sql", "r", "julia", "javascript", "js", "typescript", "ts", "java", "cpp", "c++", "rust", "go",
    ];

    /// <summary>
    /// The program among blocks: the longest that both reads the input and writes a submission, for a model that drafts
    /// twice means the whole one; where none does alone but all of them together do, the model cut its program in pieces,
    /// and they are joined; else the longest. Blocks in another language don't count.
    /// </summary>
    public static FencedBlock? Choose(ImmutableArray<FencedBlock> blocks, ProgramLanguage language)
    {
        ImmutableHashSet<string> own = language == ProgramLanguage.CSharp ? CSharpLabels : PythonLabels;
        ImmutableHashSet<string> foreign = language == ProgramLanguage.CSharp ? PythonLabels : CSharpLabels;
        ImmutableArray<FencedBlock> labelled = Filled(blocks.Where(block => own.Contains(block.Label)));
        ImmutableArray<FencedBlock> candidates = labelled.Length > 0
            ? labelled
            : Filled(blocks.Where(block => !foreign.Contains(block.Label) && !OtherLabels.Contains(block.Label)));
        if (candidates.IsEmpty)
        {
            return null;
        }

        if (Longest(candidates.Where(block => IsWhole(block.Content))) is { } whole)
        {
            return whole;
        }

        string joined = string.Join("\n\n", candidates.Select(block => block.Content.Trim('\n')));
        return candidates.Length > 1 && IsWhole(joined)
            ? candidates[0] with { Content = joined, End = candidates[^1].End }
            : Longest(candidates);
    }

    /// <summary>
    /// Where a program begins in a text without fences; −1 where the text is none. Most lines from there on must look
    /// like code: prose that starts with "from" or "using" is no program.
    /// </summary>
    public static int Start(string text, ProgramLanguage language)
    {
        for (int start = 0; start < text.Length;)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            if (Begins(text.AsSpan(start, end - start), language))
            {
                return IsMostlyCode(text.AsSpan(start), language) ? start : -1;
            }

            start = end + 1;
        }

        return -1;
    }

    /// <summary>The program as it is kept: no empty lines around it, a line break at its end.</summary>
    /// <exception cref="UnreadableAnswerException">It is empty, too long, or holds a NUL.</exception>
    public static string Checked(string code)
    {
        string trimmed = AnswerText.WellFormed(code).TrimEnd();
        int start = 0;
        while (trimmed.IndexOf('\n', start) is >= 0 and var end && trimmed.AsSpan(start, end - start).IsWhiteSpace())
        {
            start = end + 1;
        }

        string program = trimmed[start..] + "\n";
        return program.Length <= 1 ? throw new UnreadableAnswerException("The program in the answer is empty.")
            : Encoding.UTF8.GetByteCount(program) > MaximumBytes ? throw new UnreadableAnswerException($"The program is longer than {MaximumBytes / 1_000} KB.")
            : program.Contains('\0', StringComparison.Ordinal) ? throw new UnreadableAnswerException("The program holds a NUL character.")
            : program;
    }

    /// <summary>Whether it is far shorter than a whole program and none itself: models like to show only what they changed.</summary>
    public static bool IsPieceOf(string code, string program) => code.Length < program.Length / 2 && IsWhole(program) && !IsWhole(code);

    private static ImmutableArray<FencedBlock> Filled(IEnumerable<FencedBlock> blocks) => [.. blocks.Where(block => !string.IsNullOrWhiteSpace(block.Content))];

    // Of equals the last: it is what the model came to.
    private static FencedBlock? Longest(IEnumerable<FencedBlock> blocks) => blocks.Reverse().MaxBy(block => block.Content.Length);

    private static bool IsWhole(string code) =>
        code.Contains("submission", StringComparison.OrdinalIgnoreCase) && (code.Contains("input", StringComparison.Ordinal) || code.Contains("read_csv", StringComparison.Ordinal));

    private static bool Begins(ReadOnlySpan<char> line, ProgramLanguage language) => language == ProgramLanguage.CSharp
        ? line.StartsWith("using ") || line.StartsWith("//") || line.StartsWith("var ")
        : line.StartsWith("import ") || line.StartsWith("from ") || line.StartsWith("#!") || line.StartsWith("\"\"\"");

    private static bool IsMostlyCode(ReadOnlySpan<char> text, ProgramLanguage language)
    {
        int code = 0, all = 0;
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            ReadOnlySpan<char> end = line.TrimEnd();
            if (end.IsEmpty)
            {
                continue;
            }

            all++;
            bool looks = language == ProgramLanguage.CSharp
                ? end[^1] is ';' or '{' or '}' or ')' or ',' || end.TrimStart().StartsWith("//")
                : end[0] is ' ' or '\t' or '#' or ')' or ']' or '}' || end[^1] is ':' or ')' or ']' or '}' or '(' or '[' or '{' or ','
                    || end.Contains('=') || end.StartsWith("import ") || (end.StartsWith("from ") && end.Contains(" import ", StringComparison.Ordinal));
            code += looks ? 1 : 0;
        }

        return code >= 2 && code * 10 >= all * 7;
    }
}
