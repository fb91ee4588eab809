using System.Globalization;
using System.Text;

namespace AgentIde.MleBench.Tables;

/// <summary>Text as Python treats it: its blanks, its lower case, the way it writes numbers.</summary>
internal static class PythonText
{
    public static bool IsBlank(char character) => char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f';

    public static ReadOnlySpan<char> Strip(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty && IsBlank(text[0]))
        {
            text = text[1..];
        }

        while (!text.IsEmpty && IsBlank(text[^1]))
        {
            text = text[..^1];
        }

        return text;
    }

    /// <summary>The words between blanks of any kind.</summary>
    public static List<string> Words(string text)
    {
        List<string> words = [];
        int start = 0;
        for (int at = 0; at <= text.Length; at++)
        {
            if (at == text.Length || IsBlank(text[at]))
            {
                if (at > start)
                {
                    words.Add(text[start..at]);
                }

                start = at + 1;
            }
        }

        return words;
    }

    /// <summary>Lower case with the two letters whose lower case is more than one letter's matter.</summary>
    public static string Lower(string text)
    {
        string lower = text.ToLowerInvariant();
        if (text.AsSpan().IndexOfAny('İ', 'Σ') < 0)
        {
            return lower;
        }

        StringBuilder made = new(text.Length + 4);
        for (int at = 0; at < text.Length; at++)
        {
            bool ends = text[at] == 'Σ' && at > 0 && char.IsLetter(text[at - 1]) && (at + 1 == text.Length || !char.IsLetter(text[at + 1]));
            made.Append(ends ? "ς" : text[at] == 'İ' ? "i\u0307" : lower[at].ToString());
        }

        return made.ToString();
    }

    /// <summary>The shortest digits that read back as the same number, as <c>repr</c> writes them.</summary>
    public static string Of(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }

        string scientific = number.ToString("E16", CultureInfo.InvariantCulture);
        for (int digits = 0; digits < 17; digits++)
        {
            string shorter = number.ToString($"E{digits}", CultureInfo.InvariantCulture);
            if (double.Parse(shorter, CultureInfo.InvariantCulture) == number)
            {
                scientific = shorter;
                break;
            }
        }

        int e = scientific.IndexOf('E', StringComparison.Ordinal);
        int exponent = int.Parse(scientific.AsSpan(e + 1), CultureInfo.InvariantCulture);
        string sign = scientific[0] == '-' ? "-" : "";
        string figures = scientific[..e].TrimStart('-').Replace(".", "", StringComparison.Ordinal);
        if (exponent is < -4 or >= 16)
        {
            string fraction = figures.Length > 1 ? $".{figures[1..]}" : "";
            return $"{sign}{figures[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        return exponent < 0
            ? $"{sign}0.{new string('0', -exponent - 1)}{figures}"
            : figures.Length <= exponent + 1
                ? $"{sign}{figures.PadRight(exponent + 1, '0')}.0"
                : $"{sign}{figures[..(exponent + 1)]}.{figures[(exponent + 1)..]}";
    }
}
