using System.Buffers;
using System.Text;

namespace AgentIde.Tasks.Csv;

/// <summary>
/// Writes CSV in one form whatever the source looked like: fields keep their text, quotes stand only where the text
/// needs them, lines end with a line feed. So the quoting of a source file tells nothing of where a row came from.
/// </summary>
internal sealed class CsvWriter(Stream output) : IDisposable
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    private readonly StreamWriter _text = new(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true) { NewLine = "\n" };
    private bool _within;

    public void Field(ReadOnlySpan<char> text)
    {
        if (_within)
        {
            _text.Write(',');
        }

        _within = true;
        if (!text.ContainsAny(Special))
        {
            _text.Write(text);
            return;
        }

        _text.Write('"');
        foreach (char character in text)
        {
            if (character == '"')
            {
                _text.Write('"');
            }

            _text.Write(character);
        }

        _text.Write('"');
    }

    public void EndRow()
    {
        _text.Write('\n');
        _within = false;
    }

    public void Row(IEnumerable<string> fields)
    {
        foreach (string field in fields)
        {
            Field(field);
        }

        EndRow();
    }

    /// <summary>Hands on what has been written so far.</summary>
    public void Flush() => _text.Flush();

    public void Dispose() => _text.Dispose();
}
