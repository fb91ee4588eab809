using System.Diagnostics;

namespace AgentIde.Models.Keys;

/// <summary>
/// A key. Whatever prints, formats or serialises it gets <c>***</c> or nothing: it has no public value, and only this
/// project can read it, at the place where a request leaves.
/// </summary>
[DebuggerDisplay("***")]
public sealed class Secret
{
    /// <summary>A shorter word is no key of any provider's, unless letters and digits are mixed in it.</summary>
    private const int Shortest = 12;

    private const int ShortestMixed = 8;

    /// <summary>Longer words that pages and tools tell people to set where a server needs no key.</summary>
    private static readonly HashSet<string> Placeholders = new(StringComparer.OrdinalIgnoreCase)
    {
        "token-abc123", "sk-no-key-required", "no-key-required", "no-key-needed", "not-required", "not_required", "your-api-key", "your_api_key",
    };

    private readonly string _value;

    /// <exception cref="ArgumentException">It is empty or cannot stand in a header. The message does not quote it.</exception>
    public Secret(string value)
    {
        string trimmed = value.Trim();
        if (trimmed.Length == 0 || trimmed.Any(letter => letter is <= ' ' or > '~'))
        {
            throw new ArgumentException("A key is one word of printable ASCII characters.");
        }
        _value = trimmed;
    }

    /// <summary>It keeps nothing secret: <c>EMPTY</c>, <c>ollama</c>, <c>none</c>. It is sent like any other.</summary>
    internal bool IsPlaceholder => Placeholders.Contains(_value)
        || _value.Length < (_value.Any(char.IsAsciiDigit) && _value.Any(char.IsAsciiLetter) ? ShortestMixed : Shortest);

    internal string Reveal() => _value;

    public override string ToString() => "***";
}
