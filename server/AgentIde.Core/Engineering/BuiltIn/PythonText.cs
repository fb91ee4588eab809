using System.Globalization;
using System.Text;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// Names from the data as Python text. A column's name is a stranger's: in a literal everything odd is escaped, in a
/// comment it is replaced, so that it can neither end the literal nor begin a line.
/// </summary>
internal static class PythonText
{
    public static string Quote(string text)
    {
        StringBuilder literal = new("\"");
        foreach (Rune rune in text.EnumerateRunes())
        {
            literal.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when IsPlain(rune) => rune.ToString(),
                < 0x100 => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
            });
        }

        return literal.Append('"').ToString();
    }

    /// <summary>A list of literals; over several lines where one would be long.</summary>
    public static string List(IEnumerable<string> texts)
    {
        List<string> lines = LiteralLines.Of(texts.Select(Quote));
        return lines.Count == 1 ? $"[{lines[0]}]" : $"[\n    {string.Join(",\n    ", lines)},\n]";
    }

    /// <summary>Text for a comment or a plan: one line, nothing odd, cut where it is long.</summary>
    public static string Plain(string text, int limit = 40)
    {
        StringBuilder plain = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            plain.Append(IsPlain(rune) ? rune.ToString() : "?");
        }

        return plain.Length <= limit ? plain.ToString() : $"{plain.ToString(0, limit - 1)}…";
    }

    /// <summary>Plain text between three quotes.</summary>
    public static string Documentation(string text, int limit) =>
        $"\"\"\"{Plain(text, limit).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"\"\"";

    /// <summary>Up to <paramref name="limit"/> names for a sentence: <c>x, y and z</c>, <c>a, b, c and 12 more</c>.</summary>
    public static string Names(IReadOnlyList<string> names, int limit = 4)
    {
        List<string> shown = [.. names.Take(limit).Select(name => Plain(name))];
        if (names.Count > limit)
        {
            return $"{string.Join(", ", shown)} and {names.Count - limit} more";
        }

        return shown.Count <= 1 ? string.Concat(shown) : $"{string.Join(", ", shown.SkipLast(1))} and {shown[^1]}";
    }

    /// <summary>A count with its noun: <c>1 column</c>, <c>12,000 columns</c>.</summary>
    public static string Count(int count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many ?? one + "s")}");

    public static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>Whether it can stand in source as it is.</summary>
    public static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
