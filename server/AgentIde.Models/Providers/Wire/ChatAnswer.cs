using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AgentIde.Models.Providers.Wire;

/// <summary>
/// A chat completion, or a piece of one, in the form that OpenAI gives it, whose client library throws at whatever it does not
/// know: each server has words of its own for why an answer ended, who speaks, where thoughts stand, and what is null. Of
/// what is read here only what this product uses is written.
/// </summary>
/// <param name="Json">Null where it is nothing of that kind.</param>
/// <param name="Trouble">What the server says in the place of an answer, with status 0.</param>
internal sealed record ChatAnswer(string? Json, Refusal? Trouble, bool HasChoice)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="isPiece">An event of a stream, not the whole.</param>
    public static ChatAnswer Of(JsonElement root, bool isPiece)
    {
        JsonElement answer = root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0 ? root[0] : root;
        bool hasChoices = Get(answer, "choices") is { ValueKind: JsonValueKind.Array };
        JsonElement choice = hasChoices && answer.GetProperty("choices") is var choices && choices.GetArrayLength() > 0 ? choices[0] : default;
        bool hasChoice = choice.ValueKind == JsonValueKind.Object;
        if ((ErrorOf(answer) ?? ErrorOf(choice)) is { } error)
        {
            return new ChatAnswer(null, error, hasChoice);
        }
        string? finish = Text(choice, "finish_reason");
        if (FinishedByTrouble(finish))
        {
            return new ChatAnswer(null, new Refusal(0, "502", $"finish_reason: {finish}", "", null), hasChoice);
        }
        if (answer.ValueKind != JsonValueKind.Object || (!isPiece && !hasChoice))
        {
            return new ChatAnswer(null, null, false);
        }
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("id", Text(answer, "id") ?? "");
            writer.WriteString("object", isPiece ? "chat.completion.chunk" : "chat.completion");
            writer.WriteNumber("created", Number(answer, "created") ?? 0);
            WriteSome(writer, "model", Text(answer, "model"));
            writer.WriteStartArray("choices");
            if (hasChoice)
            {
                WriteChoice(writer, choice, FinishOf(finish, isPiece), isPiece);
            }
            writer.WriteEndArray();
            if (Get(answer, "usage") is { ValueKind: JsonValueKind.Object } usage)
            {
                WriteUsage(writer, usage);
            }
            writer.WriteEndObject();
        }
        return new ChatAnswer(Encoding.UTF8.GetString(buffer.WrittenSpan), null, hasChoice);
    }

    private static Refusal? ErrorOf(JsonElement holder)
    {
        bool isError = Get(holder, "error") is { ValueKind: JsonValueKind.Object or JsonValueKind.String } || Text(holder, "object") == "error" || Text(holder, "type") == "error";
        if (!isError)
        {
            return null;
        }
        Refusal read = RefusalReader.Read(0, holder.GetRawText(), null);
        return read.Code.Length > 0 || read.Message.Length > 0 ? read with { RetryAfter = RetryAfter.Read(read.Body) } : null;
    }

    private static bool FinishedByTrouble(string? reason) =>
        reason?.ToLowerInvariant() is "error" or "insufficient_system_resource" or "abort" or "aborted" or "cancelled" or "network_error" or "engine_error";

    /// <summary>Some write an empty reason into each piece, so that an answer has not ended by it.</summary>
    private static string? FinishOf(string? reason, bool isPiece)
    {
        string lower = reason?.Trim().ToLowerInvariant() ?? "";
        return lower switch
        {
            "" or "null" => isPiece ? null : "stop",
            "stop" or "length" or "tool_calls" or "function_call" or "content_filter" => lower,
            "max_tokens" or "max_output_tokens" or "model_length" or "model_context_window_exceeded" => "length",
            _ when FilterWords.Any(word => lower.Contains(word, StringComparison.Ordinal)) => "content_filter",
            _ => "stop",
        };
    }

    private static readonly string[] FilterWords = ["content_filter", "safety", "recitation", "prohibited", "blocklist", "spii", "sensitive", "toxic"];

    private static void WriteChoice(Utf8JsonWriter writer, JsonElement choice, string? finish, bool isPiece)
    {
        JsonElement said = Get(choice, isPiece ? "delta" : "message") ?? default;
        (string? text, string thinking) = Content(said);
        writer.WriteStartObject();
        writer.WriteNumber("index", 0);
        writer.WriteStartObject(isPiece ? "delta" : "message");
        if (!isPiece || Text(said, "role") is not null)
        {
            writer.WriteString("role", "assistant");
        }
        if (text is not null || !isPiece)
        {
            writer.WriteString("content", text);
        }
        WriteSome(writer, "refusal", Text(said, "refusal"));
        WriteSome(writer, "reasoning_content", FirstOf(Text(said, "reasoning_content"), Text(said, "reasoning"), Details(said), thinking));
        writer.WriteEndObject();
        writer.WriteString("finish_reason", finish);
        writer.WriteEndObject();
    }

    /// <summary>A text, or a list of parts, some of which may be thoughts (Mistral).</summary>
    private static (string? Text, string Thinking) Content(JsonElement said)
    {
        if (Get(said, "content") is not { ValueKind: JsonValueKind.Array } parts)
        {
            return (Text(said, "content"), "");
        }
        StringBuilder text = new(), thinking = new();
        foreach (JsonElement part in parts.EnumerateArray())
        {
            if (part.ValueKind == JsonValueKind.String)
            {
                text.Append(part.GetString());
            }
            else if (Get(part, "thinking") is { } thoughts)
            {
                thinking.Append(thoughts.ValueKind == JsonValueKind.Array ? string.Concat(thoughts.EnumerateArray().Select(thought => Text(thought, "text"))) : Text(part, "thinking"));
            }
            else
            {
                text.Append(Text(part, "text"));
            }
        }
        return (text.ToString(), thinking.ToString());
    }

    /// <summary>OpenRouter's list of thoughts and summaries of them.</summary>
    private static string Details(JsonElement said) => Get(said, "reasoning_details") is { ValueKind: JsonValueKind.Array } details
        ? string.Concat(details.EnumerateArray().Select(detail => Text(detail, "text") ?? Text(detail, "summary")))
        : "";

    /// <summary>Left out where it does not say both; what one of them is may follow from the sum.</summary>
    private static void WriteUsage(Utf8JsonWriter writer, JsonElement usage)
    {
        (long? input, long? output, long? total) = (Number(usage, "prompt_tokens"), Number(usage, "completion_tokens"), Number(usage, "total_tokens"));
        if ((input ?? total - output) is not { } told || (output ?? total - input) is not { } answered)
        {
            return;
        }
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", told);
        writer.WriteNumber("completion_tokens", answered);
        if (total is { } sum)
        {
            writer.WriteNumber("total_tokens", sum);
        }
        WriteDetail(writer, usage, "prompt_tokens_details", "cached_tokens");
        WriteDetail(writer, usage, "completion_tokens_details", "reasoning_tokens");
        writer.WriteEndObject();
    }

    private static void WriteDetail(Utf8JsonWriter writer, JsonElement usage, string holder, string name)
    {
        if (Get(usage, holder) is { } details && Number(details, name) is { } number)
        {
            writer.WriteStartObject(holder);
            writer.WriteNumber(name, number);
            writer.WriteEndObject();
        }
    }

    private static void WriteSome(Utf8JsonWriter writer, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            writer.WriteString(name, text);
        }
    }

    private static string? FirstOf(params ReadOnlySpan<string?> texts)
    {
        foreach (string? text in texts)
        {
            if (!string.IsNullOrEmpty(text))
            {
                return text;
            }
        }
        return null;
    }

    private static JsonElement? Get(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out JsonElement value) ? value : null;

    private static string? Text(JsonElement holder, string name) => Get(holder, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static int? Number(JsonElement holder, string name) =>
        Get(holder, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int number) ? number : null;
}
