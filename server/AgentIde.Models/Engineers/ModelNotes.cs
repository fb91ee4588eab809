using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentIde.Models.Engineers;

/// <summary>What a model's node remembers of its making.</summary>
/// <param name="Prompt">Name and edition of the template.</param>
/// <param name="Version">Of the wording, short.</param>
public sealed record ModelNotes(string Model, string Prompt, string Version)
{
    public string ToJson() => JsonSerializer.Serialize(this, ModelNotesJson.Default.ModelNotes);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelNotes))]
internal sealed partial class ModelNotesJson : JsonSerializerContext;
