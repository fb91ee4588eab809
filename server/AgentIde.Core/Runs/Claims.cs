using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentIde.Core.Runs;

/// <summary>What a candidate says of its own score: <c>{"score": X}</c> in working/meta.json, else its last line <c>score: X</c>.</summary>
public static partial class Claims
{
    /// <summary>The claimed score, finite; null where nothing is claimed or the claim can't be read.</summary>
    public static double? Read(ReadOnlyMemory<byte>? meta, ReadOnlySpan<byte> output) =>
        (meta is { } json ? FromMeta(json) : null) ?? FromOutput(Encoding.UTF8.GetString(output));

    private static double? FromMeta(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("score", out JsonElement score)
                && score.ValueKind == JsonValueKind.Number
                && score.TryGetDouble(out double value)
                && double.IsFinite(value) ? value : null;
        }
        catch (JsonException)
        {
            return null; // A claim is never more than that: a broken one is no claim.
        }
    }

    private static double? FromOutput(string output)
    {
        Match last = ScoreLine().Match(output);
        return last.Success
            && double.TryParse(last.Groups[1].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value) ? value : null;
    }

    [GeneratedRegex(@"^score:[ \t]*(\S{1,40})[ \t]*\r?$", RegexOptions.Multiline | RegexOptions.RightToLeft | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ScoreLine();
}
