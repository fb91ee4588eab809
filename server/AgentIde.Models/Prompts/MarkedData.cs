using AgentIde.Core.Runs;

namespace AgentIde.Models.Prompts;

/// <summary>
/// Puts a stranger's text between two lines that it can't contain: they carry a word made from the text itself, so that
/// no text can hold its own word, and the same text always gets the same. Invisible characters are shown by number.
/// </summary>
internal static class MarkedData
{
    private const int WordLength = 12;

    /// <param name="what">Plain words of our own.</param>
    public static string Of(string what, string text)
    {
        string visible = VisibleText.Of(text).Trim('\n');
        string word = Digest.Of(visible).Hex[..WordLength];
        while (visible.Contains(word, StringComparison.OrdinalIgnoreCase))
        {
            word = Digest.Of(word + visible).Hex[..WordLength];
        }

        return $"=== BEGIN DATA {word}: {what} ===\n{visible}\n=== END DATA {word} ===";
    }
}
