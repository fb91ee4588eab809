using System.Text;

namespace AgentIde.MleBench.Tables;

/// <summary>
/// CSV as the C parser of pandas reads it with its defaults: quotes count at the beginning of a field only, lines that
/// are blank are passed over, short rows are padded, surplus fields of the first row become labels of rows and shift
/// the columns, surplus fields of a later row are an error. The text passes through a window and each record straight
/// into the columns: those of the plain kind, without quotes and with all their fields, in one loop, and any other by
/// <see cref="Records"/>. A column that held values before it turned out to be text is read a second time.
/// </summary>
internal sealed class TableReader
{
    private readonly TextWindow _text;
    private readonly Records _records;
    private readonly TableLimits _limits;
    private readonly string _owner;
    private readonly long _length;
    private readonly long _lines;

    private TableReader(TableSource source, TableLimits limits, string owner, int window)
    {
        _owner = owner;
        _limits = limits;
        _length = source.Length;
        _text = new TextWindow(source, (int)Math.Clamp(_length, 1, window));
        _lines = _text.CountLines();
        _text.Fill();
        _records = new Records(_text);
    }

    /// <exception cref="NoScoreException">No table, or beyond the limits.</exception>
    public static Table Read(byte[] bytes, TableLimits limits, string owner = "submission")
    {
        using TableSource source = TableSource.Of(bytes);
        return Read(source, limits, owner);
    }

    /// <param name="window">Bytes that are read at once.</param>
    /// <param name="state">Of every column at first: Text to keep all characters, and infer afterwards what they are.</param>
    /// <exception cref="NoScoreException">No table, or beyond the limits.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static Table Read(TableSource source, TableLimits limits, string owner = "submission", int window = TextWindow.Usual, ColumnState state = ColumnState.Empty)
    {
        if (source.Length > limits.Bytes)
        {
            throw new NoScoreException($"larger than {limits.Bytes:N0} bytes");
        }

        (string[] names, Column?[] columns, int rows) = new TableReader(source, limits, owner, window).Read(_ => state);
        if (Array.IndexOf(columns, null) >= 0)
        {
            (string[] Names, Column?[] Columns, int Rows) again = new TableReader(source, limits, owner, window)
                .Read(column => columns[column] is null ? ColumnState.Text : ColumnState.Skipped);
            if (again.Rows != rows || !again.Names.AsSpan().SequenceEqual(names))
            {
                throw new NoScoreException("the file changed while it was read");
            }

            for (int column = 0; column < columns.Length; column++)
            {
                columns[column] ??= again.Columns[column];
            }
        }

        return new Table(columns!, rows, owner);
    }

    private (string[] Names, Column?[] Columns, int Rows) Read(Func<int, ColumnState> state)
    {
        if (!_records.Read(_limits.Columns))
        {
            return ([], [], 0);
        }

        string[] names = Names();
        int width = names.Length;
        ColumnBuilder[] builders = new ColumnBuilder[width];
        int rows = 0;
        if (_records.Read(_limits.Columns))
        {
            int labels = Math.Max(0, _records.Count - width);

            // A row for each line but the header, but not more than twice as many as if all were like the first: whoever
            // made the file decides what is in it.
            long most = Math.Min(Math.Min(_lines - 1, _limits.Cells / width), _length / Math.Max(1, (_records.Length + 1) / 2));
            int room = (int)Math.Max(1, most);
            for (int column = 0; column < width; column++)
            {
                builders[column] = new ColumnBuilder(room, state(column));
            }

            do
            {
                if (_records.Count > width + labels)
                {
                    throw new NoScoreException($"line {_records.Line}: {_records.Count} fields where {width + labels} are expected");
                }

                if ((rows + 1L) * width > _limits.Cells)
                {
                    throw new NoScoreException($"more than {_limits.Cells:N0} cells");
                }

                if (rows == room)
                {
                    room = (int)Math.Min(room * 2L, _limits.Cells / width);
                    foreach (ColumnBuilder builder in builders)
                    {
                        builder.Grow(room);
                    }
                }

                for (int column = 0; column < width; column++)
                {
                    builders[column].Set(rows, labels + column < _records.Count ? _records[labels + column] : default);
                }

                rows++;
                if (labels == 0)
                {
                    rows = ReadPlain(builders, rows, room);
                }
            }
            while (_records.Read(width + labels));
        }
        else
        {
            Array.Fill(builders, new ColumnBuilder(0, ColumnState.Empty));
        }

        Column?[] columns = new Column?[width];
        for (int column = 0; column < width; column++)
        {
            columns[column] = builders[column].Finish(names[column], rows);
        }

        return (names, columns, rows);
    }

    /// <summary>A name that repeats gets a suffix, so the first keeps its own.</summary>
    private string[] Names()
    {
        string[] names = new string[_records.Count];
        HashSet<string> seen = new(StringComparer.Ordinal);
        Dictionary<string, int> repeats = new(StringComparer.Ordinal);
        for (int column = 0; column < names.Length; column++)
        {
            string given = Encoding.UTF8.GetString(_records[column]);
            given = given.Length == 0 ? $"Unnamed: {column}" : given;
            string name = given;
            while (!seen.Add(name))
            {
                int repeat = repeats.GetValueOrDefault(given) + 1;
                repeats[given] = repeat;
                name = $"{given}.{repeat}";
            }

            names[column] = name;
        }

        return names;
    }

    /// <summary>Whole records without quotes, up to the first of any other kind. Gives how many rows there are then.</summary>
    private int ReadPlain(ColumnBuilder[] builders, int rows, int room)
    {
        int first = rows;
        while (true)
        {
            int before = rows;
            rows = ReadPlainWindow(builders, rows, room);
            bool mayGoOn = rows < room && rows > before && _text.End - _text.At < _text.Bytes.Length / 8;
            if (!mayGoOn || !_text.Fill())
            {
                _records.NextLine += rows - first;
                return rows;
            }
        }
    }

    private int ReadPlainWindow(ColumnBuilder[] builders, int rows, int room)
    {
        byte[] bytes = _text.Bytes;
        int end = _text.End;
        int at = _text.At;
        while (rows < room && at < end && bytes[at] is not ((byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r'))
        {
            int place = at;
            for (int column = 0; column < builders.Length; column++)
            {
                int next = builders[column].Take(bytes, place, end, rows);
                if (next < 0)
                {
                    return rows;
                }

                place = next + 1;
                byte ending = bytes[next];
                if (column + 1 < builders.Length ? ending == (byte)',' : ending == (byte)'\n')
                {
                    continue;
                }

                if (column + 1 < builders.Length || ending != (byte)'\r' || bytes[place] != (byte)'\n')
                {
                    return rows;
                }

                place++;
            }

            at = place;
            rows++;
            _text.At = at;
        }

        return rows;
    }
}
