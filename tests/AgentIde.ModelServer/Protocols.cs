using System.Text.Json.Nodes;

namespace AgentIde.ModelServer;

/// <summary>Puts an answer into the words of the protocol that was asked in.</summary>
public static class Protocols
{
    private static readonly string[] Listed = ["scripted", "scripted-mini", "another-2"];

    public static WireAnswer Answer(ReceivedRequest request, CannedAnswer answer)
    {
        string path = request.Path.Split('?')[0];
        if (answer.Status is < 200 or >= 300)
        {
            return Error(path.EndsWith("/messages", StringComparison.Ordinal), answer);
        }
        return path switch
        {
            "/v1/chat/completions" => ChatWire.Answer(request, answer),
            "/v1/responses" => ResponsesWire.Answer(request, answer),
            "/v1/messages" => MessagesWire.Answer(request, answer),
            _ => Error(isAnthropic: false, new CannedAnswer(Status: 404, Error: $"Nothing is at {path}", Code: "not_found")),
        };
    }

    /// <summary>A list of several models, <c>scripted</c> among them; whichever is asked for by its name is there.</summary>
    public static WireAnswer Models(ReceivedRequest request)
    {
        string last = Uri.UnescapeDataString(request.Path.Split('?')[0].Split('/')[^1]);
        JsonObject found = last == "models"
            ? new() { ["object"] = "list", ["data"] = new JsonArray([.. Listed.Select(Model)]), ["has_more"] = false }
            : Model(last);
        return WireAnswer.Json(found.ToJsonString());
    }

    public static WireAnswer Error(bool isAnthropic, CannedAnswer answer)
    {
        JsonObject body = isAnthropic
            ? new() { ["type"] = "error", ["error"] = new JsonObject { ["type"] = answer.Code, ["message"] = answer.Error }, ["request_id"] = "req_1" }
            : new() { ["error"] = new JsonObject { ["message"] = answer.Error, ["type"] = answer.Code, ["param"] = null, ["code"] = answer.Code } };
        WireAnswer error = WireAnswer.Json(body.ToJsonString(), answer.Status);
        return answer.RetryAfter is { } seconds ? error.With(("Retry-After", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture))) : error;
    }

    private static JsonObject Model(string id) => new() { ["id"] = id, ["object"] = "model", ["type"] = "model", ["display_name"] = id, ["created"] = 1_780_000_000, ["owned_by"] = "script" };

    /// <summary>Pieces of some letters, as models speak; a surrogate pair is never parted.</summary>
    internal static IEnumerable<string> Pieces(string text)
    {
        const int Size = 24;
        for (int start = 0; start < text.Length;)
        {
            int length = Math.Min(Size, text.Length - start);
            if (start + length < text.Length && char.IsHighSurrogate(text[start + length - 1]))
            {
                length++;
            }
            yield return text.Substring(start, length);
            start += length;
        }
    }
}
