using System.Globalization;
using AgentIde.Core.Review;
using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp;

namespace AgentIde.LanguageServer.Dap.Looking;

/// <summary>How plain things look as values. What comes from engineers, programs and data is made visible and cut.</summary>
internal static class Show
{
    /// <summary>In characters: a line of a variables view.</summary>
    private const int LongestText = 200;

    /// <summary>What comes between a text that is cut and how long it is.</summary>
    public const string CutMark = " … (";

    /// <summary>In characters, of a line of a long text.</summary>
    private const int LongestLine = 2_000;

    /// <summary>All of its digits, and no exponent where it is of a size that people read.</summary>
    public static Value Number(double value)
    {
        string text = value.ToString(CultureInfo.InvariantCulture);
        return new(text.Contains('E', StringComparison.Ordinal) && Math.Abs(value) is >= 1e-12 and < 1e21 ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture) : text, "number");
    }

    /// <summary>What was measured with that error: in the digits that it leaves meaningful.</summary>
    public static Value Measured(double value, double? error) => error is > 0 ? new(Figures.Rounded(value, error), "number") : Number(value);

    public static Value Number(long value) => new(value.ToString(CultureInfo.InvariantCulture), "number");

    /// <summary><c>1 line</c>, <c>2 lines</c>.</summary>
    public static string Count(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    public static Value Truth(bool value) => new(value ? "true" : "false", "truth");

    /// <summary>What an imported run may not tell.</summary>
    public static Value Number(double? value) => value is { } known ? Number(known) : Unknown;

    public static Value Seconds(double? value) => value is { } known ? Seconds(known) : Unknown;

    public static Value Bytes(long? value) => value is { } known ? Bytes(known) : Unknown;

    public static Value Seconds(double value) => new(value.ToString("0.0##", CultureInfo.InvariantCulture) + " s", "seconds");

    public static Value Dollars(decimal value) => new("$" + value.ToString("0.######", CultureInfo.InvariantCulture), "dollars");

    public static Value Bytes(long value) => new(string.Create(CultureInfo.InvariantCulture, $"{value / (double)(1 << 20):0.#} MiB"), "bytes");

    public static Value Word(string value) => new(PlainText.Visible(value, LongestText), "word");

    public static Value Unknown { get; } = new("not known", "none");

    public static Value Nothing { get; } = new("none", "none");

    /// <summary>A text that is at hand: cut to a line, its lines as parts where there is more of it.</summary>
    public static Value Text(string text, Document? document = null)
    {
        string first = text.AsSpan().TrimStart().ToString().Split('\n', 2)[0].Trim();
        bool isAll = first.Length <= LongestText && text.Trim().Length == first.Length;
        if (isAll)
        {
            return new Value(PlainText.Visible(first, LongestText), "text") { Document = document };
        }

        string cut = PlainText.Visible(first.Length > LongestText ? first[..LongestText] : first, LongestText);
        string whole = document is null ? "" : $"; the whole is in {document.Name}";
        return new Value(string.Create(CultureInfo.InvariantCulture, $"{cut}{CutMark}{text.Length:N0} characters{whole})"), "text")
        {
            Parts = Lines(text),
            Document = document,
        };
    }

    /// <summary>A text that is read when somebody wants to see it.</summary>
    /// <param name="lines">How many it has; null where nobody knows yet.</param>
    /// <param name="summary">What is said of it until then.</param>
    /// <param name="change">What a person changes by giving a line, 1-based, another text; null where none can be changed.</param>
    public static Value TextToRead(string summary, int? lines, Func<CancellationToken, ValueTask<string>> read, Document? document, Func<int, Change>? change = null) => new(summary, "text")
    {
        Parts = new Parts(lines, true, async (start, count, cancellationToken) =>
            await Lines(await read(cancellationToken).ConfigureAwait(false), change).ReadAsync(start, count, cancellationToken).ConfigureAwait(false)),
        Document = document,
    };

    public static Value Group(string summary, params Entry?[] entries) => new(PlainText.Visible(summary, LongestText)) { Parts = Parts.Named(entries) };

    public static Value List<T>(IReadOnlyList<T> items, string one, string many, Func<T, Value> show) =>
        items.Count == 0 ? Nothing : new Value(string.Create(CultureInfo.InvariantCulture, $"{items.Count:N0} {(items.Count == 1 ? one : many)}")) { Parts = Parts.Indexed(items, show) };

    private static Parts Lines(string text, Func<int, Change>? change = null) =>
        Parts.Indexed(SourceLines.Of(text.TrimEnd('\n')), line => new Value(PlainText.Visible(line, LongestLine), "line"), change);
}
