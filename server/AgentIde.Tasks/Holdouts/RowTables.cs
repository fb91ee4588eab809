using System.Collections.Immutable;
using System.IO.Compression;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// Public tables beside train and test that have the ids of rows in a column, such as one with what a picture's camera wrote. They are
/// written anew for each folder: the rows of its rows alone, under their fresh ids and in the order of these. A table of train's rows
/// alone says nothing of the holdout's.
/// </summary>
internal sealed class RowTables
{
    /// <summary>By how much the share of rows that a table knows may differ between train and test.</summary>
    private const double LargestDifference = 0.1;

    private const string Zipped = ".gz";

    private readonly Dictionary<string, RowTable> _tables = new(StringComparer.Ordinal);
    private readonly string _idColumn;

    private RowTables(string idColumn) => _idColumn = idColumn;

    /// <param name="files">Side files that are none of rows themselves.</param>
    /// <exception cref="TaskProblemException">A table would tell the holdout from test, or says the answers.</exception>
    public static RowTables Of(TaskFolder task, ImmutableArray<string> files, CsvTable train, CsvTable test, CancellationToken cancellationToken)
    {
        RowTables tables = new(task.Facts.IdColumn);
        Dictionary<string, int>? rows = null;
        foreach (string file in files.Where(IsTable))
        {
            string path = Path.Combine(task.PublicFolder, file), name = $"{TaskFiles.PublicFolder}/{file}";
            ImmutableArray<string> header = Header(path, name);
            bool hasIds = header.Contains(task.Facts.IdColumn), hasLabel = header.Contains(task.Facts.Label);
            if (hasIds)
            {
                rows ??= TaskTables.Ids(train, task.Facts.IdColumn).Concat(TaskTables.Ids(test, task.Facts.IdColumn)).Select((id, row) => (id, row)).ToDictionary(pair => pair.id, pair => pair.row, StringComparer.Ordinal);
                RowTable table = RowTable.Of(CsvTable.Read(path, name, cancellationToken), task.Facts.IdColumn, rows);
                double ofTrain = (double)table.Known.Count(row => row < train.Rows) / train.Rows, ofTest = (double)table.Known.Count(row => row >= train.Rows) / test.Rows;
                if (ofTest > 0 && Math.Abs(ofTrain - ofTest) > LargestDifference)
                {
                    throw new TaskProblemException(
                        FormattableString.Invariant($"{Shown.Text(name)} knows {100 * ofTrain:0} % of train's rows and {100 * ofTest:0} % of test's, so a holdout could be told from test by it; join it into train.csv and test.csv, or take it out of public/"));
                }

                if (ofTest > 0 && hasLabel)
                {
                    throw new TaskProblemException($"{Shown.Text(name)} has the label '{Shown.Text(task.Facts.Label)}' of rows of test; take the column out");
                }

                if (ofTrain > 0)
                {
                    tables._tables.Add(file, table);
                }
            }
            else if (hasLabel)
            {
                throw new TaskProblemException(
                    $"{Shown.Text(name)} has the column '{Shown.Text(task.Facts.Label)}' and not the rows' ids, so nobody knows whose labels these are; add '{Shown.Text(task.Facts.IdColumn)}', or take it out of public/");
            }
        }

        return tables;
    }

    public bool Has(string file) => _tables.ContainsKey(file);

    /// <param name="trainRows">How many rows the task's own train has.</param>
    public bool IsOfTrainAlone(string file, int trainRows) => _tables[file].Known.All(row => row < trainRows);

    /// <param name="freshIds">The fresh id of each row, of train's first, as it is written.</param>
    /// <param name="order">The fresh ids as they sort.</param>
    /// <param name="rows">Those that are to be in it.</param>
    public void Write(string file, IEnumerable<int> rows, Func<int, string> freshIds, int[] order, Stream output)
    {
        RowTable table = _tables[file];
        using GZipStream? packed = file.EndsWith(Zipped, StringComparison.OrdinalIgnoreCase) ? new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true) : null;
        using CsvWriter writer = new(packed ?? output);
        writer.Row(table.Table.Header);
        int id = table.Table.Require(_idColumn);
        foreach (int row in rows.Where(table.Known.Contains).OrderBy(row => order[row]))
        {
            foreach (int line in table.Lines[row])
            {
                for (int column = 0; column < table.Table.Header.Length; column++)
                {
                    writer.Field(column == id ? freshIds(row) : table.Table.Field(line, column));
                }

                writer.EndRow();
            }
        }
    }

    private static bool IsTable(string file) => file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".csv" + Zipped, StringComparison.OrdinalIgnoreCase);

    private static ImmutableArray<string> Header(string path, string name)
    {
        try
        {
            using CsvRecords records = CsvRecords.Open(File.OpenRead(path), CsvLimits.Task);
            return records.Header;
        }
        catch (CsvProblemException problem)
        {
            throw problem.In(Shown.Text(name));
        }
    }

    /// <param name="Lines">For each row of train and test the lines of the table that are about it.</param>
    /// <param name="Known">The rows that it is about.</param>
    private sealed record RowTable(CsvTable Table, ILookup<int, int> Lines, HashSet<int> Known)
    {
        public static RowTable Of(CsvTable table, string idColumn, Dictionary<string, int> rows)
        {
            int id = table.Require(idColumn);
            var ids = rows.GetAlternateLookup<ReadOnlySpan<char>>();
            List<(int Row, int Line)> found = [];
            for (int line = 0; line < table.Rows; line++)
            {
                if (ids.TryGetValue(table.Field(line, id), out int row))
                {
                    found.Add((row, line));
                }
            }

            return new RowTable(table, found.ToLookup(pair => pair.Row, pair => pair.Line), [.. found.Select(pair => pair.Row)]);
        }
    }
}
