using System.Diagnostics;

namespace AgentIde.GitHub;

/// <summary>What GitHub lets somebody in by. Whatever prints or formats it gets <c>***</c>; only this project can read it, where a request leaves.</summary>
[DebuggerDisplay("***")]
public sealed class Token
{
    private readonly string _value;

    /// <exception cref="ArgumentException">It is empty or can't stand in a header. The message does not quote it.</exception>
    public Token(string value)
    {
        _value = Refusal(value) is null ? value.Trim() : throw new ArgumentException("A token is one word of printable ASCII characters.");
    }

    /// <summary>Why a text is no token, in a few words that quote nothing of it; null where it may be one. Space around it is no part of it.</summary>
    public static string? Refusal(string value)
    {
        string trimmed = value.Trim();
        return trimmed.Length == 0 ? "is empty"
            : trimmed.Any(letter => letter is '\n' or '\r') ? "has a line break in it"
            : trimmed.Any(char.IsWhiteSpace) ? "has a space in it"
            : trimmed.Any(letter => letter is <= ' ' or > '~') ? "has a character in it that no token has"
            : null;
    }

    public override string ToString() => "***";

    /// <summary>Whether it is an app's, such as that of a workflow: GitHub tells no rights of such a one, and it has no forks.</summary>
    internal bool IsOfInstallation => _value.StartsWith("ghs_", StringComparison.Ordinal);

    internal string Reveal() => _value;

    /// <summary>What is shorter than any token of GitHub's is none, and its letters are those of every sentence.</summary>
    internal string Clean(string text) => _value.Length < LeastLength ? text : text.Replace(_value, "***", StringComparison.Ordinal);

    private const int LeastLength = 8;
}
