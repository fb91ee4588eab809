using System.Text;

namespace AgentIde.Import.Aide;

/// <summary>A program that quotations are compared with.</summary>
internal sealed class KnownProgram(string text)
{
    private string? _plain;
    private HashSet<string>? _lines;

    public string Text => text;

    /// <summary>Without what a formatter of Python adds, takes away or exchanges.</summary>
    public string Plain => _plain ??= PlainOf(text);

    private HashSet<string> Lines => _lines ??= [.. text.Split('\n').Select(PlainOf).Where(line => line.Length > 0)];

    /// <summary>Of the lines of both together, the part that they share: 0 to 1.</summary>
    public double Alike(KnownProgram other) =>
        Lines.Count + other.Lines.Count == 0 ? 0 : 2.0 * Lines.Count(other.Lines.Contains) / (Lines.Count + other.Lines.Count);

    private static string PlainOf(string code)
    {
        StringBuilder plain = new(code.Length);
        foreach (char letter in code)
        {
            if (!char.IsWhiteSpace(letter) && letter is not ('(' or ')' or ',' or '\\'))
            {
                plain.Append(letter == '\'' ? '"' : letter);
            }
        }

        return plain.ToString();
    }
}
