using System.Collections.Immutable;

namespace AgentIde.Models.Answers;

/// <summary>A value as models write them: JSON, or Python's way to print the same.</summary>
/// <param name="Text">A text as it is; a number, <c>true</c> or <c>false</c> as written; null for nothing, an object or an array.</param>
internal sealed record LooseValue(string? Text, ImmutableArray<LooseValue> Items, ImmutableDictionary<string, LooseValue> Fields)
{
    public static LooseValue Nothing { get; } = new(null, [], ImmutableDictionary<string, LooseValue>.Empty);

    public static LooseValue Of(string text) => Nothing with { Text = text };

    /// <summary>The text of a field; null where there is none.</summary>
    public string? this[string field] => Fields.TryGetValue(field, out LooseValue? value) ? value.Text : null;
}
