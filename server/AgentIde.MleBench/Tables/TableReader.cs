using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace AgentIde.MleBench.Tables;

/// <summary>
/// CSV as the C parser of pandas reads it with its defaults: quotes count at the beginning of a field only, lines that
/// are blank are passed over, short rows are padded, surplus fields of the first row become labels of rows and shift
/// the columns, surplus fields of a later row are an error. Quoted fields are unescaped in place.
/// </summary>
internal sealed class TableReader
{
    private static readonly SearchValues<byte> Ends = SearchValues.Create(",\n\r"u8);

    private readonly byte[] _bytes;
    private readonly int _end;
    private readonly TableLimits _limits;
    private readonly string _owner;
    private readonly List<CellRange> _record = [];
    private int _at;
    private int _line = 1;
    private int _recordLine;

    private TableReader(byte[] bytes, TableLimits limits, string owner)
    {
        _owner = owner;
        _bytes = bytes;
        _end = bytes.Length;
        _limits = limits;
        _at = bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
    }

    /// <param name="bytes">Owned from here on: quoted fields are rewritten.</param>
    /// <exception cref="NoScoreException">No table, or beyond the limits.</exception>
    public static Table Read(byte[] bytes, TableLimits limits, string owner = "submission")
    {
        if (bytes.Length > limits.Bytes)
        {
            throw new NoScoreException($"larger than {limits.Bytes:N0} bytes");
        }

        if (!Utf8.IsValid(bytes))
        {
            throw new NoScoreException("not UTF-8 text");
        }

        return new TableReader(bytes, limits, owner).Read();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Table Read()
    {
        if (!ReadRecord(_limits.Columns))
        {
            return new Table([], 0, _owner);
        }

        List<string> names = Names();
        int width = names.Count;
        if (!ReadRecord(_limits.Columns))
        {
            return new Table([.. names.Select(name => new Column(name, _bytes, [], 0))], 0, _owner);
        }

        int labels = Math.Max(0, _record.Count - width);
        CellRange[][] cells = new CellRange[width][];
        int capacity = Math.Max(16, (int)Math.Min(_limits.Cells / Math.Max(1, width), (_end - _at) / Math.Max(1L, _at / 2) + 16));
        for (int column = 0; column < width; column++)
        {
            cells[column] = new CellRange[capacity];
        }

        int rows = 0;
        do
        {
            if (_record.Count > width + labels)
            {
                throw new NoScoreException($"line {_recordLine}: {_record.Count} fields where {width + labels} are expected");
            }

            if ((rows + 1L) * width > _limits.Cells)
            {
                throw new NoScoreException($"more than {_limits.Cells:N0} cells");
            }

            if (rows == capacity)
            {
                capacity = (int)Math.Min(capacity * 2L, _limits.Cells / width);
                for (int column = 0; column < width; column++)
                {
                    Array.Resize(ref cells[column], capacity);
                }
            }

            for (int column = 0; column < width; column++)
            {
                cells[column][rows] = labels + column < _record.Count ? _record[labels + column] : default;
            }

            rows++;
            while (labels == 0 && rows < capacity && (rows + 1L) * width <= _limits.Cells && TryReadPlain(cells, rows))
            {
                rows++;
            }
        }
        while (ReadRecord(width + labels));

        return new Table([.. names.Select((name, column) => new Column(name, _bytes, cells[column], rows))], rows, _owner);
    }

    /// <summary>A name that repeats gets a suffix, so the first keeps its own.</summary>
    private List<string> Names()
    {
        List<string> names = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        Dictionary<string, int> repeats = new(StringComparer.Ordinal);
        for (int column = 0; column < _record.Count; column++)
        {
            string given = Encoding.UTF8.GetString(_bytes, _record[column].Start, _record[column].Length);
            given = given.Length == 0 ? $"Unnamed: {column}" : given;
            string name = given;
            while (!seen.Add(name))
            {
                int repeat = repeats.GetValueOrDefault(given) + 1;
                repeats[given] = repeat;
                name = $"{given}.{repeat}";
            }

            names.Add(name);
        }

        return names;
    }

    /// <summary>False at the end. Reads one field more than allowed at most, then passes over the rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool ReadRecord(int allowed)
    {
        _record.Clear();
        if (!PassBlankLines())
        {
            return false;
        }

        _recordLine = _line;
        while (true)
        {
            CellRange field = _at < _end && _bytes[_at] == (byte)'"' ? Quoted() : Plain();
            if (_record.Count > allowed)
            {
                throw new NoScoreException($"line {_recordLine}: more than {allowed:N0} fields");
            }

            _record.Add(field);
            if (_at >= _end)
            {
                return true;
            }

            byte end = _bytes[_at++];
            if (end == (byte)',')
            {
                continue;
            }

            _line++;
            if (end == (byte)'\r' && _at < _end && _bytes[_at] == (byte)'\n')
            {
                _at++;
            }

            return true;
        }
    }

    /// <summary>A whole record without quotes, straight into the columns; false, and nothing read, if it is any other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryReadPlain(CellRange[][] cells, int row)
    {
        byte[] bytes = _bytes;
        int at = _at;
        if (at >= _end || bytes[at] is (byte)' ' or (byte)'\t' or (byte)'\n')
        {
            return false;
        }

        for (int column = 0; column < cells.Length; column++)
        {
            int start = at;
            if (at < _end && bytes[at] == (byte)'"')
            {
                return false;
            }

            while (at < bytes.Length && bytes[at] is not ((byte)',' or (byte)'\n' or (byte)'\r'))
            {
                at++;
            }

            if (at >= _end || bytes[at] != (column == cells.Length - 1 ? (byte)'\n' : (byte)','))
            {
                return false;
            }

            cells[column][row] = new CellRange(start, at - start);
            at++;
        }

        _at = at;
        _line++;
        return true;
    }

    private bool PassBlankLines()
    {
        int look = _at;
        while (look < _end)
        {
            byte here = _bytes[look];
            if (here is (byte)'\n' or (byte)'\r')
            {
                _line += here == (byte)'\n' ? 1 : 0;
                _at = ++look;
            }
            else if (here is (byte)' ' or (byte)'\t')
            {
                look++;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private CellRange Plain()
    {
        int start = _at;
        int length = _bytes.AsSpan(start, _end - start).IndexOfAny(Ends);
        _at = length < 0 ? _end : start + length;
        return new CellRange(start, _at - start);
    }

    private CellRange Quoted()
    {
        int start = ++_at;
        int write = start;
        while (true)
        {
            int quote = _bytes.AsSpan(_at, _end - _at).IndexOf((byte)'"');
            if (quote < 0)
            {
                throw new NoScoreException($"line {_recordLine}: a quote is never closed");
            }

            _line += _bytes.AsSpan(_at, quote).Count((byte)'\n');
            Keep(ref write, quote);
            _at++;
            if (_at < _end && _bytes[_at] == (byte)'"')
            {
                Keep(ref write, 1);
                continue;
            }

            // What follows the closing quote is part of the field, quotes included.
            int rest = _bytes.AsSpan(_at, _end - _at).IndexOfAny(Ends);
            Keep(ref write, rest < 0 ? _end - _at : rest);
            return new CellRange(start, write - start);
        }
    }

    private void Keep(ref int write, int length)
    {
        if (write != _at)
        {
            _bytes.AsSpan(_at, length).CopyTo(_bytes.AsSpan(write));
        }

        write += length;
        _at += length;
    }
}
