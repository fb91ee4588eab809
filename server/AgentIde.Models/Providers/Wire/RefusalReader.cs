using System.Text.Json;

namespace AgentIde.Models.Providers.Wire;

/// <summary>
/// Reads the body of a refusal, in the forms that are in use: <c>{"error":{"message","type","code","param"}}</c> of OpenAI
/// and Anthropic, <c>{"error":"text"}</c> of Ollama, <c>{"message"}</c> and <c>{"detail"}</c> of vLLM, plain text.
/// </summary>
internal static class RefusalReader
{
    public static Refusal Read(int status, string body, TimeSpan? retryAfter)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
            {
                root = root[0];
            }
            (string code, string message) = Of(root);
            return new Refusal(status, code, message, body, retryAfter);
        }
        catch (JsonException)
        {
            string text = body.TrimStart().StartsWith('<') ? "" : body;
            return new Refusal(status, "", text, body, retryAfter);
        }
    }

    public static (string Code, string Message) Of(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.String)
        {
            return ("", root.GetString() ?? "");
        }
        if (root.ValueKind != JsonValueKind.Object)
        {
            return ("", "");
        }
        if (root.TryGetProperty("error", out JsonElement error) && error.ValueKind is JsonValueKind.Object or JsonValueKind.String)
        {
            return Of(error);
        }
        string code = Text(root, "code") is { Length: > 0 } given ? given : Text(root, "type");
        string message = Text(root, "message") is { Length: > 0 } words ? words : root.TryGetProperty("detail", out JsonElement detail) ? detail.ToString() : "";
        return (code, message);
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : "";
}
