using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace AgentIde.Models.Providers.Wire;

/// <summary>How long a provider wants to be left alone, from the headers of OpenAI, Anthropic and those who follow them.</summary>
internal static partial class RetryAfter
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    /// <returns>Never negative, a month at most; null where it does not say.</returns>
    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (Number(First(headers, "retry-after-ms")) is { } milliseconds)
        {
            return Bounded(milliseconds / 1000);
        }
        if (First(headers, "retry-after") is { } text)
        {
            return Number(text) is { } seconds ? Bounded(seconds)
                : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset then) ? Bounded((then - now).TotalSeconds)
                : null;
        }
        double?[] resets =
        [
            Exhausted(headers, "x-ratelimit-remaining-requests") ? Duration(First(headers, "x-ratelimit-reset-requests")) : null,
            Exhausted(headers, "x-ratelimit-remaining-tokens") ? Duration(First(headers, "x-ratelimit-reset-tokens")) : null,
            Exhausted(headers, "anthropic-ratelimit-requests-remaining") ? Until(First(headers, "anthropic-ratelimit-requests-reset"), now) : null,
            Exhausted(headers, "anthropic-ratelimit-tokens-remaining") ? Until(First(headers, "anthropic-ratelimit-tokens-reset"), now) : null,
            Epoch(First(headers, "x-ratelimit-reset"), now),
        ];
        return resets.Max() is { } longest ? Bounded(longest) : null;
    }

    /// <summary>Where it is not said what is left, it may be what ran out.</summary>
    private static bool Exhausted(HttpResponseHeaders headers, string name) => Number(First(headers, name)) is null or <= 0;

    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First().Trim() : null;

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    private static double? Until(string? text, DateTimeOffset now) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset then) ? (then - now).TotalSeconds : null;

    /// <summary>Milliseconds since 1970 at OpenRouter, seconds at others.</summary>
    private static double? Epoch(string? text, DateTimeOffset now) => Number(text) switch
    {
        > 1e11 and var milliseconds => (milliseconds / 1000) - now.ToUnixTimeSeconds(),
        > 1e9 and var seconds => seconds - now.ToUnixTimeSeconds(),
        var seconds => seconds,
    };

    /// <summary>OpenAI's form: <c>20ms</c>, <c>1.5s</c>, <c>6m0s</c>, <c>1h2m3s</c>.</summary>
    private static double? Duration(string? text)
    {
        if (text is null || !Form().IsMatch(text))
        {
            return Number(text);
        }
        return Part().Matches(text).Sum(part => Number(part.Groups[1].Value) * part.Groups[2].Value switch
        {
            "ms" => 0.001,
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            _ => 86400,
        });
    }

    private static TimeSpan Bounded(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds));

    [GeneratedRegex(@"^([\d.]{1,20}(ms|s|m|h|d))+$")]
    private static partial Regex Form();

    [GeneratedRegex("([0-9.]+)(ms|s|m|h|d)")]
    private static partial Regex Part();
}
