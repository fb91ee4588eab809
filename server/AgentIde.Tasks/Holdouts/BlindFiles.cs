using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Runs;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// Writes one folder that candidates see. Each field keeps the text of its source; ids are fresh, order is the
/// plan's, and a holdout row has the columns of test and nothing else, so it looks as a test row does.
/// </summary>
internal sealed class BlindFiles(TaskFolder task, BlindPlan plan, CsvTable train, CsvTable test, CsvTable sample)
{
    public const string Train = "train.csv";
    public const string Test = "test.csv";
    public const string Sample = "sample_submission.csv";

    /// <param name="open">Opens a file of the folder for writing, by its relative path; it is closed here.</param>
    public void Write(int[] trainOrder, int[] testOrder, Func<string, Stream> open, CancellationToken cancellationToken)
    {
        WriteRows(Train, train.Header, trainOrder, open, cancellationToken);
        WriteRows(Test, test.Header, testOrder, open, cancellationToken);
        WriteSample(testOrder, open, cancellationToken);
        foreach (string side in task.SideFiles)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using FileStream source = File.OpenRead(Path.Combine(task.PublicFolder, side));
            using Stream copy = open(side);
            source.CopyTo(copy);
        }
    }

    private void WriteRows(string file, ImmutableArray<string> header, int[] order, Func<string, Stream> open, CancellationToken cancellationToken)
    {
        int id = header.IndexOf(task.Facts.IdColumn);
        int[] trainColumns = [.. header.Select(train.Require)];
        int[] testColumns = [.. header.Select(column => test.Find(column) ?? -1)];
        using Stream output = open(file);
        using CsvWriter writer = new(output);
        writer.Row(header);
        Span<char> fresh = stackalloc char[16];
        for (int place = 0; place < order.Length; place++)
        {
            if ((place & 0xFFF) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            int row = order[place];
            (CsvTable table, int tableRow, int[] columns) = row < plan.TrainRows ? (train, row, trainColumns) : (test, row - plan.TrainRows, testColumns);
            for (int column = 0; column < header.Length; column++)
            {
                writer.Field(column == id ? FreshId(row, fresh) : table.Field(tableRow, columns[column]));
            }

            writer.EndRow();
        }
    }

    /// <summary>Constants: what the task's own sample says in its first row, under every id of the blind test.</summary>
    private void WriteSample(int[] testOrder, Func<string, Stream> open, CancellationToken cancellationToken)
    {
        int id = sample.Require(task.Facts.IdColumn);
        using Stream output = open(Sample);
        using CsvWriter writer = new(output);
        writer.Row(sample.Header);
        Span<char> fresh = stackalloc char[16];
        foreach (int row in testOrder)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int column = 0; column < sample.Header.Length; column++)
            {
                writer.Field(column == id ? FreshId(row, fresh) : sample.Field(0, column));
            }

            writer.EndRow();
        }
    }

    private ReadOnlySpan<char> FreshId(int row, Span<char> buffer)
    {
        plan.FreshIds[row].TryFormat(buffer, out int length, provider: CultureInfo.InvariantCulture);
        return buffer[..length];
    }
}
