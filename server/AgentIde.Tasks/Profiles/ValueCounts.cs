using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AgentIde.Core.Engineering;
using AgentIde.Tasks.Csv;

namespace AgentIde.Tasks.Profiles;

/// <summary>How often each value of a column occurs; missing values are counted apart.</summary>
internal sealed class ValueCounts
{
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public int Missing { get; private set; }

    /// <summary>False where there are more values than were to be counted; the others are left out.</summary>
    public bool Complete { get; private set; } = true;

    public int Distinct => _counts.Count;

    public IEnumerable<string> Values => _counts.Keys;

    public static ValueCounts Of(CsvTable table, int column, int mostValues)
    {
        ValueCounts counts = new();
        var lookup = counts._counts.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int row = 0; row < table.Rows; row++)
        {
            ReadOnlySpan<char> text = table.Field(row, column);
            if (MissingValues.Is(text))
            {
                counts.Missing++;
            }
            else if (counts._counts.Count < mostValues || lookup.ContainsKey(text))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, text, out _)++;
            }
            else
            {
                counts.Complete = false;
            }
        }

        return counts;
    }

    public bool Contains(ReadOnlySpan<char> text) => _counts.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(text);

    /// <summary>Most frequent first, those of the same count by their text.</summary>
    public ImmutableArray<ValueCount> MostFrequent(int count) =>
    [
        .. _counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(count)
            .Select(pair => new ValueCount(pair.Key, pair.Value)),
    ];
}
