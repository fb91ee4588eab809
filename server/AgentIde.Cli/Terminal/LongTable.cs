using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AgentIde.Cli.Terminal;

/// <summary>
/// Texts in columns, for lists of thousands: a table that can wrap in each of its cells takes seconds for ten thousand
/// lines, this one some milliseconds. Nothing wraps: where the screen is too narrow, the last column is cut.
/// </summary>
/// <param name="width">Of the screen, in cells.</param>
internal sealed class LongTable(int width, params string[] headings)
{
    /// <summary>A list that is longer is shown so.</summary>
    public const int FromRows = 500;

    private const int Gap = 2;
    private const int LeastOfLast = 20;

    private readonly List<string[]> _rows = [headings];

    /// <param name="cells">One for each heading; lines of text that are safe to show.</param>
    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(TextWriter output)
    {
        int[] widths = [.. Enumerable.Range(0, headings.Length).Select(column => _rows.Max(row => CellsOf(row[column])))];
        int last = headings.Length - 1, room = Math.Max(LeastOfLast, width - widths.SkipLast(1).Sum(used => used + Gap));
        StringBuilder line = new();
        foreach (string[] row in _rows)
        {
            line.Clear();
            for (int column = 0; column < last; column++)
            {
                line.Append(row[column]).Append(' ', widths[column] - CellsOf(row[column]) + Gap);
            }

            line.Append(CellsOf(row[last]) <= room ? row[last] : SafeText.OneLine(row[last], room));
            output.WriteLine(line.ToString().TrimEnd());
        }
    }

    /// <summary>How wide a text is on a terminal: letters of some scripts take two cells.</summary>
    private static int CellsOf(string text) =>
        Ascii.IsValid(text) ? text.Length : ((IRenderable)new Text(text)).Measure(RenderOptions.Create(Screen.Console), int.MaxValue).Max;
}
