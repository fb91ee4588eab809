using System.Collections.Frozen;
using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Conditions;

/// <summary>The one table of all names that conditions know: parser, help and the page on conditions are made from it.</summary>
public static class ConditionNames
{
    /// <summary>Before a name of a node: <c>parent.score</c>, <c>best.score</c>.</summary>
    public static ImmutableArray<string> Relatives { get; } = ["parent", "best"];

    public static ImmutableArray<ConditionName> All { get; } = [.. NodeNames.All, .. ResultNames.All, .. RunNames.All];

    private static readonly FrozenDictionary<string, ConditionName> ByName = All
        .SelectMany(name => new[] { name.Name, name.FullName }.Distinct(StringComparer.OrdinalIgnoreCase), (name, written) => (name, written))
        .ToFrozenDictionary(entry => entry.written, entry => entry.name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The name written so, in short or in full, in any letter case; null where there is none.</summary>
    public static ConditionName? Find(string written) => ByName.GetValueOrDefault(written);

    /// <summary>The known name that was probably meant; null where none is near.</summary>
    internal static string? NearestTo(string written) => Nearest.To(written, ByName.Keys);
}
