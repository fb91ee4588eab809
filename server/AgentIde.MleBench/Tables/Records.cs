namespace AgentIde.MleBench.Tables;

/// <summary>
/// Records of any kind, one at a time: quoted fields, blank lines, any line ends. One that has no end within the window
/// is read again from its beginning, once there is more of it.
/// </summary>
internal sealed class Records(TextWindow text)
{
    private Field[] _fields = new Field[16];
    private byte[] _unescaped = [];
    private int _unescapedLength;

    /// <summary>Fields of the record that was read.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes from the record's beginning to its end.</summary>
    public int Length { get; private set; }

    /// <summary>Where the record began.</summary>
    public int Line { get; private set; }

    /// <summary>Where the next one begins.</summary>
    public int NextLine { get; set; } = 1;

    /// <summary>A field, unquoted; until the next record is read.</summary>
    public ReadOnlySpan<byte> this[int field] =>
        (_fields[field].IsUnescaped ? _unescaped : text.Bytes).AsSpan(_fields[field].Start, _fields[field].Length);

    /// <summary>False at the end. Reads one field more than allowed at most, and refuses the record then.</summary>
    public bool Read(int allowed)
    {
        while (true)
        {
            if (PassBlankLines() && TryRead(allowed))
            {
                return true;
            }

            if (!text.Fill())
            {
                return false;
            }
        }
    }

    private bool PassBlankLines()
    {
        byte[] bytes = text.Bytes;
        for (int look = text.At; look < text.End;)
        {
            byte here = bytes[look++];
            if (here is (byte)'\n' or (byte)'\r')
            {
                NextLine += here == (byte)'\n' ? 1 : 0;
                text.At = look;
            }
            else if (here is not ((byte)' ' or (byte)'\t'))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryRead(int allowed)
    {
        Count = 0;
        _unescapedLength = 0;
        Line = NextLine;
        byte[] bytes = text.Bytes;
        int end = text.End;
        int at = text.At;
        int line = NextLine;
        while (true)
        {
            Field field;
            if (at < end && bytes[at] == (byte)'"')
            {
                if (!TryQuoted(ref at, ref line, out field))
                {
                    return false;
                }
            }
            else
            {
                int length = LengthFrom(at);
                if (length < 0)
                {
                    return false;
                }

                field = new Field(at, length, false);
                at += length;
            }

            if (Count > allowed)
            {
                throw new NoScoreException($"line {Line}: more than {allowed:N0} fields");
            }

            if (Count == _fields.Length)
            {
                Array.Resize(ref _fields, 2 * Count);
            }

            _fields[Count++] = field;
            if (at < end)
            {
                byte ending = bytes[at++];
                if (ending == (byte)',')
                {
                    continue;
                }

                line++;
                if (ending == (byte)'\r')
                {
                    if (at == end && !text.IsLast)
                    {
                        return false;
                    }

                    at += at < end && bytes[at] == (byte)'\n' ? 1 : 0;
                }
            }

            Length = at - text.At;
            text.At = at;
            NextLine = line;
            return true;
        }
    }

    /// <summary>Bytes before the next comma or line end; -1 if it was not read yet.</summary>
    private int LengthFrom(int at)
    {
        int length = text.Bytes.AsSpan(at, text.End - at).IndexOfAny(ColumnBuilder.Ends);
        return length < 0 && text.IsLast ? text.End - at : length;
    }

    private bool TryQuoted(ref int at, ref int line, out Field field)
    {
        field = default;
        byte[] bytes = text.Bytes;
        int start = ++at;
        int kept = _unescapedLength;
        while (true)
        {
            int quote = bytes.AsSpan(at, text.End - at).IndexOf((byte)'"');
            if (quote < 0)
            {
                return text.IsLast ? throw new NoScoreException($"line {Line}: a quote is never closed") : false;
            }

            int from = at;
            line += bytes.AsSpan(from, quote).Count((byte)'\n');
            at += quote + 1;
            if (at == text.End && !text.IsLast)
            {
                return false;
            }

            if (at < text.End && bytes[at] == (byte)'"')
            {
                at++;
                Keep(bytes.AsSpan(from, quote + 1));
                continue;
            }

            // What follows the closing quote is part of the field, quotes included.
            int rest = LengthFrom(at);
            if (rest < 0)
            {
                return false;
            }

            if (rest == 0 && kept == _unescapedLength)
            {
                field = new Field(start, quote, false);
                return true;
            }

            Keep(bytes.AsSpan(from, quote));
            Keep(bytes.AsSpan(at, rest));
            at += rest;
            field = new Field(kept, _unescapedLength - kept, true);
            return true;
        }
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        if (_unescapedLength + part.Length > _unescaped.Length)
        {
            Array.Resize(ref _unescaped, Math.Max(2 * _unescaped.Length, _unescapedLength + part.Length));
        }

        part.CopyTo(_unescaped.AsSpan(_unescapedLength));
        _unescapedLength += part.Length;
    }

    private readonly record struct Field(int Start, int Length, bool IsUnescaped);
}
