namespace AgentIde.Core.PullRequests;

/// <summary>A word of a command that a person is to copy.</summary>
public static class ShellWord
{
    /// <summary>As one word of a shell, whatever it holds: a log may come from a stranger.</summary>
    public static string Quoted(string word) =>
        word.Length > 0 && word.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '/' or ':' or '-' or ',' or '=' or '+')
            ? word
            : $"'{word.ReplaceLineEndings(" ").Replace("'", """'\''""", StringComparison.Ordinal)}'";
}
