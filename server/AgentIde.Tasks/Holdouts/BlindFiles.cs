using System.Collections.Immutable;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// Writes one folder that candidates see. Each field keeps the text of its source; ids are fresh, order is the
/// plan's, and a holdout row has the columns of test and nothing else, so it looks as a test row does.
/// </summary>
internal sealed class BlindFiles(TaskFolder task, BlindPlan plan, CsvTable train, CsvTable test, CsvTable sample, RowFiles rowFiles)
{
    public const string Train = "train.csv";
    public const string Test = "test.csv";
    public const string Sample = "sample_submission.csv";

    private readonly FreshIds _freshIds = FreshIds.Of(task, train, test);

    /// <param name="open">Opens a file of the folder for writing, by its relative path; it is closed here.</param>
    public void Write(int[] trainOrder, int[] testOrder, Func<string, Stream> open, CancellationToken cancellationToken)
    {
        WriteRows(Train, train.Header, trainOrder, open, cancellationToken);
        WriteRows(Test, test.Header, testOrder, open, cancellationToken);
        WriteSample(testOrder, open, cancellationToken);
        foreach (string file in rowFiles.Others)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Copy(file, file, open);
        }

        WriteRowFiles(trainOrder, row => rowFiles.InTrain(row, FreshId(row)), open, cancellationToken);
        WriteRowFiles(testOrder, row => rowFiles.InTest(row, FreshId(row)), open, cancellationToken);
    }

    private void WriteRowFiles(int[] order, Func<int, IEnumerable<(string Source, string Path)>> files, Func<string, Stream> open, CancellationToken cancellationToken)
    {
        foreach (int row in order)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach ((string source, string path) in files(row))
            {
                Copy(source, path, open);
            }
        }
    }

    private void Copy(string source, string path, Func<string, Stream> open)
    {
        using FileStream from = File.OpenRead(Path.Combine(task.PublicFolder, source));
        using Stream copy = open(path);
        from.CopyTo(copy);
    }

    private void WriteRows(string file, ImmutableArray<string> header, int[] order, Func<string, Stream> open, CancellationToken cancellationToken)
    {
        int id = header.IndexOf(task.Facts.IdColumn);
        int[] trainColumns = [.. header.Select(train.Require)];
        int[] testColumns = [.. header.Select(column => test.Find(column) ?? -1)];
        using Stream output = open(file);
        using CsvWriter writer = new(output);
        writer.Row(header);
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
                writer.Field(column == id ? FreshId(row) : table.Field(tableRow, columns[column]));
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
        foreach (int row in testOrder)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int column = 0; column < sample.Header.Length; column++)
            {
                writer.Field(column == id ? FreshId(row) : sample.Field(0, column));
            }

            writer.EndRow();
        }
    }

    private string FreshId(int row) => _freshIds[plan.FreshIds[row]];
}
