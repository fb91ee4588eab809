using System.Buffers;
using System.Runtime.CompilerServices;

namespace AgentIde.MleBench.Tables;

/// <summary>
/// Makes a column while its cells are read: numbers are kept as values and no more, text as its characters. To set the
/// cell of the row that was set last again, to the same, changes nothing: a record that turns out to be incomplete, or
/// no plain one, is simply read again.
/// </summary>
internal sealed class ColumnBuilder
{
    public static readonly SearchValues<byte> Ends = SearchValues.Create(",\n\r"u8);

    private int _room;
    private int[] _small = [];
    private long[] _integers = [];
    private double[] _numbers = [];
    private byte[] _text = [];
    private int[] _ends = [];

    /// <param name="room">Rows that there is room for.</param>
    /// <param name="state">Empty; or Text to keep characters whatever they are, or Skipped.</param>
    public ColumnBuilder(int room, ColumnState state)
    {
        _room = room;
        State = state;
        if (state == ColumnState.Text)
        {
            _ends = new int[room];
            IsTextGiven = true;
        }
    }

    public ColumnState State { get; private set; }

    /// <summary>Whether characters were asked for: what the column is, they have to tell.</summary>
    private bool IsTextGiven { get; }

    /// <summary>Makes room for so many rows.</summary>
    public void Grow(int room)
    {
        _room = room;
        switch (State)
        {
            case ColumnState.Small:
                Array.Resize(ref _small, room);
                break;
            case ColumnState.Integer:
                Array.Resize(ref _integers, room);
                break;
            case ColumnState.Gaps or ColumnState.Number or ColumnState.Truth:
                Array.Resize(ref _numbers, room);
                break;
            case ColumnState.Text:
                Array.Resize(ref _ends, room);
                break;
        }
    }

    /// <summary>
    /// Takes the plain cell that begins there. Gives the place of the comma or line end after it; -1, if it is quoted or
    /// has no end within the text.
    /// </summary>
    /// <param name="bytes">With 0 at the end, and more bytes after it that may be read.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Take(byte[] bytes, int at, int end, int row)
    {
        int next = State == ColumnState.Small ? TakeSmall(bytes, at, row)
            : State == ColumnState.Number ? TakeNumber(bytes, at, row)
            : -1;
        return next >= 0 ? next : TakeAny(bytes, at, end, row);
    }

    /// <summary>Sets the cell of a row: the one after the last one that was set, or that again.</summary>
    public void Set(int row, ReadOnlySpan<byte> cell)
    {
        if (State == ColumnState.Text)
        {
            SetText(row, cell);
        }
        else if (State < ColumnState.Text)
        {
            NumberForm form = NumberText.Parse(cell, out long integer, out double number);
            switch (form)
            {
                case NumberForm.Integer:
                    SetInteger(row, integer);
                    break;
                case NumberForm.Number:
                case NumberForm.Huge when State == ColumnState.Number:
                    SetNumber(row, number, ColumnState.Number);
                    break;
                case NumberForm.None when NumberText.IsMissing(cell):
                    SetNumber(row, double.NaN, State == ColumnState.Number ? ColumnState.Number : ColumnState.Gaps);
                    break;
                case NumberForm.None when State is ColumnState.Empty or ColumnState.Truth && NumberText.Truth(cell) is bool truth:
                    SetNumber(row, truth ? 1 : 0, ColumnState.Truth);
                    break;
                default:
                    BecomeText(row, cell);
                    break;
            }
        }
    }

