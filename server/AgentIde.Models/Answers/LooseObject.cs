using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace AgentIde.Models.Answers;

/// <summary>
/// Reads an object where models are no strict writers: line breaks inside of texts, wrong escapes, a comma too many,
/// single or triple quotes, Python's <c>True</c> and <c>None</c>, an end that is missing. One pass; names of fields are
/// lower case, and the last of equal ones counts.
/// </summary>
internal sealed class LooseObject
{
    private const int MostDepth = 16;

    private readonly string _text;
    private int _at;

    private LooseObject(string text, int start)
    {
        _text = text;
        _at = start;
    }

    /// <summary>The object that begins at <paramref name="start"/>, where a brace stands, and the place behind it; null where that is none.</summary>
    public static (LooseValue Value, int End)? Read(string text, int start)
    {
        LooseObject reader = new(text, start);
        return reader.Object(0) is { } value ? (value, reader._at) : null;
    }

    private LooseValue? Object(int depth)
    {
        _at++;
        ImmutableDictionary<string, LooseValue>.Builder fields = ImmutableDictionary.CreateBuilder<string, LooseValue>(StringComparer.Ordinal);
        while (true)
        {
            SkipBlank();
            if (_at >= _text.Length || Take('}'))
            {
                return LooseValue.Nothing with { Fields = fields.ToImmutable() };
            }

            if (!IsQuote(_text[_at]))
            {
                return null;
            }

            string name = Text().ToLowerInvariant();
            SkipBlank();
            if (!Take(':') || Value(depth + 1) is not { } value)
            {
                return null;
            }

            fields[name] = value;
            SkipBlank();
            Take(',');
        }
    }

    private LooseValue? Array(int depth)
    {
        _at++;
        ImmutableArray<LooseValue>.Builder items = ImmutableArray.CreateBuilder<LooseValue>();
        while (true)
        {
            SkipBlank();
            if (_at >= _text.Length || Take(']'))
            {
                return LooseValue.Nothing with { Items = items.ToImmutable() };
            }

            if (Value(depth + 1) is not { } value)
            {
                return null;
            }

            items.Add(value);
            SkipBlank();
            Take(',');
        }
    }

    private LooseValue? Value(int depth)
    {
        SkipBlank();
        if (_at >= _text.Length || depth > MostDepth)
        {
            return null;
        }

        return _text[_at] switch
        {
            '{' => Object(depth),
            '[' => Array(depth),
            '"' or '\'' => LooseValue.Of(Text()),
            _ => Word(),
        };
    }

    private LooseValue? Word()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '.' or '-' or '+' or '_'))
        {
            _at++;
        }

        string word = _text[start.._at];
        return word switch
        {
            "" => null,
            "null" or "None" or "undefined" => LooseValue.Nothing,
            "True" => LooseValue.Of("true"),
            "False" => LooseValue.Of("false"),
            _ => LooseValue.Of(word),
        };
    }

    private string Text()
    {
        char quote = _text[_at];
        string tripled = new(quote, 3);
        string end = string.CompareOrdinal(_text, _at, tripled, 0, 3) == 0 ? tripled : quote.ToString();
        _at += end.Length;
        StringBuilder text = new();
        while (_at < _text.Length)
        {
            if (string.CompareOrdinal(_text, _at, end, 0, end.Length) == 0)
            {
                _at += end.Length;
                break;
            }

            if (_text[_at] == '\\' && _at + 1 < _text.Length)
            {
                _at++;
                Escape(text);
            }
            else
            {
                text.Append(_text[_at++]);
            }
        }

        return AnswerText.WellFormed(text.ToString());
    }

    private void Escape(StringBuilder text)
    {
        char kind = _text[_at++];
        int digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0 && _at + digits <= _text.Length
            && uint.TryParse(_text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value) && value <= 0x10FFFF)
        {
            _at += digits;
            text.Append(value <= 0xFFFF ? ((char)value).ToString() : new Rune(value).ToString());
            return;
        }

        text.Append(kind switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'b' => "\b",
            'f' => "\f",
            '0' => "\0",
            '"' or '\'' or '\\' or '/' => kind.ToString(),
            '\n' => "",
            // Not an escape, so the backslash was meant: "\d" of a pattern.
            _ => $"\\{kind}",
        });
    }

    private void SkipBlank()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private bool Take(char wanted)
    {
        if (_at >= _text.Length || _text[_at] != wanted)
        {
            return false;
        }

        _at++;
        return true;
    }

    private static bool IsQuote(char character) => character is '"' or '\'';
}
