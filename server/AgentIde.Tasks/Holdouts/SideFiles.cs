using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// The other public files: those of rows go with their rows, tables with ids are written anew, and what knows no row goes along as it is.
/// </summary>
internal sealed class SideFiles
{
    private readonly TaskFolder _task;
    private readonly RowFiles _files;
    private readonly RowTables _tables;

    private SideFiles(TaskFolder task, RowFiles files, RowTables tables)
    {
        _task = task;
        _files = files;
        _tables = tables;
    }

    /// <exception cref="TaskProblemException">One of them would tell the holdout from test, say the answers, or overwrite a file of the split.</exception>
    public static SideFiles Of(TaskFolder task, CsvTable train, CsvTable test, CancellationToken cancellationToken)
    {
        ImmutableArray<string> reserved = [BlindFiles.Train, BlindFiles.Test, BlindFiles.Sample];
        if (task.SideFiles.FirstOrDefault(file => reserved.Contains(file, StringComparer.OrdinalIgnoreCase)) is { } taken)
        {
            throw new TaskProblemException($"public/{Shown.Text(taken)} would overwrite a file of the split; rename it");
        }

        RowFiles files = RowFiles.Of(task, train, test);
        return new SideFiles(task, files, RowTables.Of(task, files.Others, train, test, cancellationToken));
    }

    /// <param name="trainRows">How many rows the task's own train has: rows from there on are of test.</param>
    /// <param name="order">The fresh ids as they sort, for each row.</param>
    /// <param name="open">Opens a file of the folder for writing, by its relative path; it is closed here.</param>
    public void Write(int[] trainOrder, int[] testOrder, int trainRows, int[] order, Func<int, string> freshId, Func<string, Stream> open, CancellationToken cancellationToken)
    {
        foreach (string file in _files.Others)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_tables.Has(file))
            {
                // What is about rows of train alone is about none of the holdout.
                IEnumerable<int> rows = _tables.IsOfTrainAlone(file, trainRows) ? trainOrder : trainOrder.Concat(testOrder);
                using Stream table = open(file);
                _tables.Write(file, rows, freshId, order, table);
            }
            else
            {
                Copy(file, file, open);
            }
        }

        foreach (int row in trainOrder)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach ((string source, string path) in _files.InTrain(row, freshId(row)))
            {
                Copy(source, path, open);
            }
        }

        foreach (int row in testOrder)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach ((string source, string path) in _files.InTest(row, row >= trainRows, freshId(row)))
            {
                Copy(source, path, open);
            }
        }
    }

    private void Copy(string source, string path, Func<string, Stream> open)
    {
        using FileStream from = File.OpenRead(Path.Combine(_task.PublicFolder, source));
        using Stream copy = open(path);
        from.CopyTo(copy);
    }
}
