using System.Collections.Frozen;

namespace AgentIde.Tasks;

/// <summary>Texts that mean "no value": those that pandas reads so unless told otherwise.</summary>
internal static class MissingValues
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Texts = FrozenSet.ToFrozenSet(
        ["", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "n/a", "nan", "null"],
        StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Is(ReadOnlySpan<char> text) => text.IsEmpty || (MayBe(text) && Texts.Contains(text));

    /// <summary>Nearly every field is ruled out by its length and its first letters, which spares the hash.</summary>
    private static bool MayBe(ReadOnlySpan<char> text) => text.Length is >= 2 and <= 9 && text[0] switch
    {
        '#' or '<' or 'N' or 'n' => true,
        '1' => text[1] == '.' && text.Contains('#'),
        '-' => text[1] is 'N' or 'n' || text.Contains('#'),
        _ => false,
    };
}
