using System.Text;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>Lays literals of a list out in lines, the same in each language that programs are written in.</summary>
internal static class LiteralLines
{
    private const int Width = 108;

    public static List<string> Of(IEnumerable<string> literals)
    {
        List<string> lines = [];
        StringBuilder line = new();
        foreach (string literal in literals)
        {
            if (line.Length > 0 && line.Length + literal.Length > Width)
            {
                lines.Add(line.ToString());
                line.Clear();
            }

            line.Append(line.Length > 0 ? ", " : "").Append(literal);
        }

        lines.Add(line.ToString());
        return lines;
    }
}
