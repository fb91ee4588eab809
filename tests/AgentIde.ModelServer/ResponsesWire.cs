using System.Text.Json.Nodes;

namespace AgentIde.ModelServer;

/// <summary>OpenAI's responses: https://platform.openai.com/docs/api-reference/responses-streaming.</summary>
public static class ResponsesWire
{
    private const string ReasoningId = "rs_1";
    private const string MessageId = "msg_1";

    public static WireAnswer Answer(ReceivedRequest request, CannedAnswer answer)
    {
        string model = request.Json.GetProperty("model").GetString() ?? "";
        return request.WantsStream
            ? WireAnswer.Events(Stream(model, answer))
            : WireAnswer.Json(Response(model, answer, isDone: true).ToJsonString());
    }

    /// <summary>The events of a stream; each is one piece.</summary>
    public static IEnumerable<string> Stream(string model, CannedAnswer answer)
    {
        int number = 0;
        foreach (JsonObject piece in Events(model, answer))
        {
            piece["sequence_number"] = number++;
            yield return Event(piece);
        }
    }

    public static string Event(JsonObject piece) => $"event: {piece["type"]}\ndata: {piece.ToJsonString()}\n\n";

    public static JsonObject Response(string model, CannedAnswer answer, bool isDone)
    {
        bool isCut = answer.Stop == "length";
        JsonObject response = new()
        {
            ["id"] = "resp_1",
            ["object"] = "response",
            ["created_at"] = 1_780_000_000,
            ["status"] = !isDone ? "in_progress" : isCut ? "incomplete" : "completed",
            ["background"] = false,
            ["error"] = null,
            ["incomplete_details"] = isDone && isCut ? new JsonObject { ["reason"] = "max_output_tokens" } : null,
            ["instructions"] = null,
            ["max_output_tokens"] = null,
            ["model"] = model,
            ["output"] = isDone ? Output(answer) : new JsonArray(),
            ["parallel_tool_calls"] = true,
            ["previous_response_id"] = null,
            ["store"] = false,
            ["temperature"] = 1,
            ["tool_choice"] = "auto",
            ["tools"] = new JsonArray(),
            ["top_p"] = 1,
            ["truncation"] = "disabled",
            ["usage"] = isDone && !answer.WithoutUsage ? Usage(answer.Used) : null,
            ["metadata"] = new JsonObject(),
        };
        return response;
    }

    private static IEnumerable<JsonObject> Events(string model, CannedAnswer answer)
    {
        yield return new() { ["type"] = "response.created", ["response"] = Response(model, answer, isDone: false) };
        yield return new() { ["type"] = "response.in_progress", ["response"] = Response(model, answer, isDone: false) };
        int output = 0;
        if (answer.Thinking.Length > 0)
        {
            yield return Added(output, new() { ["id"] = ReasoningId, ["type"] = "reasoning", ["summary"] = new JsonArray() });
            yield return Summary("response.reasoning_summary_part.added", output, "part", Part("summary_text", ""));
            foreach (string piece in Protocols.Pieces(answer.Thinking))
            {
                yield return Summary("response.reasoning_summary_text.delta", output, "delta", piece);
            }
            yield return Summary("response.reasoning_summary_text.done", output, "text", answer.Thinking);
            yield return Summary("response.reasoning_summary_part.done", output, "part", Part("summary_text", answer.Thinking));
            yield return Done(output++, Reasoning(answer));
        }
        string kind = answer.Stop == "refusal" ? "refusal" : "output_text";
        yield return Added(output, new() { ["id"] = MessageId, ["type"] = "message", ["status"] = "in_progress", ["role"] = "assistant", ["content"] = new JsonArray() });
        yield return Content("response.content_part.added", output, "part", Part(kind, ""));
        foreach (string piece in Protocols.Pieces(answer.Text))
        {
            yield return Content($"response.{kind}.delta", output, "delta", piece);
        }
        yield return Content($"response.{kind}.done", output, kind == "refusal" ? "refusal" : "text", answer.Text);
        yield return Content("response.content_part.done", output, "part", Part(kind, answer.Text));
        yield return Done(output, Message(answer));
        yield return new() { ["type"] = answer.Stop == "length" ? "response.incomplete" : "response.completed", ["response"] = Response(model, answer, isDone: true) };
    }

    private static JsonArray Output(CannedAnswer answer) => answer.Thinking.Length > 0 ? [Reasoning(answer), Message(answer)] : [Message(answer)];

    private static JsonObject Reasoning(CannedAnswer answer) =>
        new() { ["id"] = ReasoningId, ["type"] = "reasoning", ["summary"] = new JsonArray(Part("summary_text", answer.Thinking)) };

    private static JsonObject Message(CannedAnswer answer) => new()
    {
        ["id"] = MessageId,
        ["type"] = "message",
        ["status"] = answer.Stop == "length" ? "incomplete" : "completed",
        ["role"] = "assistant",
        ["content"] = new JsonArray(Part(answer.Stop == "refusal" ? "refusal" : "output_text", answer.Text)),
    };

    private static JsonObject Part(string type, string text) => type switch
    {
        "refusal" => new() { ["type"] = type, ["refusal"] = text },
        "output_text" => new() { ["type"] = type, ["text"] = text, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray() },
        _ => new() { ["type"] = type, ["text"] = text },
    };

    private static JsonObject Added(int output, JsonObject item) => new() { ["type"] = "response.output_item.added", ["output_index"] = output, ["item"] = item };

    private static JsonObject Done(int output, JsonObject item) => new() { ["type"] = "response.output_item.done", ["output_index"] = output, ["item"] = item };

    private static JsonObject Summary(string type, int output, string name, JsonNode value) =>
        new() { ["type"] = type, ["item_id"] = ReasoningId, ["output_index"] = output, ["summary_index"] = 0, [name] = value };

    private static JsonObject Content(string type, int output, string name, JsonNode value) =>
        new() { ["type"] = type, ["item_id"] = MessageId, ["output_index"] = output, ["content_index"] = 0, [name] = value };

    private static JsonObject Usage(CannedUsage usage) => new()
    {
        ["input_tokens"] = usage.Input,
        ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.CachedInput },
        ["output_tokens"] = usage.Output,
        ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = usage.Reasoning },
        ["total_tokens"] = usage.Input + usage.Output,
    };
}
