using System.Collections.Frozen;

namespace AgentIde.Tasks;

/// <summary>Texts that mean "no value": those that pandas reads so unless told otherwise.</summary>
internal static class MissingValues
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Texts = FrozenSet.ToFrozenSet(
        ["", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "n/a", "nan", "null"],
        StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Is(ReadOnlySpan<char> text) => text.Length <= 9 && Texts.Contains(text);
}
