using System.Text;

namespace AgentIde.MleBench.Tables;

/// <summary>
/// A CSV file as pandas 2.2 reads it. The file is not held: a column of numbers takes eight bytes for each cell, one of
/// text its characters and four bytes for each cell.
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
            int[] ends = new int[cells.Count];
            for (int row = 0; row < ends.Length; row++)
            {
                bytes.Write(Encoding.UTF8.GetBytes(cells[row] ?? ""));
                ends[row] = (int)bytes.Length;
            }

            made.Add(new Column(name, bytes.ToArray(), ends, ends.Length, CellKind.Text, made: true));
        }

        return new Table(made, made.Count == 0 ? 0 : made[0].Rows, "answers");
    }
}
