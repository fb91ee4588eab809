using System.Collections.Immutable;
using System.Text;

namespace AgentIde.Models.Prompts;

/// <summary>
/// A text with places for values, <c>{{name}}</c>; names are lower-case letters. Each place must get a value and each
/// value must have a place. Values go in as they are: what looks like a place in one of them stays text.
/// </summary>
internal sealed class PromptTemplate
{
    private readonly ImmutableArray<(bool IsPlace, string Text)> _pieces;

    private PromptTemplate(string name, ImmutableArray<(bool IsPlace, string Text)> pieces)
    {
        Name = name;
        _pieces = pieces;
    }

    public string Name { get; }

    public ImmutableSortedSet<string> Places => [.. _pieces.Where(piece => piece.IsPlace).Select(piece => piece.Text)];

    /// <exception cref="FormatException">A place is not closed, or its name is none.</exception>
    public static PromptTemplate Parse(string name, string text)
    {
        ImmutableArray<(bool IsPlace, string Text)>.Builder pieces = ImmutableArray.CreateBuilder<(bool IsPlace, string Text)>();
        string rest = text.ReplaceLineEndings("\n").Trim('\n');
        while (rest.IndexOf("{{", StringComparison.Ordinal) is >= 0 and var open)
        {
            int close = rest.IndexOf("}}", open, StringComparison.Ordinal);
            string place = close < 0 ? "" : rest[(open + 2)..close];
            if (place.Length == 0 || !place.All(char.IsAsciiLetterLower))
            {
                throw new FormatException($"{name}: \"{rest[open..Math.Min(rest.Length, open + 20)]}\" is no {{{{name}}}} of lower-case letters.");
            }

            pieces.Add((false, rest[..open]));
            pieces.Add((true, place));
            rest = rest[(close + 2)..];
        }

        pieces.Add((false, rest));
        return new PromptTemplate(name, pieces.ToImmutable());
    }

    /// <exception cref="ArgumentException">A place has no value, or a value has no place.</exception>
    public string Fill(params ReadOnlySpan<(string Place, string Value)> values)
    {
        Dictionary<string, string> given = new(StringComparer.Ordinal);
        foreach ((string place, string value) in values)
        {
            given.Add(place, value);
        }

        ImmutableSortedSet<string> places = Places;
        if (places.Except(given.Keys).FirstOrDefault() is { } missing)
        {
            throw new ArgumentException($"{Name}: {{{{{missing}}}}} has no value.", nameof(values));
        }

        if (given.Keys.FirstOrDefault(place => !places.Contains(place)) is { } unknown)
        {
            throw new ArgumentException($"{Name} has no {{{{{unknown}}}}}.", nameof(values));
        }

        StringBuilder filled = new();
        foreach ((bool isPlace, string text) in _pieces)
        {
            filled.Append(isPlace ? given[text] : text);
        }

        return filled.ToString();
    }
}
