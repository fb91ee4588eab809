using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace AgentIde.Core.Conditions;

/// <summary>
/// A line with expressions in braces, <c>node {node}: {score} after {seconds}</c>, as a log point prints it. <c>{{</c> and
/// <c>}}</c> are braces. It is read once; rendering it never throws.
/// </summary>
public sealed class LogTemplate
{
    /// <summary>In UTF-16 code units.</summary>
    public const int MaximumLength = 4_000;

    private readonly ImmutableArray<(string Text, Condition? Expression)> _parts;

    private LogTemplate(string text, ImmutableArray<(string Text, Condition? Expression)> parts)
    {
        Text = text;
        _parts = parts;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Whether it asks for what is only there when its node is done.</summary>
    public bool AsksForResult => _parts.Any(part => part.Expression is { AsksForResult: true });

    /// <exception cref="ConditionException">A brace is alone, or an expression can't be read.</exception>
    public static LogTemplate Parse(string text)
    {
        if (text.Length > MaximumLength)
        {
            throw new ConditionException(
                string.Create(CultureInfo.InvariantCulture, $"a template of {text.Length:N0} characters is too long: at most {MaximumLength:N0} are read"), text, MaximumLength, 1);
        }

        ImmutableArray<(string, Condition?)>.Builder parts = ImmutableArray.CreateBuilder<(string, Condition?)>();
        StringBuilder plain = new();
        for (int at = 0; at < text.Length; at++)
        {
            char letter = text[at];
            if (letter is not ('{' or '}'))
            {
                plain.Append(letter);
            }
            else if (at + 1 < text.Length && text[at + 1] == letter)
            {
                plain.Append(letter);
                at++;
            }
            else if (letter == '}')
            {
                throw new ConditionException("a `}` without its `{`: a brace itself is written `}}`", text, at, 1);
            }
            else
            {
                int end = EndOf(text, at);
                parts.Add((plain.ToString(), Condition.Parse(text, at + 1, end)));
                plain.Clear();
                at = end;
            }
        }

        parts.Add((plain.ToString(), null));
        return new LogTemplate(text, parts.ToImmutable());
    }

    /// <summary>The line, with texts as untrusted as they were.</summary>
    public string Render(ConditionScope scope)
    {
        StringBuilder line = new();
        foreach ((string text, Condition? expression) in _parts)
        {
            line.Append(text).Append(expression?.Render(scope));
        }

        return line.ToString();
    }

    public override string ToString() => Text;

    /// <summary>Where the brace closes; one in quotes does not.</summary>
    private static int EndOf(string text, int start)
    {
        char quote = '\0';
        for (int at = start + 1; at < text.Length; at++)
        {
            char letter = text[at];
            if (quote != '\0')
            {
                at += letter == '\\' ? 1 : 0;
                quote = letter == quote ? '\0' : quote;
            }
            else if (letter is '"' or '\'')
            {
                quote = letter;
            }
            else if (letter == '}')
            {
                return at;
            }
        }

        throw new ConditionException("a `{` without its `}`: a brace itself is written `{{`", text, start, 1);
    }
}
