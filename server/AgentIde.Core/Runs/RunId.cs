using System.Text.Json.Serialization;

namespace AgentIde.Core.Runs;

/// <summary>
/// The name of a run within its workspace, such as <c>diamonds-3</c>: the task's id and a number. It is a folder's
/// name too, so nothing but lower-case letters, digits and inner hyphens ever gets into one.
/// </summary>
[JsonConverter(typeof(RunIdJsonConverter))]
public readonly record struct RunId
{
    public const int MaximumLength = 80;

    private RunId(string value) => Value = value;

    public string Value { get; }

    public static RunId Parse(string text) =>
        TryParse(text, out RunId id) ? id : throw new FormatException($"'{text}' is not the name of a run: expected something like diamonds-3.");

    public static bool TryParse(string? text, out RunId id)
    {
        id = default;
        if (string.IsNullOrEmpty(text) || text.Length > MaximumLength || text[0] == '-' || text[^1] == '-')
        {
            return false;
        }

        foreach (char c in text)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))
            {
                return false;
            }
        }

        id = new RunId(text);
        return true;
    }

    public override string ToString() => Value;
}
