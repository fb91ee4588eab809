using System.Text.Json;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>What kind of solution a node is, as its engineer's notes tell.</summary>
internal static class Family
{
    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 8 };

    /// <summary>
    /// The property <c>family</c> of notes that are a JSON object, or the models of the built-in engineer's recipe;
    /// null where they tell neither.
    /// </summary>
    public static string? Of(Node node)
    {
        if (node.Notes is not ['{', ..] notes)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(notes, Shallow);
            return Named(document.RootElement) ?? Built(document.RootElement);
        }
        catch (JsonException)
        {
            // They are the engineer's own, and may have any form.
            return null;
        }
    }

    private static string? Named(JsonElement notes) => Text(notes, "family");

    private static string? Built(JsonElement notes)
    {
        if (!notes.TryGetProperty("parts", out JsonElement parts) || parts.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        string[] models = [.. parts.EnumerateArray().Select(part => part.ValueKind == JsonValueKind.Object ? Text(part, "component") : null).OfType<string>().Where(name => Catalogue.Family(name) is not null).Order(StringComparer.Ordinal)];
        return models.Length == 0 ? null : string.Join('+', models);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
