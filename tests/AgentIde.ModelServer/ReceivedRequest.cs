using System.Collections.Immutable;
using System.Text.Json;

namespace AgentIde.ModelServer;

/// <summary>A request as it came over the wire.</summary>
/// <param name="Path">With the query.</param>
/// <param name="Headers">By their names in lower case.</param>
public sealed record ReceivedRequest(string Method, string Path, ImmutableDictionary<string, string> Headers, string Body)
{
    /// <summary>The body, which must be JSON.</summary>
    public JsonElement Json
    {
        get
        {
            using JsonDocument document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
    }

    public bool WantsStream => Body.Length > 0 && Json.TryGetProperty("stream", out JsonElement stream) && stream.ValueKind == JsonValueKind.True;
}
