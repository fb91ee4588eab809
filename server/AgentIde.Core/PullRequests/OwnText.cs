using System.Text.RegularExpressions;

namespace AgentIde.Core.PullRequests;

/// <summary>
/// What the text of a pull request says of itself, between our two marks alone. Anybody can write such a text: whoever reads
/// one looks first at who opened the pull request.
/// </summary>
/// <param name="Run">The run's name, in the workspace where it was made.</param>
/// <param name="Identity">That tells it from others of that name.</param>
/// <param name="Closes">The issue that it closes, <c>OWNER/NAME#12</c>; null for none.</param>
public sealed partial record OwnText(string Run, string Identity, string? Closes)
{
    /// <summary>Null for a text without our marks.</summary>
    public static OwnText? Read(string? body)
    {
        string text = (body ?? "").ReplaceLineEndings("\n");
        if (Mark().Matches(text) is not [.., var mark])
        {
            return null;
        }

        int begin = text[..mark.Index].LastIndexOf(EditedText.Begin(mark.Value), StringComparison.Ordinal);
        string? closes = begin < 0 ? null : text[begin..mark.Index].Split('\n').Select(line => Closing().Match(line)).FirstOrDefault(found => found.Success)?.Groups[1].Value;
        return new OwnText(mark.Groups[1].Value, mark.Groups[2].Value, closes);
    }

    /// <summary>GitHub takes names of whatever capitals for the same.</summary>
    public bool IsClosing(string issue) => string.Equals(Closes, issue, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"<!-- agentide:run ([a-z0-9-]{1,80}) ([0-9a-f]{1,64}) -->", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();

    /// <summary>A line of our own making: in what others wrote the number is parted from its sign.</summary>
    [GeneratedRegex(@"\ACloses ([A-Za-z0-9_-]{1,256}/[A-Za-z0-9._-]{1,256}#[0-9]{1,9})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Closing();
}
