using System.Text.RegularExpressions;

namespace AgentIde.Models.Prompts;

/// <summary>What hangs on the clock in a prompt: two runs that are the same otherwise differ in it.</summary>
public static partial class Clock
{
    /// <summary>The text with every span of time, as prompts write them, in the same words.</summary>
    public static string TakenOut(string text) => Span().Replace(text, "some time");

    [GeneratedRegex(@"\b[0-9]+(\.[0-9]+)? (s|min|h)\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Span();
}
