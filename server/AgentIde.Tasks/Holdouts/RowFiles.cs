using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// The public files that belong to a row: pictures, sounds, texts. task.yaml says how they are called; they go where their row goes, under its
/// fresh id. A row of the holdout has the files that rows of test have, and no others: what only rows of train have, such as masks, would tell
/// it from test and may be the answer. What else lies in <c>public/</c> goes along only where task.yaml says that it knows no row.
/// </summary>
internal sealed class RowFiles
{
    /// <summary>By how much the share of rows that have a kind of file may differ between train and test.</summary>
    private const double LargestDifference = 0.02;

    /// <summary>Rows of a side that would have a file by the other side's share, from which on it is no chance that none has.</summary>
    private const double SurelySeen = 10;

    /// <summary>Characters of an id, from which on it stands in another name by no chance.</summary>
    private const int TellingId = 5;

    private readonly ILookup<int, RowFile> _files;

    private RowFiles(ILookup<int, RowFile> files, ImmutableArray<string> others, ImmutableArray<RowFilePattern> patterns)
    {
        _files = files;
        Others = others;
        Patterns = patterns;
    }

    /// <summary>The files that belong to no row, by their paths within <c>public/</c>.</summary>
    public ImmutableArray<string> Others { get; }

    public ImmutableArray<RowFilePattern> Patterns { get; }

    /// <exception cref="TaskProblemException">A file is neither of a row nor said to know none, or files would tell the holdout from test.</exception>
    public static RowFiles Of(TaskFolder task, CsvTable train, CsvTable test)
    {
        if (task.RowFiles.IsEmpty)
        {
            return new RowFiles(Array.Empty<RowFile>().ToLookup(file => file.Row), task.SideFiles, []);
        }

        Dictionary<string, int> ofTrain = Rows(train, task.Facts.IdColumn, 0), ofTest = Rows(test, task.Facts.IdColumn, train.Rows);
        List<RowFile> files = [];
        List<string> others = [];
        foreach (string path in task.SideFiles)
        {
            if (Find(path, task.RowFiles, ofTrain, ofTest) is { } file)
            {
                files.Add(file);
            }
            else if (task.Also.Any(also => path == also || path.StartsWith(also.TrimEnd('/') + "/", StringComparison.Ordinal)))
            {
                others.Add(path);
            }
            else
            {
                throw new TaskProblemException(
                    $"{TaskFiles.PublicFolder}/{Shown.Text(path)} is no file of a row by 'files' of {TaskYaml.FileName}; name it under 'also' if it knows no row, or take it out of {TaskFiles.PublicFolder}/");
            }
        }

        ILookup<int, RowFile> byRow = files.ToLookup(file => file.Row);
        for (int kind = 0; kind < task.RowFiles.Length; kind++)
        {
            RequireAlike(task.RowFiles[kind], kind, byRow, train.Rows, test.Rows);
            RequireAlikeWithin(task.RowFiles[kind], files.Where(file => file.Kind == kind), train.Rows, test.Rows);
        }

        RequireNoPaths(train, files, task.Facts.IdColumn);
        return new RowFiles(byRow, [.. others], task.RowFiles);
    }

    /// <summary>The row's files where it stands in train: what they are, and their paths under the fresh id.</summary>
    public IEnumerable<(string Source, string Path)> InTrain(int row, string freshId) =>
        _files[row].Select(file => (file.Path, RowFilePattern.Named(Patterns[file.Kind].Train, freshId, file.Inside)));

    /// <summary>The same where it stands in test; of a row of train what rows of test have.</summary>
    public IEnumerable<(string Source, string Path)> InTest(int row, string freshId)
    {
        foreach (RowFile file in _files[row])
        {
            if (Patterns[file.Kind].Test is { } pattern)
            {
                yield return (file.Path, RowFilePattern.Named(pattern, freshId, file.Inside));
            }
        }
    }

    /// <summary>How many files of a kind a row has, and their bytes together.</summary>
    public (int Count, long Bytes) Size(string publicFolder, int row, int kind)
    {
        string[] paths = [.. _files[row].Where(file => file.Kind == kind).Select(file => file.Path)];
        return (paths.Length, paths.Sum(path => new FileInfo(Path.Combine(publicFolder, path)).Length));
    }

    private static Dictionary<string, int> Rows(CsvTable table, string idColumn, int first) =>
        TaskTables.Ids(table, idColumn).Select((id, row) => (id, row)).ToDictionary(pair => pair.id, pair => first + pair.row, StringComparer.Ordinal);

