using System.Globalization;
using System.Text;

namespace AgentIde.Models.Providers.Wire;

/// <summary>
/// Makes what a server sends fit to be read by strict JSON readers, a character at a time, for one document as for a
/// stream of events: half of a surrogate pair becomes U+FFFD, as do control characters in strings, and a number that is no
/// 32-bit integer where it should be one (NaN, 1e18, 12.0) becomes one or -1. Bytes that are no UTF-8 have become U+FFFD
/// before. All else passes unchanged.
/// </summary>
internal sealed class WireText
{
    private const char Replacement = '\uFFFD';
    private readonly StringBuilder _escape = new();
    private readonly StringBuilder _word = new();
    private string _high = "";
    private bool _inString;
    private bool _started;

    public void Push(ReadOnlySpan<char> text, StringBuilder output)
    {
        foreach (char letter in text)
        {
            if (!_started)
            {
                _started = true;
                if (letter == '\uFEFF')
                {
                    continue;
                }
            }
            Push(letter, output);
        }
    }

    /// <summary>What was held back for what might have followed.</summary>
    public void End(StringBuilder output)
    {
        EndWord(output);
        EndHigh(output);
        output.Append(_escape);
        _escape.Clear();
    }

    private void Push(char letter, StringBuilder output)
    {
        if (letter is '\n' or '\r')
        {
            // No string of JSON goes over a line's end, so each line starts afresh, whatever a comment had in it.
            End(output);
            _inString = false;
            output.Append(letter);
        }
        else if (_escape.Length > 0)
        {
            Escaped(letter, output);
        }
        else if (_inString)
        {
            InString(letter, output);
        }
        else
        {
            Between(letter, output);
        }
    }

    private void InString(char letter, StringBuilder output)
    {
        if (letter == '\\')
        {
            _escape.Append(letter);
            return;
        }
        EndHigh(output);
        _inString = letter != '"';
        output.Append(letter < ' ' ? Replacement : letter);
    }

    private void Between(char letter, StringBuilder output)
    {
        if (char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-' or '.' or '_')
        {
            _word.Append(letter);
            return;
        }
        EndWord(output);
        _inString = letter == '"';
        output.Append(letter);
    }

    private void Escaped(char letter, StringBuilder output)
    {
        _escape.Append(letter);
        if (_escape[1] != 'u' || !(_escape.Length == 2 || char.IsAsciiHexDigit(letter)))
        {
            EndHigh(output);
            output.Append(_escape);
            _escape.Clear();
        }
        else if (_escape.Length == 6)
        {
            string escape = _escape.ToString();
            _escape.Clear();
            Unit(escape, (char)int.Parse(escape.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture), output);
        }
    }

    private void Unit(string escape, char unit, StringBuilder output)
    {
        if (char.IsLowSurrogate(unit) && _high.Length > 0)
        {
            output.Append(_high).Append(escape);
            _high = "";
            return;
        }
        EndHigh(output);
        if (char.IsHighSurrogate(unit))
        {
            _high = escape;
        }
        else
        {
            output.Append(char.IsLowSurrogate(unit) ? Replacement.ToString() : escape);
        }
    }

    private void EndHigh(StringBuilder output)
    {
        if (_high.Length > 0)
        {
            output.Append(Replacement);
            _high = "";
        }
    }

    private void EndWord(StringBuilder output)
    {
        if (_word.Length > 0)
        {
            output.Append(Number(_word.ToString()));
            _word.Clear();
        }
    }

    private static string Number(string word)
    {
        if (word is "NaN" or "Infinity" or "-Infinity")
        {
            return "-1";
        }
        if (word.Length > 400 || !(char.IsAsciiDigit(word[0]) || (word[0] == '-' && word.Length > 1 && char.IsAsciiDigit(word[1])))
            || !double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            return word;
        }
        if (!double.IsFinite(number) || Math.Abs(number) > int.MaxValue)
        {
            return "-1";
        }
        return number == Math.Floor(number) ? ((int)number).ToString(CultureInfo.InvariantCulture) : word;
    }
}