    /// <summary>The column; null if its characters have to be read again, or it was skipped.</summary>
    public Column? Finish(string name, int rows)
    {
        switch (State)
        {
            case ColumnState.Small:
                Array.Resize(ref _small, rows);
                return Column.Of(name, _small);
            case ColumnState.Integer:
                Array.Resize(ref _integers, rows);
                return Column.Of(name, _integers);
            case ColumnState.Gaps or ColumnState.Number:
                Array.Resize(ref _numbers, rows);
                return Column.Of(name, _numbers, CellKind.Number);
            case ColumnState.Truth:
                Array.Resize(ref _numbers, rows);
                return Column.Of(name, _numbers, CellKind.Truth);
            case ColumnState.Text:
                return new Column(name, _text, _ends, rows, IsTextGiven ? null : CellKind.Text);
            case ColumnState.Empty:
                return new Column(name, [], [], 0, CellKind.Text);
            default:
                return null;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int TakeSmall(byte[] bytes, int at, int row)
    {
        int start = at;
        uint value = 0;
        uint digit;
        while ((digit = bytes[at] - (uint)'0') <= 9)
        {
            value = unchecked((value * 10) + digit);
            at++;
        }

        if ((uint)(at - start - 1) >= 9 || !IsEnd(bytes[at]))
        {
            return -1;
        }

        _small[row] = (int)value;
        return at;
    }

    private int TakeNumber(byte[] bytes, int at, int row)
    {
        bool negative = bytes[at] == (byte)'-';
        at += negative ? 1 : 0;
        int start = at;
        ulong value = 0;
        uint digit;
        while ((digit = bytes[at] - (uint)'0') <= 9)
        {
            value = unchecked((value * 10) + digit);
            at++;
        }

        if (bytes[at] != (byte)'.')
        {
            if ((uint)(at - start - 1) >= 18 || !IsEnd(bytes[at]))
            {
                return -1;
            }

            _numbers[row] = negative ? -(long)value : (long)value;
            return at;
        }

        int point = at++;
        value = Digits.Read(bytes, ref at, value);
        if ((uint)(at - start - 2) >= 19 || !IsEnd(bytes[at]) || !NumberText.TryDivide(value, at - point - 1, out double number))
        {
            return -1;
        }

        _numbers[row] = negative ? -number : number;
        return at;
    }

    private int TakeAny(byte[] bytes, int at, int end, int row)
    {
        if (at >= end || bytes[at] == (byte)'"')
        {
            return -1;
        }

        int length = bytes.AsSpan(at, end - at).IndexOfAny((byte)',', (byte)'\n', (byte)'\r');
        if (length < 0)
        {
            return -1;
        }

        if (State == ColumnState.Text)
        {
            SetText(row, bytes.AsSpan(at, length));
        }
        else
        {
            Set(row, bytes.AsSpan(at, length));
        }

        return at + length;
    }

    private static bool IsEnd(byte ending) => ending is (byte)',' or (byte)'\n' or (byte)'\r';

    private void SetInteger(int row, long value)
    {
        if (State == ColumnState.Empty)
        {
            _small = GC.AllocateUninitializedArray<int>(_room);
            State = ColumnState.Small;
        }

        if (State == ColumnState.Small && value != (int)value)
        {
            _integers = GC.AllocateUninitializedArray<long>(_room);
            for (int before = 0; before < row; before++)
            {
                _integers[before] = _small[before];
            }

            _small = [];
            State = ColumnState.Integer;
        }

        switch (State)
        {
            case ColumnState.Small:
                _small[row] = (int)value;
                break;
            case ColumnState.Integer:
                _integers[row] = value;
                break;
            case ColumnState.Truth:
                BecomeLate();
                break;
            default:
                _numbers[row] = value;
                break;
        }
    }

    private void SetNumber(int row, double value, ColumnState state)
    {
        if (State != state && (State == ColumnState.Truth || (State == ColumnState.Gaps && state == ColumnState.Truth)))
        {
            BecomeLate();
            return;
        }

        if (_numbers.Length == 0)
        {
            _numbers = GC.AllocateUninitializedArray<double>(_room);
            for (int before = 0; before < row; before++)
            {
                _numbers[before] = State == ColumnState.Small ? _small[before] : _integers[before];
            }

            _small = [];
            _integers = [];
        }

        State = state;
        _numbers[row] = value;
    }

    private void BecomeText(int row, ReadOnlySpan<byte> cell)
    {
        if (State != ColumnState.Empty)
        {
            BecomeLate();
            return;
        }

        State = ColumnState.Text;
        _ends = GC.AllocateUninitializedArray<int>(_room);
        SetText(row, cell);
    }

    private void BecomeLate()
    {
        State = ColumnState.Late;
        _small = [];
        _integers = [];
        _numbers = [];
    }

    private void SetText(int row, ReadOnlySpan<byte> cell)
    {
        int to = row == 0 ? 0 : _ends[row - 1];
        if (to + cell.Length > _text.Length)
        {
            GrowText(row, to, to + cell.Length);
        }

        cell.CopyTo(_text.AsSpan(to));
        _ends[row] = to + cell.Length;
    }

    /// <summary>At first for as many cells as there is room for, as long as the first.</summary>
    private void GrowText(int row, int kept, int needed)
    {
        long wanted = row == 0 ? (long)needed * _room : (needed * 3L / 2) + 64;
        byte[] grown = GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, Math.Max(needed, wanted)));
        _text.AsSpan(0, kept).CopyTo(grown);
        _text = grown;
    }
}
