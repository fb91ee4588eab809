using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace AgentIde.Models.Providers.Wire;

/// <summary>How long a provider wants to be left alone, from the headers of OpenAI, Anthropic and those who follow them.</summary>
internal static partial class RetryAfter
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    /// <param name="status">Of the refusal: when a limit is full again means something where a limit is what refused.</param>
    /// <returns>More than nothing, a month at most; null where it does not say.</returns>
    public static TimeSpan? Read(HttpResponseHeaders headers, int status, DateTimeOffset now)
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
        if (status is not (429 or 503 or 529))
        {
            return null;
        }
        double?[] resets =
        [
            Exhausted(headers, "x-ratelimit-remaining-requests") ? Duration(First(headers, "x-ratelimit-reset-requests")) : null,
            Exhausted(headers, "x-ratelimit-remaining-tokens") ? Duration(First(headers, "x-ratelimit-reset-tokens")) : null,
            Exhausted(headers, "anthropic-ratelimit-requests-remaining") ? Until(First(headers, "anthropic-ratelimit-requests-reset"), now) : null,
            Exhausted(headers, "anthropic-ratelimit-tokens-remaining") ? Until(First(headers, "anthropic-ratelimit-tokens-reset"), now) : null,
            Exhausted(headers, "x-ratelimit-remaining") ? Epoch(First(headers, "x-ratelimit-reset"), now) : null,
        ];
        return resets.Max() is { } longest ? Bounded(longest) : null;
    }

    /// <summary>From the words of a refusal: Google's <c>"retryDelay": "26s"</c>, <c>Please retry in 26.5s</c>, <c>try again in 6m0s</c>.</summary>
    /// <returns>As above.</returns>
    public static TimeSpan? Read(string body) => Told().Match(body) is { Success: true } told && Duration(told.Groups[1].Value) is { } seconds ? Bounded(seconds) : null;

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

    private static TimeSpan? Bounded(double seconds) => seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds)) : null;

    [GeneratedRegex(@"^([\d.]{1,20}(ms|s|m|h|d))+$")]
    private static partial Regex Form();

    [GeneratedRegex("""(?:"retryDelay"\s*:\s*"|\b(?:retry|try again) in )((?:[0-9]{1,10}(?:\.[0-9]{1,20})?(?:ms|s|m|h|d))+)""", RegexOptions.IgnoreCase)]
    private static partial Regex Told();

    [GeneratedRegex("([0-9.]+)(ms|s|m|h|d)")]
    private static partial Regex Part();
}
