namespace AgentIde.Core.Runs;

/// <summary>The issue that a run was started from; its text is part of the task's description.</summary>
/// <param name="Host">Of the server, with its port where it has one.</param>
/// <param name="Number">1, 2, 3, …</param>
public sealed record IssueSource(string Host, string Owner, string Name, int Number)
{
    /// <summary>Names of letters, digits and a few marks: a log may come from a stranger, and they stand in a text that closes an issue.</summary>
    internal static bool IsWhole(IssueSource issue) => issue is { Host: not null, Owner: not null, Name: not null, Number: > 0 } && IsName(issue.Host, ".-:") && IsName(issue.Owner, "-_") && IsName(issue.Name, "-_.");

    public override string ToString() => $"{(Host == "github.com" ? "" : $"{Host}/")}{Owner}/{Name}#{Number}";

    private static bool IsName(string name, string marks) => name.Length is > 0 and <= 256 && name.All(character => char.IsAsciiLetterOrDigit(character) || marks.Contains(character, StringComparison.Ordinal));
}
