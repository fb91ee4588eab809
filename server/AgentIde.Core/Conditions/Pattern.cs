using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentIde.Core.Conditions;

/// <summary>
/// The pattern of <c>matches</c>. It may be a stranger's, and so may the text: it is matched without backtracking, in
/// time that grows with the text alone, within a limit; and it is short and repeats little, for that bounds its automaton.
/// </summary>
internal static partial class Pattern
{
    private const int MaximumLength = 200;
    private const int MaximumRepeats = 250;

    /// <summary>Only the most hostile pattern comes near it: what a busy machine does slowly must come to the same.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <exception cref="ConditionException">It is no pattern, or none of these.</exception>
    public static Regex Parse(string source, Token token)
    {
        string pattern = token.Text;
        if (pattern.Length > MaximumLength)
        {
            throw Problem($"a pattern of {pattern.Length} characters is too long: at most {MaximumLength} are taken");
        }

        double repeats = 1;
        foreach (Match bounds in Bounds().Matches(pattern))
        {
            repeats *= Math.Max(1, double.Parse(bounds.Groups[bounds.Groups[2].Success ? 2 : 1].ValueSpan, CultureInfo.InvariantCulture));
        }

        if (repeats > MaximumRepeats)
        {
            throw Problem(string.Create(CultureInfo.InvariantCulture, $"the pattern repeats too often: its counts may come to {MaximumRepeats:N0} together"));
        }

        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Limit);
        }
        catch (RegexParseException error)
        {
            throw Problem($"the pattern can't be read: {ConditionException.Shown(error.Message, 200).TrimEnd('.')}");
        }
        catch (NotSupportedException)
        {
            throw Problem("the pattern looks around or back (`(?=…)`, `(?<=…)`, `\\1`, `(?>…)`), which can take for ever and is not taken");
        }

        ConditionException Problem(string problem) => new(problem, source, token.Start, token.End - token.Start);
    }

    [GeneratedRegex(@"\{(\d+)(?:,(\d+)?)?\}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Bounds();
}
