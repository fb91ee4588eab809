using System.Collections.Immutable;

namespace AgentIde.Tasks.Grading;

/// <summary>What a submission must look like: one id column, the target columns, each id once, in any order.</summary>
internal sealed class SubmissionForm(string idColumn, ImmutableArray<string> targets, string[] ids)
{
    private readonly Lazy<Dictionary<string, int>> _rows = new(() =>
    {
        Dictionary<string, int> rows = new(ids.Length, StringComparer.Ordinal);
        for (int row = 0; row < ids.Length; row++)
        {
            rows.Add(ids[row], row);
        }

        return rows;
    });

    public string IdColumn => idColumn;

    public ImmutableArray<string> Targets => targets;

    public IReadOnlyList<string> Ids => ids;

    /// <summary>The row of an id, or -1.</summary>
    /// <param name="likely">Where it stands if the submission keeps the order: spares the look-up.</param>
    public int Find(ReadOnlySpan<char> id, int likely) =>
        likely < ids.Length && id.SequenceEqual(ids[likely]) ? likely
        : _rows.Value.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(id, out int row) ? row
        : -1;
}
