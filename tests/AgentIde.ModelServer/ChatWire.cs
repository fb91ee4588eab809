using System.Text.Json.Nodes;

namespace AgentIde.ModelServer;

/// <summary>OpenAI's chat completions: https://platform.openai.com/docs/api-reference/chat.</summary>
public static class ChatWire
{
    public static WireAnswer Answer(ReceivedRequest request, CannedAnswer answer)
    {
        string model = request.Json.GetProperty("model").GetString() ?? "";
        if (!request.WantsStream)
        {
            return WireAnswer.Json(Whole(model, answer).ToJsonString());
        }
        bool usage = !answer.WithoutUsage && request.Json.TryGetProperty("stream_options", out System.Text.Json.JsonElement options)
            && options.TryGetProperty("include_usage", out System.Text.Json.JsonElement included) && included.GetBoolean();
        return WireAnswer.Events(Stream(model, answer, usage));
    }

    /// <summary>The events of a stream; each is one piece, the last is <c>[DONE]</c>.</summary>
    public static IEnumerable<string> Stream(string model, CannedAnswer answer, bool usage, string reasoningField = "reasoning_content")
    {
        yield return Event(Chunk(model, new JsonObject { ["role"] = "assistant", ["content"] = "" }, null));
        foreach (string piece in Protocols.Pieces(answer.Thinking))
        {
            yield return Event(Chunk(model, new JsonObject { [reasoningField] = piece }, null));
        }
        foreach (string piece in Protocols.Pieces(answer.Text))
        {
            yield return Event(Chunk(model, new JsonObject { [answer.Stop == "refusal" ? "refusal" : "content"] = piece }, null));
        }
        yield return Event(Chunk(model, [], answer.Stop == "refusal" ? "stop" : answer.Stop));
        if (usage)
        {
            JsonObject last = Chunk(model, [], null);
            last["choices"] = new JsonArray();
            last["usage"] = Usage(answer.Used);
            yield return Event(last);
        }
        yield return "data: [DONE]\n\n";
    }

    public static string Event(JsonObject chunk) => $"data: {chunk.ToJsonString()}\n\n";

    public static JsonObject Chunk(string model, JsonObject delta, string? finish) => new()
    {
        ["id"] = "chatcmpl-1",
        ["object"] = "chat.completion.chunk",
        ["created"] = 1_780_000_000,
        ["model"] = model,
        ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = finish }),
        ["usage"] = null,
    };

    private static JsonObject Whole(string model, CannedAnswer answer)
    {
        JsonObject message = new() { ["role"] = "assistant", ["content"] = answer.Stop == "refusal" ? null : answer.Text, ["refusal"] = answer.Stop == "refusal" ? answer.Text : null };
        if (answer.Thinking.Length > 0)
        {
            message["reasoning_content"] = answer.Thinking;
        }
        JsonObject whole = new()
        {
            ["id"] = "chatcmpl-1",
            ["object"] = "chat.completion",
            ["created"] = 1_780_000_000,
            ["model"] = model,
            ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["logprobs"] = null, ["finish_reason"] = answer.Stop == "refusal" ? "stop" : answer.Stop }),
        };
        if (!answer.WithoutUsage)
        {
            whole["usage"] = Usage(answer.Used);
        }
        return whole;
    }

    private static JsonObject Usage(CannedUsage usage) => new()
    {
        ["prompt_tokens"] = usage.Input,
        ["completion_tokens"] = usage.Output,
        ["total_tokens"] = usage.Input + usage.Output,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.CachedInput, ["audio_tokens"] = 0 },
        ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = usage.Reasoning, ["audio_tokens"] = 0, ["accepted_prediction_tokens"] = 0, ["rejected_prediction_tokens"] = 0 },
    };
}
