using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AgentIde.Core.Holdouts;

namespace AgentIde.Tasks.Csv;

/// <summary>
/// A CSV file of a task in memory: one string a row and the ends of its fields, so that wide files cost little more
/// than their text. Fields keep the text of the source.
/// </summary>
internal sealed class CsvTable
{
    private readonly List<string> _rows = [];
    private readonly List<int> _ends = [];
    private readonly List<int> _lines = [];

    private CsvTable(string name, ImmutableArray<string> header)
    {
        Name = name;
        Header = header;
    }

    /// <summary>As messages call it: <c>public/train.csv.gz</c>.</summary>
    public string Name { get; }

    public ImmutableArray<string> Header { get; }

    public int Rows => _rows.Count;

    /// <summary>False where the file goes on behind the rows that were read.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <exception cref="TaskProblemException">The file is no sound CSV, or has no rows.</exception>
    public static CsvTable Read(string path, string name, CancellationToken cancellationToken = default) =>
        ReadRows(path, name, int.MaxValue, long.MaxValue, cancellationToken);

    /// <summary>The first rows alone: at most so many, and of at most so many characters together.</summary>
    /// <exception cref="TaskProblemException">They are no sound CSV, or there are none.</exception>
    public static CsvTable ReadBeginning(string path, string name, int mostRows, long mostCharacters, CancellationToken cancellationToken) =>
        ReadRows(path, name, mostRows, mostCharacters, cancellationToken);

    private static CsvTable ReadRows(string path, string name, int mostRows, long mostCharacters, CancellationToken cancellationToken)
    {
        try
        {
            using CsvRecords records = CsvRecords.Open(File.OpenRead(path), CsvLimits.Task);
            CsvTable table = new(name, records.Header);
            long characters = 0;
            while (records.Read())
            {
                if (table.Rows == mostRows || characters > mostCharacters)
                {
                    table.IsWhole = false;
                    break;
                }

                if ((records.Rows & 0xFFF) == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                table.Add(records);
                characters += table._rows[^1].Length;
            }

            return table.Rows > 0 ? table : throw new TaskProblemException($"{name}: no rows under the header");
        }
        catch (CsvProblemException problem)
        {
            throw problem.In(name);
        }
    }

    /// <summary>The same rows with one of the columns alone.</summary>
    /// <exception cref="TaskProblemException">There is no such column.</exception>
    public CsvTable Only(string column)
    {
        int place = Require(column);
        CsvTable only = new(Name, [column]) { IsWhole = IsWhole };
        for (int row = 0; row < Rows; row++)
        {
            only._rows.Add(Field(row, place).ToString());
            only._ends.Add(only._rows[row].Length);
            only._lines.Add(_lines[row]);
        }

        return only;
    }

    public ReadOnlySpan<char> Field(int row, int column)
    {
        ReadOnlySpan<int> ends = CollectionsMarshal.AsSpan(_ends).Slice(row * Header.Length, Header.Length);
        int start = column == 0 ? 0 : ends[column - 1];
        return _rows[row].AsSpan(start, ends[column] - start);
    }

    /// <summary>1-based line of the file where the row begins.</summary>
    public int Line(int row) => _lines[row];

    public int? Find(string column) => Header.IndexOf(column) is int index and >= 0 ? index : null;

    /// <exception cref="TaskProblemException">There is no such column.</exception>
    public int Require(string column) =>
        Find(column) ?? throw new TaskProblemException($"{Name}: no column '{Shown.Text(column)}'{Nearest.Hint(column, Header)}");

    private void Add(CsvRecords records)
    {
        int length = 0;
        for (int column = 0; column < Header.Length; column++)
        {
            length += records[column].Length;
            _ends.Add(length);
        }

        _rows.Add(string.Create(length, records, static (text, source) =>
        {
            for (int column = 0; column < source.Header.Length; column++)
            {
                source[column].CopyTo(text);
                text = text[source[column].Length..];
            }
        }));
        _lines.Add(records.Line);
    }
}
