using System.Diagnostics;

namespace AgentIde.Models.Keys;

/// <summary>
/// A key. Whatever prints, formats or serialises it gets <c>***</c> or nothing: it has no public value, and only this
/// project can read it, at the place where a request leaves.
/// </summary>
[DebuggerDisplay("***")]
public sealed class Secret
{
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

    internal string Reveal() => _value;

    public override string ToString() => "***";
}
