using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>What the engineer keeps with a node: how the program came about, so that a child can change one thing of it.</summary>
/// <param name="Kind">The kind of the move that led here; <c>draft</c> and <c>mend</c> for the two others.</param>
/// <param name="Seconds">The CPU seconds it was expected to cost on the machine that the estimates were made on.</param>
/// <param name="Hints">How many of the run's hints were answered once this node was proposed; null where it answered none of them.</param>
internal sealed record Notes(string Kind, string Name, double Seconds, ImmutableArray<Part> Parts, int? Hints = null)
{
    [JsonIgnore]
    public Recipe Recipe => new(Parts);

    public string ToJson() => JsonSerializer.Serialize(this, NotesJsonContext.Default.Notes);

    /// <summary>Null where the node was written by somebody else, or its notes say nothing this version can use.</summary>
    public static Notes? Of(Runs.Node node)
    {
        if (node.Notes is not { } json)
        {
            return null;
        }

        try
        {
            Notes? notes = JsonSerializer.Deserialize(json, NotesJsonContext.Default.Notes);
            return notes is { Parts.IsDefaultOrEmpty: false } && notes.Recipe.Models.Any() && notes.Parts.All(part => Catalogue.Knows(part.Component))
                ? notes
                : null;
        }
        catch (JsonException)
        {
            // Another engineer's notes have another form; to this one they say nothing.
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, MaxDepth = 8, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Notes))]
internal sealed partial class NotesJsonContext : JsonSerializerContext;
