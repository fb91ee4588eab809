using System.Net.Http.Headers;
using System.Text;
using AgentIde.Models.Providers;
using AgentIde.Models.Providers.Wire;
using CsCheck;

namespace AgentIde.Models.Tests.Providers;

public sealed class WireTests
{
    private static readonly string[] Parts = ["\"", "\\", "\\u", "d83d", "\\ude80", "1e18", "NaN", "-", "\n", "x", ",", "0"];
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"a":"\\ud800 \ud83d\ude80 \ud83d\n"}""", """{"a":"\\ud800 \ud83d\ude80 \ufffd\n"}""")]
    [InlineData("""{"a":"\ud83d\ud83d\ude80\udc00"}""", """{"a":"\ufffd\ud83d\ude80\ufffd"}""")]
    [InlineData("""{"a":"\ud83d"}""", """{"a":"\ufffd"}""")]
    [InlineData("""{"a":"say \"1e18\" NaN","b":1e18,"c":-12.0,"d":0.5,"e":2147483648,"f":true}""", """{"a":"say \"1e18\" NaN","b":-1,"c":-12,"d":0.5,"e":-1,"f":true}""")]
    [InlineData("""[NaN, -Infinity, 1e999, 1E2, -]""", """[-1, -1, -1, 100, -]""")]
    [InlineData("event: response.created\r\ndata: {\"n\":1780000000}\r\n: it's \"open\ndata: {\"n\":1e18}\n", "event: response.created\r\ndata: {\"n\":1780000000}\r\n: it's \"open\ndata: {\"n\":-1}\n")]
    [InlineData("data: [DONE]", "data: [DONE]")]
    public void What_strict_readers_stumble_over_is_put_right_and_the_rest_passes(string sent, string read) =>
        Clean(sent, sent.Length).ShouldBe(read.Replace("\\ufffd", "\uFFFD", StringComparison.Ordinal));

    [Fact]
    public void It_does_not_matter_where_the_pieces_of_it_end() =>
        Gen.Select(Gen.Int[0, Parts.Length - 1].Select(part => Parts[part]).Array[0, 30], Gen.Int[1, 7])
            .Sample((parts, size) => Clean(string.Concat(parts), size) == Clean(string.Concat(parts), int.MaxValue));

    [Theory]
    [InlineData("retry-after", "7", 7)]
    [InlineData("retry-after", "0.5", 0.5)]
    [InlineData("retry-after", "1e300", 2_678_400)]
    [InlineData("retry-after", "Sun, 29 Nov 2026 12:01:30 GMT", 90)]
    [InlineData("retry-after-ms", "1500", 1.5)]
    [InlineData("x-ratelimit-reset-requests", "20ms", 0.02)]
    [InlineData("x-ratelimit-reset-tokens", "6m0s", 360)]
    [InlineData("x-ratelimit-reset-tokens", "1h2m3.5s", 3723.5)]
    [InlineData("anthropic-ratelimit-tokens-reset", "2026-11-29T12:00:20Z", 20)]
    [InlineData("x-ratelimit-reset", "1795953630000", 30)]
    [InlineData("x-ratelimit-reset", "1795953630", 30)]
    public void Every_way_to_say_when_to_come_back_is_read(string name, string value, double seconds) =>
        RetryAfter.Read(Headers((name, value)), 429, Now).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("retry-after", "soon")]
    [InlineData("retry-after", "0")]
    [InlineData("retry-after", "-3")]
    [InlineData("retry-after", "Sun, 29 Nov 2026 11:00:00 GMT")]
    [InlineData("x-ratelimit-reset-tokens", "6 moons")]
    [InlineData("date", "Sun, 29 Nov 2026 12:01:30 GMT")]
    public void What_says_nothing_about_it_gives_nothing(string name, string value) => RetryAfter.Read(Headers((name, value)), 429, Now).ShouldBeNull();

    [Fact]
    public void Of_two_limits_the_one_that_is_used_up_counts() =>
        RetryAfter.Read(
            Headers(("x-ratelimit-remaining-requests", "10"), ("x-ratelimit-reset-requests", "8m"), ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "2s")), 429, Now)
            .ShouldBe(TimeSpan.FromSeconds(2));

    [Theory]
    [InlineData(429, "0", 30.0)]
    [InlineData(429, null, 30.0)]
    [InlineData(503, "0", 30.0)]
    [InlineData(429, "59", null)]
    [InlineData(500, "0", null)]
    [InlineData(500, null, null)]
    public void When_a_limit_is_full_again_matters_where_it_is_used_up_and_refused_the_request(int status, string? left, double? seconds) =>
        RetryAfter.Read(left is null ? Headers(("x-ratelimit-reset", "1795953630")) : Headers(("x-ratelimit-reset", "1795953630"), ("x-ratelimit-remaining", left)), status, Now)
            .ShouldBe(seconds is { } told ? TimeSpan.FromSeconds(told) : null);

    [Theory]
    [InlineData("""{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"26s"}""", 26.0)]
    [InlineData("Please retry in 26.5s.", 26.5)]
    [InlineData("Please try again in 7m12s.", 432.0)]
    [InlineData("Please try again in 120ms. Visit", 0.12)]
    [InlineData("Please retry in a while.", null)]
    [InlineData("Please retry in 0s.", null)]
    public void Words_of_a_refusal_may_say_when_to_come_back(string body, double? seconds) =>
        RetryAfter.Read(body).ShouldBe(seconds is { } told ? TimeSpan.FromSeconds(told) : null);

    [Theory]
    [InlineData("""{"error":{"message":"m","type":"t","param":null,"code":"c"}}""", "c", "m")]
    [InlineData("""{"type":"error","error":{"type":"t","message":"m"}}""", "t", "m")]
    [InlineData("""{"error":"m"}""", "", "m")]
    [InlineData("""{"object":"error","message":"m","type":"t","code":400}""", "400", "m")]
    [InlineData("""{"detail":[{"loc":["body","stream_options"]}]}""", "", """[{"loc":["body","stream_options"]}]""")]
    [InlineData("""[{"error":{"message":"m","code":429}}]""", "429", "m")]
    [InlineData("plain words", "", "plain words")]
    [InlineData("<html>no words</html>", "", "")]
    [InlineData("null", "", "")]
    [InlineData("", "", "")]
    public void Refusals_are_read_in_all_the_forms_in_use(string body, string code, string message)
    {
        Refusal refusal = RefusalReader.Read(400, body, null);

        (refusal.Code, refusal.Message).ShouldBe((code, message));
    }

    private static string Clean(string text, int size)
    {
        var cleaner = new WireText();
        var output = new StringBuilder();
        for (int start = 0; start < text.Length; start += Math.Min(size, text.Length - start))
        {
            cleaner.Push(text.AsSpan(start, Math.Min(size, text.Length - start)), output);
        }
        cleaner.End(output);
        return output.ToString();
    }

    private static HttpResponseHeaders Headers(params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach ((string name, string value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }
        return response.Headers;
    }
}
