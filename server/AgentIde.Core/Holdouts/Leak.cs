using System.Text.Json.Serialization;

namespace AgentIde.Core.Holdouts;

/// <summary>Something in a task's public files that gives its answers away without any learning.</summary>
/// <param name="Column">Null where it is in no column, such as the order of the rows.</param>
/// <param name="Shift">Of a shifted column: how many rows further on, in the order of time, the answer stands; negative for before.</param>
/// <param name="Strength">How well it tells the target: a correlation without its sign, or the share of variance or of right classes that it explains; 0 to 1.</param>
/// <param name="Text">For people, one line.</param>
public sealed record Leak(LeakKind Kind, string? Column, int Shift, double Strength, string Text);

[JsonConverter(typeof(JsonStringEnumConverter<LeakKind>))]
public enum LeakKind
{
    /// <summary>A column says the target, or nearly.</summary>
    [JsonStringEnumMemberName("column")]
    Column,

    /// <summary>A column says the target of another row in the order of time.</summary>
    [JsonStringEnumMemberName("shifted")]
    Shifted,

    /// <summary>The id tells the target.</summary>
    [JsonStringEnumMemberName("id")]
    Id,

    /// <summary>The order of the rows tells the target.</summary>
    [JsonStringEnumMemberName("position")]
    Position,

    /// <summary>The size of a row's own file tells the target.</summary>
    [JsonStringEnumMemberName("file-size")]
    FileSize,
}
