using System.Text.RegularExpressions;

namespace AgentIde.Models.Prompts;

/// <summary>What hangs on clock and budget in a prompt, and the words of marks that are made from it: two runs that are the same otherwise differ in them.</summary>
public static partial class Incidentals
{
    /// <summary>The text with every span of time, count of nodes and word of a mark, as prompts write them, in the same words.</summary>
    public static string TakenOut(string text) => Mark().Replace(Count().Replace(text, "some"), "=== DATA");

    [GeneratedRegex(@"\b([0-9]+(\.[0-9]+)? (s|min|h|nodes)|one node)\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Count();

    [GeneratedRegex(@"=== (BEGIN|END) DATA [0-9a-f]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Mark();
}
