using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace AgentIde.Import.Aide;

/// <summary>
/// Reads what Python's <c>repr</c> prints of lists, tuples, dicts, texts and numbers: AIDE's logs hold them as text. Null for
/// anything else: a text that only looks like one is taken as it stands.
/// </summary>
internal sealed class PythonLiteral
{
    private const int MostDepth = 16;

    private readonly string _text;
    private int _at;

    private PythonLiteral(string text) => _text = text;

    public static PythonValue? Read(string text)
    {
        PythonLiteral reader = new(text);
        PythonValue? value = reader.Value(0);
        reader.SkipBlank();
        return reader._at == text.Length ? value : null;
    }

    private PythonValue? Value(int depth)
    {
        SkipBlank();
        if (_at >= _text.Length || depth > MostDepth)
        {
            return null;
        }

        return _text[_at] switch
        {
            '{' => Dict(depth),
            '[' => Items(']', depth),
            '(' => Items(')', depth),
            '"' or '\'' => Text() is { } text ? new PythonValue(Text: text) : null,
            _ => Word(),
        };
    }

    private PythonValue? Items(char end, int depth)
    {
        _at++;
        ImmutableArray<PythonValue>.Builder items = ImmutableArray.CreateBuilder<PythonValue>();
        while (true)
        {
            SkipBlank();
            if (Take(end))
            {
                return new PythonValue(Items: items.ToImmutable());
            }

            if (Value(depth + 1) is not { } item || !Separated(end))
            {
                return null;
            }

            items.Add(item);
        }
    }

    private PythonValue? Dict(int depth)
    {
        _at++;
        ImmutableDictionary<string, PythonValue>.Builder fields = ImmutableDictionary.CreateBuilder<string, PythonValue>(StringComparer.Ordinal);
        while (true)
        {
            SkipBlank();
            if (Take('}'))
            {
                return new PythonValue(Fields: fields.ToImmutable());
            }

            if (Value(depth + 1) is not { Text: { } name })
            {
                return null;
            }

            SkipBlank();
            if (!Take(':') || Value(depth + 1) is not { } value || !Separated('}'))
            {
                return null;
            }

            fields[name] = value;
        }
    }

    /// <summary>A comma, or the end that is to come.</summary>
    private bool Separated(char end)
    {
        SkipBlank();
        return Take(',') || (_at < _text.Length && _text[_at] == end);
    }

    private PythonValue? Word()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '.' or '-' or '+' or '_'))
        {
            _at++;
        }

        string word = _text[start.._at];
        return word switch
        {
            "None" or "null" => PythonValue.None,
            "True" or "true" => new PythonValue(Flag: true),
            "False" or "false" => new PythonValue(Flag: false),
            "nan" or "inf" or "-inf" or "NaN" or "Infinity" or "-Infinity" => new PythonValue(Number: double.NaN),
            _ => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? new PythonValue(Number: number) : null,
        };
    }

    /// <summary>Between one quote and its like; null where it does not end.</summary>
    private string? Text()
    {
        char quote = _text[_at++];
        StringBuilder text = new();
        while (_at < _text.Length)
        {
            char next = _text[_at++];
            if (next == quote)
            {
                return text.ToString();
            }

            if (next != '\\' || _at >= _text.Length)
            {
                text.Append(next);
                continue;
            }

            if (!Escape(text, _text[_at++]))
            {
                return null;
            }
        }

        return null;
    }

    private bool Escape(StringBuilder text, char kind)
    {
        int digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits == 0)
        {
            text.Append(kind switch { 'n' => "\n", 't' => "\t", 'r' => "\r", 'a' => "\a", 'b' => "\b", 'f' => "\f", 'v' => "\v", '0' => "\0", '\n' => "", '"' or '\'' or '\\' => kind.ToString(), _ => $"\\{kind}" });
            return true;
        }

        if (_at + digits > _text.Length || !uint.TryParse(_text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value) || value > 0x10FFFF)
        {
            return false;
        }

        _at += digits;
        text.Append(Rune.IsValid((int)value) ? new Rune(value).ToString() : "\uFFFD");
        return true;
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
}

/// <summary>One of these, or none: Python's <c>None</c>.</summary>
internal sealed record PythonValue(
    string? Text = null, double? Number = null, bool? Flag = null, ImmutableArray<PythonValue>? Items = null, ImmutableDictionary<string, PythonValue>? Fields = null)
{
    public static PythonValue None { get; } = new();

    public PythonValue? this[string name] => Fields?.GetValueOrDefault(name);
}