    private static RowFile? Find(string path, ImmutableArray<RowFilePattern> patterns, Dictionary<string, int> ofTrain, Dictionary<string, int> ofTest)
    {
        for (int kind = 0; kind < patterns.Length; kind++)
        {
            if (RowFilePattern.Match(patterns[kind].Train, path) is { } inTrain && ofTrain.TryGetValue(inTrain.Id, out int row))
            {
                return Of(path, row, kind, inTrain.Id, inTrain.Inside);
            }

            if (patterns[kind].Test is { } test && RowFilePattern.Match(test, path) is { } inTest && ofTest.TryGetValue(inTest.Id, out int testRow))
            {
                return Of(path, testRow, kind, inTest.Id, inTest.Inside);
            }
        }

        return null;
    }

    /// <exception cref="TaskProblemException">Within the row's folder its old id would stand beside the fresh one.</exception>
    private static RowFile Of(string path, int row, int kind, string id, string inside) => id.Length >= TellingId && inside.Contains(id, StringComparison.Ordinal)
        ? throw new TaskProblemException($"{TaskFiles.PublicFolder}/{Shown.Text(path)} has the row's id once more within the row's folder, and the row gets another id; call these files alike in all folders")
        : new RowFile(path, row, kind, inside);

    private static void RequireAlike(RowFilePattern pattern, int kind, ILookup<int, RowFile> files, int trainRows, int testRows)
    {
        double ofTrain = Share(0, trainRows), ofTest = Share(trainRows, testRows);
        if (ofTrain == 0)
        {
            throw new TaskProblemException($"{TaskYaml.FileName} line {pattern.Line}: no row of train has a file {TaskFiles.PublicFolder}/{Shown.Text(pattern.Train)}");
        }

        if (pattern.Test is not null && Math.Abs(ofTrain - ofTest) > LargestDifference)
        {
            throw new TaskProblemException(FormattableString.Invariant(
                $"{TaskYaml.FileName} line {pattern.Line}: {100 * ofTrain:0.#} % of train's rows have {TaskFiles.PublicFolder}/{Shown.Text(pattern.Train)} and {100 * ofTest:0.#} % of test's {TaskFiles.PublicFolder}/{Shown.Text(pattern.Test)}, so a holdout could be told from test; leave out the rows or files that have no counterpart"));
        }

        double Share(int first, int count) => (double)Enumerable.Range(first, count).Count(row => files[row].Any(file => file.Kind == kind)) / count;
    }

    /// <summary>In rows' own folders, a file that many rows of one side have and none of the other, such as a mask beside the picture, would tell the holdout, or its answers.</summary>
    private static void RequireAlikeWithin(RowFilePattern pattern, IEnumerable<RowFile> files, int trainRows, int testRows)
    {
        if (pattern.Test is null || !pattern.Train.EndsWith('/'))
        {
            return;
        }

        foreach (IGrouping<string, RowFile> named in files.GroupBy(file => file.Inside, StringComparer.Ordinal))
        {
            int inTrain = named.Count(file => file.Row < trainRows), inTest = named.Count() - inTrain;
            double share = Math.Max((double)inTrain / trainRows, (double)inTest / testRows);
            if ((inTrain == 0 || inTest == 0) && share > LargestDifference && share * (inTrain == 0 ? trainRows : testRows) >= SurelySeen)
            {
                throw new TaskProblemException(FormattableString.Invariant(
                    $"{TaskYaml.FileName} line {pattern.Line}: {100 * share:0.#} % of the rows of {(inTrain == 0 ? "test" : "train")} have {Shown.Text(named.Key)} in their folders and none of {(inTrain == 0 ? "train" : "test")}, so a holdout could be told from test; take these files out of the folders"));
            }
        }
    }

    /// <summary>A column with the names of the files would have old names and, where train's folder is another than test's, tell the holdout.</summary>
    private static void RequireNoPaths(CsvTable train, List<RowFile> files, string idColumn)
    {
        ILookup<int, RowFile> byRow = files.ToLookup(file => file.Row);
        foreach (string column in train.Header.Where(column => column != idColumn))
        {
            int place = train.Require(column), seen = 0, named = 0;
            for (int row = 0; row < train.Rows && seen < 200; row++)
            {
                if (byRow[row].FirstOrDefault() is { } file)
                {
                    string text = train.Field(row, place).ToString();
                    seen++;
                    named += text.Length > 2 && (file.Path.EndsWith(text, StringComparison.Ordinal) || text.EndsWith($"/{file.Path}", StringComparison.Ordinal) || text == Path.GetFileNameWithoutExtension(file.Path)) ? 1 : 0;
                }
            }

            if (seen > 0 && named > seen / 2)
            {
                throw new TaskProblemException($"{train.Name}: the column '{Shown.Text(column)}' names the rows' files, which get other names; take it out of train and test, for the id tells");
            }
        }
    }

    /// <param name="Path">Within <c>public/</c>.</param>
    /// <param name="Kind">The pattern's place.</param>
    /// <param name="Inside">Of a row's own folder, the path within it.</param>
    private sealed record RowFile(string Path, int Row, int Kind, string Inside);
}
