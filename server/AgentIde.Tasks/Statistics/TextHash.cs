namespace AgentIde.Tasks.Statistics;

/// <summary>64-bit FNV-1a over UTF-16 units: the same in every process, which the runtime's own hash is not.</summary>
internal static class TextHash
{
    public const ulong Start = 14695981039346656037;

    private const ulong Prime = 1099511628211;

    public static ulong Of(ReadOnlySpan<char> text) => Add(Start, text);

    /// <summary>Goes on with a text, and an end so that "ab","c" differs from "a","bc".</summary>
    public static ulong Add(ulong hash, ReadOnlySpan<char> text)
    {
        foreach (char unit in text)
        {
            hash = (hash ^ unit) * Prime;
        }

        return (hash ^ 0xFFFF_FFFF) * Prime;
    }
}
