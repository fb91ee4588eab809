using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Grading;

namespace AgentIde.Tasks.Holdouts;

/// <summary>Writes a submission on blind files as the task wants it: the rows of test alone, under the task's own ids, in the order of its sample.</summary>
/// <param name="form">Of a submission on blind files with these rows.</param>
internal sealed class RestoredSubmission(TaskFolder task, BlindPlan plan, Func<int[], SubmissionForm> form)
{
    /// <param name="blindSubmission">Of the search or of the refit, which has the test rows alone.</param>
    /// <exception cref="CsvProblemException">It does not fit the blind files.</exception>
    public ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> blindSubmission, CancellationToken cancellationToken)
    {
        int[] rows = CountRows(blindSubmission) == plan.TestRows ? plan.RefitTest : plan.Mixed;
        int width = task.Facts.Targets.Length;
        string[] texts = new string[plan.TestRows * width];
        SubmissionReader.Read(
            blindSubmission,
            form(rows),
            task.Encoding,
            (row, target, _, text) =>
            {
                if (rows[row] - plan.TrainRows is int testRow and >= 0)
                {
                    texts[(testRow * width) + target] = text.ToString();
                }
            },
            cancellationToken);
        return WriteRestored(texts, cancellationToken);
    }

    private int CountRows(ReadOnlyMemory<byte> submission)
    {
        using CsvRecords records = CsvRecords.Open(SubmissionReader.AsStream(submission), CsvLimits.Submission(plan.Mixed.Length, task.Facts.Targets.Length + 1, task.Encoding.IsOfCells));
        while (records.Read())
        {
        }

        return records.Rows;
    }

    private ReadOnlyMemory<byte> WriteRestored(string[] texts, CancellationToken cancellationToken)
    {
        CsvTable sample = task.ReadSample(cancellationToken);
        string[] testIds = TaskTables.Ids(task.ReadTest(cancellationToken), task.Facts.IdColumn);
        Dictionary<string, int> testRows = testIds.Select((id, row) => (id, row)).ToDictionary(pair => pair.id, pair => pair.row, StringComparer.Ordinal);
        string[] sampleIds = TaskTables.Ids(sample, task.Facts.IdColumn);
        int width = task.Facts.Targets.Length;
        using MemoryStream output = new();
        using (CsvWriter writer = new(output))
        {
            writer.Row(sample.Header);
            foreach (string id in sampleIds)
            {
                foreach (string column in sample.Header)
                {
                    writer.Field(column == task.Facts.IdColumn ? id : texts[(testRows[id] * width) + task.Facts.Targets.IndexOf(column)]);
                }

                writer.EndRow();
            }
        }

        return output.ToArray();
    }
}
