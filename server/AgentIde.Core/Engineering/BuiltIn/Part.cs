using System.Collections.Immutable;
using System.Globalization;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>One component as a recipe uses it: its name and the parameters it was given.</summary>
internal sealed record Part(string Component, ImmutableSortedDictionary<string, string> With)
{
    public static Part Of(string component) => new(component, ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    public Part Set(string name, string value) => this with { With = With.SetItem(name, value) };

    public Part Set(string name, double value) => Set(name, value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Notes come back from a store that anybody may have written: what is no finite number is the default.</summary>
    public double Number(string name, double otherwise) =>
        With.TryGetValue(name, out string? text)
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
        && double.IsFinite(value)
            ? value
            : otherwise;

    public int Whole(string name, int otherwise) => (int)Math.Clamp(Math.Round(Number(name, otherwise)), int.MinValue / 2, int.MaxValue / 2);
}
