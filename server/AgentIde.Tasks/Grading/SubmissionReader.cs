using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AgentIde.Tasks.Csv;

namespace AgentIde.Tasks.Grading;

/// <summary>Gets each prediction of a sound submission: its row and target by the form, its value and its text.</summary>
internal delegate void PredictionSink(int row, int target, double value, ReadOnlySpan<char> text);

/// <summary>
/// Reads the bytes of a submission, which are hostile: bounded in size, rows, columns and field length, and whatever
/// is wrong is a <see cref="CsvProblemException"/> that names line and column.
/// </summary>
internal static class SubmissionReader
{
    public static void Read(ReadOnlyMemory<byte> submission, SubmissionForm form, LabelEncoding encoding, PredictionSink sink, CancellationToken cancellationToken)
    {
        using CsvRecords records = CsvRecords.Open(AsStream(submission), CsvLimits.Submission(form.Ids.Count, form.Targets.Length + 1, encoding.IsOfCells));
        int idColumn = Column(records, form.IdColumn);
        int[] targetColumns = [.. form.Targets.Select(target => Column(records, target))];
        RefuseOthers(records, form);
        bool[] seen = new bool[form.Ids.Count];
        int next = 0;
        while (records.Read())
        {
            if ((records.Rows & 0xFFFF) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            int row = form.Find(records[idColumn], next);
            if (row < 0)
            {
                throw CsvProblemException.At(records.Line, $"unknown {Shown.Text(form.IdColumn)} '{Shown.Text(records[idColumn])}'");
            }

            if (seen[row])
            {
                throw CsvProblemException.At(records.Line, $"the {Shown.Text(form.IdColumn)} '{Shown.Text(records[idColumn])}' stands twice");
            }

            seen[row] = true;
            next = row + 1;
            for (int target = 0; target < targetColumns.Length; target++)
            {
                ReadOnlySpan<char> text = records[targetColumns[target]];
                if (encoding.ReadPrediction(text, out double value) is { } problem)
                {
                    throw CsvProblemException.At(records.Line, $"{Shown.Text(form.Targets[target])} {problem}");
                }

                sink(row, target, value, text);
            }
        }

        if (records.Rows < seen.Length)
        {
            string missing = form.Ids[Array.IndexOf(seen, false)];
            throw new CsvProblemException($"{records.Rows:N0} of {seen.Length:N0} rows; the first that is missing has the {Shown.Text(form.IdColumn)} '{Shown.Text(missing)}'");
        }
    }

    public static MemoryStream AsStream(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);

    private static int Column(CsvRecords records, string name) =>
        records.Header.IndexOf(name) is int column and >= 0
            ? column
            : throw CsvProblemException.At(records.Line, $"no column '{Shown.Text(name)}'{Nearest.Hint(name, records.Header)}");

    private static void RefuseOthers(CsvRecords records, SubmissionForm form)
    {
        if (records.Header.FirstOrDefault(column => column != form.IdColumn && !form.Targets.Contains(column)) is { } extra)
        {
            ImmutableArray<string> wanted = [form.IdColumn, .. form.Targets];
            throw CsvProblemException.At(records.Line, $"unknown column '{Shown.Text(extra)}'; the columns are {Shown.Text(string.Join(", ", wanted))}");
        }
    }
}
