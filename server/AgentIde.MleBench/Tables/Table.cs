using System.Text;

namespace AgentIde.MleBench.Tables;

/// <summary>
/// A CSV file as pandas 2.2 reads it: the bytes are held once, a cell is a range of them, and what kind a column is
/// becomes known when it is asked for. Columns that nobody asks for are never parsed.
/// </summary>
internal sealed class Table
{
    private readonly Dictionary<string, Column> _byName = new(StringComparer.Ordinal);

    private readonly string _owner;

    /// <param name="owner">What a message calls the table: the submission, the answers.</param>
    public Table(IReadOnlyList<Column> columns, int rows, string owner = "submission")
    {
        _owner = owner;
        Columns = columns;
        Rows = rows;
        foreach (Column column in columns)
        {
            _byName.TryAdd(column.Name, column);
        }
    }

    public IReadOnlyList<Column> Columns { get; }

    public int Rows { get; }

    /// <summary>The column of that very name.</summary>
    public Column this[string name] => _byName.TryGetValue(name, out Column? column)
        ? column
        : throw new NoScoreException($"the column '{name}' is missing in the {_owner}");

    public bool Has(string name) => _byName.ContainsKey(name);

    /// <exception cref="NoScoreException">One of these columns is missing.</exception>
    public void Needs(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            _ = this[name];
        }
    }

    /// <exception cref="NoScoreException">The columns are not these, in whatever order.</exception>
    public void HasExactly(params ReadOnlySpan<string> names)
    {
        Needs(names);
        if (Columns.Count != names.Length)
        {
            throw new NoScoreException($"{Columns.Count} columns where there must be {names.Length}: {string.Join(", ", names.ToArray())}");
        }
    }

    /// <summary>A table of texts that was made here; null is a missing cell.</summary>
    public static Table OfTexts(params ReadOnlySpan<(string Name, IReadOnlyList<string?> Cells)> columns)
    {
        List<Column> made = [];
        foreach ((string name, IReadOnlyList<string?> cells) in columns)
        {
            using MemoryStream bytes = new();
            List<CellRange> ranges = [];
            foreach (string? cell in cells)
            {
                byte[] text = Encoding.UTF8.GetBytes(cell ?? "");
                ranges.Add(new CellRange((int)bytes.Length, text.Length));
                bytes.Write(text);
            }

            made.Add(new Column(name, bytes.ToArray(), [.. ranges], ranges.Count, CellKind.Text));
        }

        return new Table(made, made.Count == 0 ? 0 : made[0].Rows, "answers");
    }
}
