namespace AgentIde.Core.PullRequests;

/// <summary>
/// A pull request's text at GitHub, where people may have written around ours: what stands between our two comments is ours
/// and written anew, what stands before and behind them is theirs and stays. So does a title that they gave it.
/// </summary>
public static class EditedText
{
    internal const string TitleStart = "Solution of ";

    /// <summary>The comment that our text begins with.</summary>
    /// <param name="marker">The one that it ends with.</param>
    public static string Begin(string marker) => marker.Replace("agentide:run", "agentide:text", StringComparison.Ordinal);

    /// <param name="there">As GitHub has it, with whatever ends of lines.</param>
    /// <param name="ours">With both comments.</param>
    public static string Renew(string there, string ours, string marker)
    {
        string text = there.ReplaceLineEndings("\n");
        int end = text.LastIndexOf(marker, StringComparison.Ordinal);
        if (end < 0)
        {
            return ours;
        }

        if (text.Contains(ours.Trim(), StringComparison.Ordinal))
        {
            return there;
        }

        // Whoever deleted the first comment has nothing of their own before ours that could be known.
        int begin = Math.Max(0, text[..end].IndexOf(Begin(marker), StringComparison.Ordinal));
        string before = text[..begin].TrimEnd(), after = text[(end + marker.Length)..].Trim();
        return $"{(before.Length > 0 ? $"{before}\n\n" : "")}{ours.Trim()}{(after.Length > 0 ? $"\n\n{after}" : "")}\n";
    }

    /// <summary>The title that a person gave it, or ours.</summary>
    public static string Title(string there, string ours) => there.StartsWith(TitleStart, StringComparison.Ordinal) ? ours : there;
}
