namespace AgentIde.Core.Review;

/// <summary>Reads the strings of a program, also those over several lines. A quote that nothing closes on its line is a character like others.</summary>
/// <param name="tokens">What is read is added to them.</param>
internal sealed class StringScanner(bool isPython, List<SourceToken> tokens)
{
    private char _quote;
    private int _quotes;
    private bool _verbatim;

    /// <summary>Whether the line that was read last ended within a string.</summary>
    public bool IsOpen => _quotes > 0;

    /// <param name="at">Where it begins, with its prefix.</param>
    /// <param name="quote">Where its quote stands.</param>
    /// <returns>Where to read on.</returns>
    public int Read(string text, int line, int at, int quote)
    {
        char mark = text[quote];
        int count = 1;
        while (quote + count < text.Length && text[quote + count] == mark && (count < 3 || !isPython))
        {
            count++;
        }

        bool verbatim = !isPython && text[..quote].TrimEnd('$').EndsWith('@');
        if ((mark == '"' || isPython) && count >= 3 && !verbatim)
        {
            (_quote, _quotes, _verbatim) = (mark, count, false);
            return ReadLong(text, line, at, quote + count, opens: true);
        }

        if (verbatim)
        {
            (_quote, _quotes, _verbatim) = (mark, 1, true);
            return ReadLong(text, line, at, quote + 1, opens: true);
        }

        for (int end = quote + 1; end < text.Length; end++)
        {
            if (text[end] == '\\')
            {
                end++;
            }
            else if (text[end] == mark)
            {
                tokens.Add(new SourceToken(text, line, at, end + 1, SourceTokenKind.String));
                return end + 1;
            }
        }

        // Never closed: what is before it stands for itself.
        if (quote > at)
        {
            tokens.Add(new SourceToken(text, line, at, quote, SourceTokenKind.Word));
        }

        tokens.Add(new SourceToken(text, line, quote, quote + 1, SourceTokenKind.Operator));
        return quote + 1;
    }

    /// <summary>Reads a line that begins within a string.</summary>
    public int GoOn(string text, int line) => ReadLong(text, line, 0, 0, opens: false);

    /// <summary>A part of a string over several lines, one for each of its lines.</summary>
    private int ReadLong(string text, int line, int at, int content, bool opens)
    {
        for (int end = content; end < text.Length; end++)
        {
            if (isPython && text[end] == '\\')
            {
                end++;
                continue;
            }

            if (text[end] != _quote)
            {
                continue;
            }

            int count = 1;
            while (end + count < text.Length && text[end + count] == _quote)
            {
                count++;
            }

            if (_verbatim ? count % 2 == 1 : count >= _quotes)
            {
                end += _verbatim || !isPython ? count : _quotes;
                tokens.Add(new SourceToken(text, line, at, end, SourceTokenKind.LongString, opens, Closes: true, _quotes));
                (_quotes, _verbatim) = (0, false);
                return end;
            }

            end += count - 1;
        }

        tokens.Add(new SourceToken(text, line, at, text.Length, SourceTokenKind.LongString, opens, Closes: false, _quotes));
        return text.Length;
    }
}
