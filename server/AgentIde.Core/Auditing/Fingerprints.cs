using System.Text.RegularExpressions;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Auditing;

/// <summary>
/// What a program is recognised by, whatever its names, numbers, texts, comments and layout are: hashes of runs of tokens, thinned by winnowing
/// (Schleimer, Wilkerson and Aiken, 2003, doi 10.1145/872757.872770). Names behind a dot and names that are called stay, for they are those of libraries.
/// </summary>
public sealed partial class Fingerprints
{
    /// <summary>Tokens of one hash: as Dolos has it, by which MLE-bench compares.</summary>
    private const int Run = 23;

    /// <summary>Of as many hashes in a row the least is kept.</summary>
    private const int Window = 17;

    private readonly Dictionary<ulong, int> _lines;

    private Fingerprints(Dictionary<ulong, int> lines) => _lines = lines;

    /// <summary>A program of a few lines has none, and resembles nothing.</summary>
    public int Count => _lines.Count;

    public static Fingerprints Of(string code, ProgramLanguage language)
    {
        (ulong Token, int Line)[] tokens =
        [
            .. from line in ProgramText.Read(code, language)
               where !line.IsComment
               from Match token in Token().Matches(line.Text)
               select (Hash(Kept(token)), line.Line),
        ];
        ulong[] runs = [.. Enumerable.Range(0, Math.Max(0, tokens.Length - Run + 1)).Select(start => tokens.AsSpan(start, Run).ToArray().Aggregate(14_695_981_039_346_656_037UL, (hash, token) => Mixed(hash, token.Token)))];
        Dictionary<ulong, int> lines = [];
        for (int start = 0; start + Math.Min(Window, runs.Length) <= runs.Length && runs.Length > 0; start++)
        {
            // The last of equal ones, so that neighbouring windows choose the same.
            int least = start;
            for (int at = start + 1; at < Math.Min(start + Window, runs.Length); at++)
            {
                least = runs[at] <= runs[least] ? at : least;
            }

            lines.TryAdd(runs[least], tokens[least].Line);
        }

        return new Fingerprints(lines);
    }

    /// <summary>How much of this program stands in another: 0 to 1, and the first line of it, 1-based.</summary>
    public (double Share, int Line) In(Fingerprints other)
    {
        int[] shared = [.. _lines.Where(one => other._lines.ContainsKey(one.Key)).Select(one => one.Value)];
        return shared.Length == 0 ? (0, 1) : ((double)shared.Length / _lines.Count, shared.Min());
    }

    private static string Kept(Match token) =>
        token.Groups["text"].Success ? "'" : token.Groups["number"].Success ? "0" : token.Groups["name"] is { Success: true } name && !Words.Contains(name.Value) ? "n" : token.Value;

    private static ulong Hash(string token)
    {
        ulong hash = 14_695_981_039_346_656_037UL;
        foreach (char one in token)
        {
            hash = Mixed(hash, one);
        }

        return hash;
    }

    /// <summary>FNV-1a, one number at a time.</summary>
    private static ulong Mixed(ulong hash, ulong value) => unchecked((hash ^ value) * 1_099_511_628_211UL);

    private static readonly HashSet<string> Words = new(
        ["and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "if", "import", "in", "is", "lambda", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield"],
        StringComparer.Ordinal);

    [GeneratedRegex(@"(?<text>'[^']*')|(?<library>\.[A-Za-z_]\w*|[A-Za-z_]\w*(?=\())|(?<name>[A-Za-z_]\w*)|(?<number>\d[\w.]*)|\S", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
