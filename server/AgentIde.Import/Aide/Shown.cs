namespace AgentIde.Import.Aide;

/// <summary>A stranger's text within a message of ours.</summary>
internal static class Shown
{
    /// <summary>One line, without control characters, cut where it is longer.</summary>
    public static string Line(string text, int length)
    {
        string line = string.Concat(text.Take(length + 1).Select(letter => char.IsControl(letter) ? ' ' : letter));
        return line.Length <= length ? line : line[..length] + "…";
    }

    public static string Cut(string text, int length) => text.Length <= length ? text : text[..(length / 2)] + " … " + text[^(length / 2)..];
}
