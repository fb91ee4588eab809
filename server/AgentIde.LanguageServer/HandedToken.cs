using System.Diagnostics;

namespace AgentIde.LanguageServer;

/// <summary>A token that an editor handed over for one repository. Whatever prints or formats it gets <c>***</c>.</summary>
[DebuggerDisplay("***")]
public sealed class HandedToken
{
    private readonly string _value;

    private HandedToken(string value) => _value = value;

    /// <summary>Null where the text is no word of printable ASCII characters, as a token is.</summary>
    public static HandedToken? Of(string? text) =>
        text is { Length: > 0 and < 8_192 } && text.All(letter => letter is > ' ' and <= '~') ? new HandedToken(text) : null;

    public string Reveal() => _value;

    public override string ToString() => "***";
}
