using System.Collections.Immutable;
using System.Text.Json;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Recordings;

/// <summary>A recording as it was read: a stranger's file, of which nothing is believed before it was checked.</summary>
internal sealed record ExchangeRecording(ImmutableArray<RecordedExchange> Exchanges, Digest Digest, int? CutLine)
{
    private const int LongestLine = 32 << 20;
    private const int MostExchanges = 100_000;
    private const long MostTokens = 1L << 40;

    /// <summary>A last line without its end is left out: whoever wrote it was killed. <see cref="CutLine"/> is its number.</summary>
    /// <exception cref="FormatException">A line is no exchange; the message names the line and stands behind the name of the file.</exception>
    public static ExchangeRecording Parse(string text)
    {
        ImmutableArray<RecordedExchange>.Builder exchanges = ImmutableArray.CreateBuilder<RecordedExchange>();
        int number = 0;
        for (int start = 0; start < text.Length;)
        {
            number++;
            int end = text.IndexOf('\n', start);
            string line = end < 0 ? text[start..] : text[start..end];
            start = end < 0 ? text.Length : end + 1;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            Check(line.Length <= LongestLine, number, $"is longer than {LongestLine:N0} characters");
            Check(exchanges.Count < MostExchanges, number, $"is one too many: at most {MostExchanges:N0} exchanges are read");
            if (end < 0 && !IsJson(line))
            {
                return new ExchangeRecording(exchanges.ToImmutable(), Digest.Of(text), number);
            }

            exchanges.Add(ParseLine(line, number));
        }

        return new ExchangeRecording(exchanges.ToImmutable(), Digest.Of(text), null);
    }

    private static bool IsJson(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static RecordedExchange ParseLine(string line, int number)
    {
        try
        {
            // An older or newer form may lack what this one has, so its version is read first.
            using (JsonDocument document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 16 }))
            {
                bool isVersioned = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("version", out JsonElement version)
                    && version.ValueKind == JsonValueKind.Number;
                Check(isVersioned, number, "has no version: it is no exchange with a model");
                Check(document.RootElement.GetProperty("version").TryGetInt32(out int known) && known == RecordedExchange.CurrentVersion, number,
                    $"has version {document.RootElement.GetProperty("version").GetRawText()}, and this agentide reads version {RecordedExchange.CurrentVersion}: use the one that recorded it");
            }

            RecordedExchange exchange = JsonSerializer.Deserialize(line, ExchangeJsonContext.Default.RecordedExchange)!;
            Check((exchange.Reply is null) != (exchange.Problem is null), number, "has not either a reply or a problem");
            Check(new[] { exchange.Maximum, exchange.Reply?.Usage ?? exchange.Problem!.Spent }.All(IsPossible), number, "counts tokens that can't be");
            Check(IsWhole(exchange.Request.Prompt), number, "has a message or a field that is null");
            Check(IsKnown(exchange), number, "has a role, an end or a problem that is none of those there are");
            return exchange;
        }
        catch (JsonException error)
        {
            throw new FormatException($"line {number} is no exchange with a model{(error.Path is { Length: > 1 } path ? $": {path} is not what should be there" : "")}", error);
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException($"line {number} holds a text that is not Unicode", error);
        }
    }

    private static bool IsWhole(RecordedPrompt prompt) =>
        !prompt.Messages.IsDefault && prompt.Messages.All(message => message is not null)
        && (prompt.Form is not { } form || (!form.Fields.IsDefault && form.Fields.All(field => field is not null)));

    /// <summary>An enumeration is read from any number, too.</summary>
    private static bool IsKnown(RecordedExchange exchange) =>
        exchange.Request.Prompt.Messages.All(message => Enum.IsDefined(message.Role))
        && (exchange.Reply is not { } reply || Enum.IsDefined(reply.Stop))
        && (exchange.Problem is not { } problem || Enum.IsDefined(problem.Problem));

    private static bool IsPossible(TokenUsage usage) =>
        new[] { usage.Input, usage.CachedInput, usage.Output, usage.Reasoning }.All(count => count is >= 0 and <= MostTokens);

    private static void Check(bool condition, int number, string problem)
    {
        if (!condition)
        {
            throw new FormatException($"line {number} {problem}");
        }
    }
}
