namespace AgentIde.Tasks.Csv;

/// <summary>
/// Counts the fields of each record before the parser sees them: a record of very many costs it time by the square of
/// their number. Quotes are read by the parser's rules, or a comma in a text would count as a field.
/// </summary>
internal sealed class FieldGuard(int mostFields)
{
    private long _passed;
    private long _fieldStart;
    private long _closingQuote = -2;
    private bool _quoted;
    private int _fields = 1;

    /// <summary>Looks at what comes next. The index of the comma that begins one field too many; -1 where there is none.</summary>
    public int Pass(ReadOnlySpan<char> text)
    {
        for (int index = 0; text[index..].IndexOfAny(",\"\n\r") is int step and >= 0; index++)
        {
            index += step;
            long place = _passed + index;
            if (text[index] == '"')
            {
                (_quoted, _closingQuote) = _quoted ? (false, place) : (place == _fieldStart || place == _closingQuote + 1, _closingQuote);
            }
            else if (!_quoted)
            {
                _fieldStart = place + 1;
                _fields = text[index] == ',' ? _fields + 1 : 1;
                if (_fields > mostFields)
                {
                    return index;
                }
            }
        }

        _passed += text.Length;
        return -1;
    }
}
