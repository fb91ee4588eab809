using System.Text.RegularExpressions;

namespace AgentIde.Core.Texts;

/// <summary>What a person sees of a text in Markdown: its HTML comments, which templates are full of and orders may hide in, are left out.</summary>
public static partial class ShownText
{
    public static string Of(string markdown) => Comment().Replace(markdown, "").Trim();

    /// <summary>One that does not end goes to the end, as a browser reads it.</summary>
    [GeneratedRegex(@"<!--.*?(--!?>|\z)", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Comment();
}
