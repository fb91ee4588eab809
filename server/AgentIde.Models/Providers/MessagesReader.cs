using System.Text.Json;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Providers;

/// <summary>Reads the events of one of Anthropic's answers, or one that came whole.</summary>
/// <param name="hasTool">Whether the model was given a tool to answer by; else a call of one is none of ours.</param>
internal sealed class MessagesReader(bool hasTool)
{
    private long? _input;
    private long _cached;
    private long _written;
    private long? _output;
    private long _reasoning;
    private bool _thought;

    /// <summary><c>message_stop</c> has come.</summary>
    public bool HasEnded { get; private set; }

    public IEnumerable<Heard> Event(JsonElement piece)
    {
        switch (Text(piece, "type"))
        {
            case "message_start" when piece.TryGetProperty("message", out JsonElement message):
                return [new Heard.Model(Text(message, "model")), .. Usage(message, isWhole: false)];
            case "content_block_start" when piece.TryGetProperty("content_block", out JsonElement block):
                // A second block of thoughts starts a paragraph of its own.
                IEnumerable<Heard> start = Text(block, "type") == "thinking" && _thought ? [new Heard.Thinking("\n\n")] : [];
                return start.Concat(Block(block, started: true));
            case "content_block_delta" when piece.TryGetProperty("delta", out JsonElement delta):
                return Delta(delta);
            case "message_delta":
                IEnumerable<Heard> stop = piece.TryGetProperty("delta", out JsonElement end) ? Stop(end) : [];
                return Usage(piece, isWhole: true).Concat(stop);
            case "message_stop":
                HasEnded = true;
                return [];
            case "error":
                (string code, string words) = Wire.RefusalReader.Of(piece);
                return [new Heard.Trouble(code, words)];
            default:
                return [];
        }
    }

    public IEnumerable<Heard> Whole(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("content", out JsonElement content) || content.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("there is no content in it");
        }
        return
        [
            new Heard.Model(Text(message, "model")),
            .. content.EnumerateArray().SelectMany(block => Block(block, started: false)),
            .. Usage(message, isWhole: true),
            .. Stop(message),
        ];
    }

    private IEnumerable<Heard> Block(JsonElement block, bool started)
    {
        switch (Text(block, "type"))
        {
            case "text":
                return [new Heard.Text(Text(block, "text"))];
            case "thinking":
                _thought = true;
                return [new Heard.Thinking(Text(block, "thinking"))];
            case "tool_use" when hasTool && !started && block.TryGetProperty("input", out JsonElement input):
                return [new Heard.Text(input.GetRawText())];
            default:
                return [];
        }
    }

    private IEnumerable<Heard> Delta(JsonElement delta) => Text(delta, "type") switch
    {
        "text_delta" => [new Heard.Text(Text(delta, "text"))],
        "thinking_delta" => [new Heard.Thinking(Text(delta, "thinking"))],
        "input_json_delta" when hasTool => [new Heard.Text(Text(delta, "partial_json"))],
        _ => [],
    };

    private static IEnumerable<Heard> Stop(JsonElement holder) => Text(holder, "stop_reason") switch
    {
        "" => [],
        "max_tokens" or "model_context_window_exceeded" => [new Heard.Stop(StopReason.TooLong)],
        "refusal" => [new Heard.Stop(StopReason.Refused)],
        _ => [new Heard.Stop(StopReason.Finished)],
    };

    /// <summary>The input stands at the beginning, the output so far at the end; each part is told anew or not at all.</summary>
    private IEnumerable<Heard> Usage(JsonElement holder, bool isWhole)
    {
        if (!holder.TryGetProperty("usage", out JsonElement usage) || usage.ValueKind != JsonValueKind.Object)
        {
            return [];
        }
        _input = Number(usage, "input_tokens") ?? _input;
        _cached = Number(usage, "cache_read_input_tokens") ?? _cached;
        _written = Number(usage, "cache_creation_input_tokens") ?? _written;
        _output = Number(usage, "output_tokens") ?? _output;
        _reasoning = usage.TryGetProperty("output_tokens_details", out JsonElement details) && details.ValueKind == JsonValueKind.Object ? Number(details, "thinking_tokens") ?? _reasoning : _reasoning;
        bool isSane = _input is >= 0 && _output is >= 0 && _cached >= 0 && _written >= 0;
        return [new Heard.Usage(isSane ? new TokenUsage(_input!.Value + _cached + _written, _cached, _output!.Value, Math.Max(_reasoning, 0)) : null, isWhole)];
    }

    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.TryGetInt64(out long number) ? number : -1 : null;

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";
}
