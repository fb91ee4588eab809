using System.Collections.Immutable;
using AgentIde.Tasks.Csv;

namespace AgentIde.Tasks.Grading;

/// <summary>Answers as a metric of whole tables takes them, under the task's own ids.</summary>
/// <param name="Columns">Their names, the id first.</param>
/// <param name="Rows">Their cells.</param>
internal sealed record TableAnswers(ImmutableArray<string> Columns, ImmutableArray<string>[] Rows)
{
    /// <param name="columns">The id first.</param>
    /// <exception cref="Core.Holdouts.TaskProblemException">The table lacks one of the columns.</exception>
    public static TableAnswers Of(CsvTable table, ImmutableArray<string> columns, IEnumerable<int> rows)
    {
        int[] places = [.. columns.Select(table.Require)];
        return new TableAnswers(columns, [.. rows.Select(row => places.Select(column => table.Field(row, column).ToString()).ToImmutableArray())]);
    }
}
