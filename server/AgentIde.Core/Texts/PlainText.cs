using System.Globalization;
using System.Text;

namespace AgentIde.Core.Texts;

/// <summary>
/// Text of somebody else's (a program's output, a model's plan, a cloned run) on its way to a person. What an eye
/// can't see, or what turns the direction of writing, becomes visible; a line stays a line; length is bounded.
/// </summary>
public static class PlainText
{
    public const int MaximumMessage = 2_000;

    /// <summary>On one line.</summary>
    public static string Visible(string text, int maximum = MaximumMessage) => Write(text, maximum, keepLines: false);

    /// <summary>Line ends and tabs stay.</summary>
    public static string VisibleLines(string text, int maximum = MaximumMessage) => Write(text, maximum, keepLines: true);

    /// <summary>
    /// Nothing of the text is Markdown afterwards: no link, image, mention, HTML, emphasis, heading or list. What can't
    /// begin anything where it stands stays as it is, since whoever reads the source would find it unreadable.
    /// </summary>
    public static string Markdown(string text, int maximum = MaximumMessage) => Escaped(Visible(text.TrimStart(), maximum));

    /// <summary>The same of a text that is visible already.</summary>
    internal static string Escaped(string visible)
    {
        StringBuilder escaped = new(visible.Length + 16);
        for (int i = 0; i < visible.Length; i++)
        {
            char character = visible[i];
            bool active = character switch
            {
                '\\' or '`' or '*' or '[' or ']' or '<' or '|' or '~' or '@' or '&' or '$' => true,
                '_' => !(IsOfWord(visible, i - 1) && IsOfWord(visible, i + 1)),
                '!' => i + 1 < visible.Length && visible[i + 1] == '[',
                '#' => i == 0 || (i + 1 < visible.Length && char.IsAsciiDigit(visible[i + 1])),
                '>' => i == 0,
                ':' => i + 1 < visible.Length && visible[i + 1] == '/',
                '.' => FollowsWww(visible, i) || EndsNumberOfList(visible, i),
                ')' => EndsNumberOfList(visible, i),
                '-' or '+' or '=' => i == 0,
                _ => false,
            };
            if (active)
            {
                escaped.Append('\\');
            }

            escaped.Append(character);
        }

        return escaped.ToString();
    }

    /// <summary>A code block that the text can't end: its fence is longer than any run of backticks in it.</summary>
    public static string Fenced(string text, string language, int maximum = MaximumMessage) => Fence(VisibleLines(text, maximum), language);

    /// <summary>The same of a text that is visible already.</summary>
    internal static string Fence(string visible, string language)
    {
        int longest = 0;
        int run = 0;
        foreach (char character in visible)
        {
            run = character == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        string fence = new('`', Math.Max(3, longest + 1));
        return $"{fence}{language}\n{visible}\n{fence}";
    }

    private static bool FollowsWww(string text, int index) =>
        index >= 3 && text.AsSpan(index - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase);

    /// <summary>An item of a list has a blank behind its number, or nothing.</summary>
    private static bool EndsNumberOfList(string text, int index) =>
        index is > 0 and <= 9 && text.AsSpan(0, index).IndexOfAnyExceptInRange('0', '9') < 0 && (index + 1 == text.Length || char.IsWhiteSpace(text[index + 1]));

    /// <summary>Between letters an underline is no emphasis.</summary>
    private static bool IsOfWord(string text, int index) => index >= 0 && index < text.Length && char.IsLetterOrDigit(text[index]);

    private static string Write(string text, int maximum, bool keepLines)
    {
        StringBuilder visible = new(Math.Min(text.Length, maximum) + 8);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (visible.Length >= maximum)
            {
                visible.Append('…');
                break;
            }

            switch (rune.Value)
            {
                case '\n' or '\t' when keepLines:
                    visible.Append((char)rune.Value);
                    break;
                case '\n' or '\t':
                    visible.Append(' ');
                    break;
                case '\r':
                    break;
                case < 0x20:
                    visible.Append((char)(0x2400 + rune.Value));
                    break;
                case 0x7F:
                    visible.Append('␡');
                    break;
                default:
                    Append(visible, rune);
                    break;
            }
        }

        return visible.ToString();
    }

    private static void Append(StringBuilder visible, Rune rune)
    {
        UnicodeCategory category = Rune.GetUnicodeCategory(rune);
        bool hidden = category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
        if (hidden)
        {
            visible.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X4}}}");
        }
        else
        {
            visible.Append(rune.ToString());
        }
    }
}
