using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentIde.ModelServer;

/// <summary>Anthropic's messages: https://platform.claude.com/docs/en/build-with-claude/streaming.</summary>
public static class MessagesWire
{
    public static WireAnswer Answer(ReceivedRequest request, CannedAnswer answer)
    {
        JsonElement asked = request.Json;
        string model = asked.GetProperty("model").GetString() ?? "";
        string? tool = asked.TryGetProperty("tool_choice", out JsonElement choice) && choice.TryGetProperty("name", out JsonElement name) ? name.GetString() : null;
        return request.WantsStream ? WireAnswer.Events(Stream(model, answer, tool)) : WireAnswer.Json(Whole(model, answer, tool).ToJsonString());
    }

    /// <summary>The events of a stream; each is one piece.</summary>
    /// <param name="tool">The tool that the answer's text is the input of; null for plain text.</param>
    public static IEnumerable<string> Stream(string model, CannedAnswer answer, string? tool = null)
    {
        JsonObject start = Message(model, new JsonArray(), null);
        start["usage"] = Usage(answer.Used, output: 1);
        yield return Event(new() { ["type"] = "message_start", ["message"] = start });
        yield return Event(new() { ["type"] = "ping" });
        int index = 0;
        if (answer.Thinking.Length > 0)
        {
            yield return Event(new() { ["type"] = "content_block_start", ["index"] = index, ["content_block"] = new JsonObject { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" } });
            foreach (string piece in Protocols.Pieces(answer.Thinking))
            {
                yield return Delta(index, "thinking_delta", "thinking", piece);
            }
            yield return Delta(index, "signature_delta", "signature", "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds");
            yield return Event(new() { ["type"] = "content_block_stop", ["index"] = index++ });
        }
        yield return Event(new() { ["type"] = "content_block_start", ["index"] = index, ["content_block"] = tool is null ? TextBlock("") : ToolBlock(tool, new JsonObject()) });
        foreach (string piece in Protocols.Pieces(answer.Text))
        {
            yield return tool is null ? Delta(index, "text_delta", "text", piece) : Delta(index, "input_json_delta", "partial_json", piece);
        }
        yield return Event(new() { ["type"] = "content_block_stop", ["index"] = index });
        JsonObject end = new() { ["type"] = "message_delta", ["delta"] = new JsonObject { ["stop_reason"] = Reason(answer.Stop, tool), ["stop_sequence"] = null } };
        if (!answer.WithoutUsage)
        {
            end["usage"] = new JsonObject { ["output_tokens"] = answer.Used.Output };
        }
        yield return Event(end);
        yield return Event(new() { ["type"] = "message_stop" });
    }

    public static string Event(JsonObject piece) => $"event: {piece["type"]}\ndata: {piece.ToJsonString()}\n\n";

    private static string Delta(int index, string type, string field, string value) =>
        Event(new() { ["type"] = "content_block_delta", ["index"] = index, ["delta"] = new JsonObject { ["type"] = type, [field] = value } });

    private static JsonObject Whole(string model, CannedAnswer answer, string? tool)
    {
        JsonArray content = [];
        if (answer.Thinking.Length > 0)
        {
            content.Add((JsonNode)new JsonObject { ["type"] = "thinking", ["thinking"] = answer.Thinking, ["signature"] = "EqQB" });
        }
        content.Add((JsonNode)(tool is null ? TextBlock(answer.Text) : ToolBlock(tool, JsonNode.Parse(answer.Text)?.AsObject() ?? [])));
        JsonObject message = Message(model, content, Reason(answer.Stop, tool));
        if (!answer.WithoutUsage)
        {
            message["usage"] = Usage(answer.Used, answer.Used.Output);
        }
        return message;
    }

    private static JsonObject TextBlock(string text) => new() { ["type"] = "text", ["text"] = text };

    private static JsonObject ToolBlock(string tool, JsonObject input) => new() { ["type"] = "tool_use", ["id"] = "toolu_1", ["name"] = tool, ["input"] = input };

    private static JsonObject Message(string model, JsonArray content, string? reason) => new()
    {
        ["id"] = "msg_1",
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = model,
        ["content"] = content,
        ["stop_reason"] = reason,
        ["stop_sequence"] = null,
    };

    private static string Reason(string stop, string? tool) => stop switch
    {
        "length" => "max_tokens",
        "refusal" => "refusal",
        _ => tool is null ? "end_turn" : "tool_use",
    };

    /// <summary>What came from the cache is not part of <c>input_tokens</c> here.</summary>
    private static JsonObject Usage(CannedUsage usage, long output) => new()
    {
        ["input_tokens"] = usage.Input - usage.CachedInput,
        ["cache_creation_input_tokens"] = 0,
        ["cache_read_input_tokens"] = usage.CachedInput,
        ["output_tokens"] = output,
        ["service_tier"] = "standard",
    };
}
