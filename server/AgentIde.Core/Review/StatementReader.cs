using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Review;

/// <summary>
/// Splits a program into statements as a formatter sees them: blanks between words, line breaks within brackets,
/// commas that only end a list, brackets that only hold a line together, and the style of quotes and numbers are
/// layout; what stands within a string is not. Any text can be read: a quote that is not closed on its line is a
/// character like others, and a bracket that is never closed makes the rest one statement.
/// </summary>
internal sealed class StatementReader
{
    private static readonly HashSet<string> Compound = ["if", "elif", "else", "for", "while", "try", "except", "finally", "with", "def", "class", "async"];

    private static readonly string[] Operators = ["**=", "//=", "<<=", ">>=", "==", "!=", "<=", ">=", ":=", "->", "**", "//", "<<", ">>", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@="];

    private static readonly SearchValues<char> Prefixes = SearchValues.Create("rRbBuUfF");

    private readonly ImmutableArray<string> _lines;
    private readonly bool _isPython;
    private readonly int _first;
    private readonly int _end;
    private readonly List<Statement> _statements = [];
    private readonly string?[] _keys;
    private readonly StringBuilder _key = new();
    private readonly StringBuilder _lineKey = new();
    private readonly List<SourceToken> _tokens = [];
    private readonly StringScanner _strings;
    private readonly List<SourceToken> _comments = [];
    private readonly Stack<(int Width, int Line)> _blocks = new();
    private int _depth;
    private int _indentation;

    private StatementReader(ImmutableArray<string> lines, ProgramLanguage language, int first, int end)
    {
        (_lines, _isPython, _first, _end) = (lines, language == ProgramLanguage.Python, first, end);
        _keys = new string?[end - first];
        _strings = new StringScanner(_isPython, _tokens);
    }

    /// <summary>The statements that have a line from <paramref name="first"/> up to <paramref name="end"/>, and what those lines say by themselves.</summary>
    public static (IReadOnlyList<Statement> Statements, string[] LineKeys) Read(ImmutableArray<string> lines, ProgramLanguage language, int first, int end)
    {
        StatementReader reader = new(lines, language, first, end);
        for (int line = 0; line < lines.Length && (line < end || reader._tokens.Count > 0); line++)
        {
            reader.ReadLine(line);
        }

        reader.Flush();
        return (reader._statements, [.. reader._keys.Select((key, index) => key ?? SourceToken.WithoutBlanks(lines[first + index]))]);
    }

    private void ReadLine(int line)
    {
        string text = _lines[line];
        int at = 0;
        if (_strings.IsOpen)
        {
            at = _strings.GoOn(text, line);
        }
        else if (_tokens.Count == 0)
        {
            _indentation = Indentation(text);
        }

        bool goesOn = false;
        while (at < text.Length)
        {
            char character = text[at];
            if (character is ' ' or '\t' or '\f')
            {
                at++;
            }
            else if (_isPython && character == '\\' && at == text.Length - 1)
            {
                goesOn = true;
                at++;
            }
            else if (IsComment(text, at))
            {
                AddComment(new SourceToken(text, line, at, text.Length, SourceTokenKind.Comment));
                at = text.Length;
            }
            else if (character == '"' || (character == '\'' && (_isPython || text.AsSpan(at).Length > 2)))
            {
                at = _strings.Read(text, line, at, at);
            }
            else if (char.IsLetterOrDigit(character) || character == '_')
            {
                int end = at + 1;
                while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
                {
                    end++;
                }

                if (_isPython && end < text.Length && text[end] is '"' or '\'' && IsPrefix(text.AsSpan(at, end - at)))
                {
                    at = _strings.Read(text, line, at, end);
                }
                else
                {
                    _tokens.Add(new SourceToken(text, line, at, end, SourceTokenKind.Word));
                    at = end;
                }
            }
            else
            {
                at = ReadOperator(line, at);
            }
        }

        if (_isPython ? _depth == 0 && !_strings.IsOpen && !goesOn : _tokens.Count == 0)
        {
            Flush();
        }
    }

    private bool IsComment(string text, int at) =>
        _isPython ? text[at] == '#' : string.CompareOrdinal(text, at, "//", 0, 2) == 0 || (text[at] == '#' && string.IsNullOrWhiteSpace(text[..at]));

    /// <summary>A comment behind a statement goes with it; any other is for itself.</summary>
    private void AddComment(SourceToken comment)
    {
        _comments.Add(comment);
        if (_tokens.Count == 0 && !_isPython)
        {
            Flush();
        }
    }

    private int ReadOperator(int line, int at)
    {
        string text = _lines[line];
        int length = 1;
        char character = text[at];
        if (at + 1 < text.Length && text[at + 1] is '=' or '>' or '<' or '*' or '/' && character is not ('(' or ')' or '[' or ']' or '{' or '}' or ','))
        {
            length = Operators.FirstOrDefault(known => string.CompareOrdinal(text, at, known, 0, known.Length) == 0)?.Length ?? 1;
        }

        bool braces = character is '{' or '}';
        if (!_isPython && braces && _depth == 0)
        {
            // Where a brace stands is a matter of style.
            Flush();
            _tokens.Add(new SourceToken(text, line, at, at + 1, SourceTokenKind.Operator));
            Flush();
            return at + 1;
        }

        if (_isPython && character == ';' && _depth == 0)
        {
            Flush();
            return at + 1;
        }

        _tokens.Add(new SourceToken(text, line, at, at + length, SourceTokenKind.Operator));
        if (character is '(' or '[' || braces && character == '{')
        {
            _depth++;
        }
        else if (character is ')' or ']' or '}')
        {
            _depth = Math.Max(0, _depth - 1);
        }
        else if (_depth == 0 && (_isPython ? character == ':' && length == 1 && BeginsBlock() : character == ';') && HoldsMore(text, at + 1))
        {
            Flush();
        }
        else if (!_isPython && _depth == 0 && character == ';')
        {
            int comment = text.AsSpan(at + 1).IndexOfAnyExcept(' ', '\t');
            if (comment >= 0)
            {
                _comments.Add(new SourceToken(text, line, at + 1 + comment, text.Length, SourceTokenKind.Comment));
            }

            Flush();
            return text.Length;
        }

        return at + length;
    }

    private bool BeginsBlock() => Compound.Contains(_tokens[0].Span.ToString());

    private bool HoldsMore(string text, int at)
    {
        int next = text.AsSpan(at).IndexOfAnyExcept(' ', '\t');
        return next >= 0 && !IsComment(text, at + next);
    }

    private void Flush()
    {
        if (_tokens.Count + _comments.Count == 0)
        {
            _depth = 0;
            return;
        }

        bool isComment = _tokens.Count == 0;
        int header = -1;
        int line = isComment ? _comments[0].Line : _tokens[0].Line;
        int lastLine = Math.Max(isComment ? 0 : _tokens[^1].Line, _comments.Count == 0 ? 0 : _comments[^1].Line);
        if (_isPython && !isComment)
        {
            while (_blocks.TryPeek(out (int Width, int Line) block) && block.Width >= _indentation)
            {
                _blocks.Pop();
            }

            header = _blocks.TryPeek(out (int Width, int Line) around) ? around.Line : -1;
            if (_tokens[^1].Is(":"))
            {
                // A statement behind this one on its line is in its block.
                _blocks.Push((_indentation, line));
                _indentation++;
            }
        }

        if (lastLine >= _first && line < _end)
        {
            Build(line, lastLine, header, isComment);
        }

        _tokens.Clear();
        _comments.Clear();
        _depth = 0;
    }

    private void Build(int line, int lastLine, int header, bool isComment)
    {
        bool[] dropped = _isPython ? PythonLayout.Of(_tokens) : TrailingComma();
        bool isDocumentation = _tokens.Count > 0 && _tokens.TrueForAll(token => token.Kind == SourceTokenKind.LongString);
        List<int> lines = new(_tokens.Count + _comments.Count);
        bool isOneLine = line == lastLine;
        _key.Clear();
        _lineKey.Clear();
        for (int i = 0; i < _tokens.Count + _comments.Count; i++)
        {
            SourceToken token = i < _tokens.Count ? _tokens[i] : _comments[i - _tokens.Count];
            if (i < _tokens.Count && dropped[i])
            {
                continue;
            }

            token.AppendTo(_key, _isPython, isDocumentation);
            lines.Add(token.Line);
            if (isOneLine)
            {
                continue;
            }

            // A comma behind the last thing on a line comes and goes with what follows.
            if (!(token.Is(",") && i + 1 < _tokens.Count && _tokens[i + 1].Line > token.Line))
            {
                token.AppendTo(_lineKey, _isPython, isDocumentation);
            }

            if (i + 1 == _tokens.Count + _comments.Count || (i + 1 < _tokens.Count ? _tokens[i + 1] : _comments[i + 1 - _tokens.Count]).Line != token.Line)
            {
                AddToLine(token.Line, _lineKey.ToString());
                _lineKey.Clear();
            }
        }

        string key = _key.ToString();
        if (isOneLine)
        {
            AddToLine(line, key);
        }

        _statements.Add(new Statement(key, [.. lines], line, lastLine, header, isComment));
    }

    private void AddToLine(int line, string words)
    {
        if (line >= _first && line < _end)
        {
            _keys[line - _first] += words;
        }
    }

    private bool[] TrailingComma()
    {
        bool[] dropped = new bool[_tokens.Count];
        if (_tokens.Count > 1 && _tokens[^1].Is(","))
        {
            dropped[^1] = true;
        }

        return dropped;
    }

    private static bool IsPrefix(ReadOnlySpan<char> word) => word.Length <= 2 && !word.ContainsAnyExcept(Prefixes);

    private static int Indentation(string text)
    {
        int width = 0;
        foreach (char character in text)
        {
            if (character == ' ')
            {
                width++;
            }
            else if (character == '\t')
            {
                width = (width / 8 + 1) * 8;
            }
            else
            {
                break;
            }
        }

        return width;
    }
}
