using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentIde.Models.Prices;

/// <summary>
/// What models cost. Three layers, the later goes first: the table that ships with the product, the user's own file,
/// the user's flags. The shipped one holds for a provider's own address alone. Where input that is written into the
/// provider's cache costs more (OpenAI's models from GPT-5.6 on, by a quarter), that is the price of input, for the provider chooses what it
/// writes. Prices that rise with a very long prompt (above 200,000 tokens) are not in it.
/// </summary>
public sealed partial class PriceTable
{
    private readonly ImmutableDictionary<string, Price> _shipped;
    private readonly ImmutableDictionary<string, Price> _own;

    private PriceTable(ImmutableDictionary<string, Price> shipped, ImmutableDictionary<string, Price> own)
    {
        _shipped = shipped;
        _own = own;
    }

    public static PriceTable Shipped { get; } = ReadShipped();

    /// <summary>The last part of a dated name (<c>claude-opus-4-5-20251101</c>) is cut off where the name itself has no price.</summary>
    /// <param name="name">As the user names it: <c>openai:gpt-5.1</c>.</param>
    /// <param name="atItsOwnProvider">The request goes to the provider's own address, not to another server of its protocol.</param>
    /// <returns>Null where nobody has told.</returns>
    public Price? Of(string name, bool atItsOwnProvider)
    {
        string undated = Date().Replace(name, "");
        return _own.GetValueOrDefault(name) ?? _own.GetValueOrDefault(undated)
            ?? (atItsOwnProvider ? _shipped.GetValueOrDefault(name) ?? _shipped.GetValueOrDefault(undated) : null);
    }

    public PriceTable With(IEnumerable<(string Model, Price Price)> prices) => new(_shipped, _own.SetItems(Pairs(prices)));

    /// <summary>The user's own file, of the same form as the shipped one.</summary>
    /// <exception cref="ArgumentException">It can't be read; one line with the form it should have.</exception>
    public PriceTable WithFile(string path)
    {
        try
        {
            return With(Read(File.ReadAllBytes(path)));
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ArgumentException(
                $"{path} is no table of prices ({problem.Message.ReplaceLineEndings(" ")}): write {{\"asOf\": \"2026-07-24\", \"prices\": [{{\"model\": \"openai:NAME\", \"input\": 1.25, \"output\": 10}}]}}.", problem);
        }
    }

    /// <summary>A price as given on the command line: <c>MODEL=IN,OUT[,CACHED]</c>, dollars for a million tokens.</summary>
    /// <exception cref="ArgumentException">It is none; one line with the way out.</exception>
    public static (string Model, Price Price) Parse(string text, DateOnly today)
    {
        int sign = text.LastIndexOf('=');
        string[] parts = sign < 1 ? [] : text[(sign + 1)..].Split(',');
        decimal[] numbers = [.. parts.Select(part => decimal.TryParse(part, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out decimal number) && number <= MostDollars ? number : -1)];
        if (parts.Length is not (2 or 3) || numbers.Contains(-1))
        {
            throw new ArgumentException("A price is MODEL=IN,OUT or MODEL=IN,OUT,CACHED in dollars for a million tokens, such as openai:gpt-5.1=1.25,10,0.125.");
        }
        return (text[..sign].Trim(), new Price(numbers[0], numbers[1], numbers.Length == 3 ? numbers[2] : null, today));
    }

    private const decimal MostDollars = 1_000_000;

    private static IEnumerable<(string Model, Price Price)> Read(ReadOnlySpan<byte> json)
    {
        PriceFile file = JsonSerializer.Deserialize(json, PriceFileJson.Default.PriceFile) ?? throw new JsonException("it is empty");
        if (file.Prices.Any(line => line is null))
        {
            throw new ArgumentException("a line of it is null");
        }
        if (file.Prices.GroupBy(line => line.Model).FirstOrDefault(lines => lines.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"{twice.Key} stands in it twice");
        }
        if (file.Prices.FirstOrDefault(line => new[] { line.Input, line.Output, line.CachedInput ?? 0 }.Any(dollars => dollars is < 0 or > MostDollars)) is { } wrong)
        {
            throw new ArgumentException($"{wrong.Model} has a price that can't be");
        }
        return file.Prices.Select(line => (line.Model, new Price(line.Input, line.Output, line.CachedInput, line.AsOf ?? file.AsOf)));
    }

    private static IEnumerable<KeyValuePair<string, Price>> Pairs(IEnumerable<(string Model, Price Price)> prices) =>
        prices.Select(price => KeyValuePair.Create(price.Model, price.Price));

    private static PriceTable ReadShipped()
    {
        using Stream stream = typeof(PriceTable).Assembly.GetManifestResourceStream("prices.json")
            ?? throw new InvalidOperationException("prices.json is not in the assembly.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return new PriceTable(ImmutableDictionary.CreateRange(Pairs(Read(bytes.ToArray()))), ImmutableDictionary<string, Price>.Empty);
    }

    [GeneratedRegex(@"-(\d{8}|\d{4}-\d{2}-\d{2}|latest)$")]
    private static partial Regex Date();
}
