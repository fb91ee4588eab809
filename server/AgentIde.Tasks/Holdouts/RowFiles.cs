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

        string[] trainIds = TaskTables.Ids(train, task.Facts.IdColumn), testIds = TaskTables.Ids(test, task.Facts.IdColumn);
        Dictionary<string, int> ofTrain = Rows(trainIds, 0), ofTest = Rows(testIds, train.Rows);
        List<RowFile> files = [];
        List<string> others = [];
        foreach (string path in task.SideFiles)
        {
            if (Find(path, task.RowFiles, ofTrain, ofTest) is { } file)
            {
                files.Add(file);
            }
            else if (!task.Also.Any(also => path == also || path.StartsWith(also.TrimEnd('/') + "/", StringComparison.Ordinal)))
            {
                throw new TaskProblemException(
                    $"{TaskFiles.PublicFolder}/{Shown.Text(path)} is no file of a row by 'files' of {TaskYaml.FileName}; name it under 'also' if it knows no row, or take it out of {TaskFiles.PublicFolder}/");
            }
            else if (task.RowFiles.Any(pattern => RowFilePattern.Match(pattern.Train, path) is not null || (pattern.Test is { } ofTestRows && RowFilePattern.Match(ofTestRows, path) is not null)))
            {
                throw new TaskProblemException(
                    $"{TaskFiles.PublicFolder}/{Shown.Text(path)} is called as files of rows are, by 'files' of {TaskYaml.FileName}, and no row has its id; 'also' is for others, so take it out of {TaskFiles.PublicFolder}/");
            }
            else
            {
                others.Add(path);
            }
        }

        RowFileChecks.Require(task, train, [.. trainIds, .. testIds], files);

        // In an order that does not come from where they lie: files are made in it, and which of a row's came first can be seen.
        return new RowFiles(files.OrderBy(file => file.Kind).ThenBy(file => file.Inside, StringComparer.Ordinal).ToLookup(file => file.Row), [.. others], task.RowFiles);
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

    /// <summary>Bytes of all files together, as they lie in <c>public/</c>.</summary>
    public long Bytes(string publicFolder) => _files.SelectMany(files => files).Select(file => file.Path).Concat(Others).Sum(path => new FileInfo(Path.Combine(publicFolder, path)).Length);

    /// <summary>What can be seen of a row's files of a kind without looking at what they show.</summary>
    public RowFileLook Look(string publicFolder, int row, int kind)
    {
        RowFile[] files = [.. _files[row].Where(file => file.Kind == kind)];
        return RowFileLook.Of([.. files.Select(file => Path.Combine(publicFolder, file.Path))], [.. files.Select(file => file.Inside)]);
    }

    /// <summary>Paths of rows' files within <c>public/</c>.</summary>
    public IEnumerable<string> Paths => _files.SelectMany(files => files).Select(file => file.Path);

    private static Dictionary<string, int> Rows(string[] ids, int first) =>
        ids.Select((id, row) => (id, row)).ToDictionary(pair => pair.id, pair => first + pair.row, StringComparer.Ordinal);

    /// <exception cref="TaskProblemException">The file may be of a row of train and of one of test.</exception>
    private static RowFile? Find(string path, ImmutableArray<RowFilePattern> patterns, Dictionary<string, int> ofTrain, Dictionary<string, int> ofTest)
    {
        for (int kind = 0; kind < patterns.Length; kind++)
        {
            RowFile? inTrain = Of(patterns[kind].Train, ofTrain), inTest = patterns[kind].Test is { } test ? Of(test, ofTest) : null;
            if (inTrain is not null && inTest is not null)
            {
                throw new TaskProblemException($"{TaskFiles.PublicFolder}/{Shown.Text(path)} may be of a row of train and of one of test, which have the same id; give their files folders of their own");
            }

            if ((inTrain ?? inTest) is { } found)
            {
                return found;
            }

            RowFile? Of(string pattern, Dictionary<string, int> rows) =>
                RowFilePattern.Match(pattern, path) is var (id, inside) && rows.TryGetValue(id, out int row) ? new RowFile(path, row, kind, inside) : null;
        }

        return null;
    }
}

/// <param name="Path">Within <c>public/</c>.</param>
/// <param name="Row">Rows of train come first, those of test behind them.</param>
/// <param name="Kind">The pattern's place.</param>
/// <param name="Inside">Of a row's own folder, the path within it.</param>
internal sealed record RowFile(string Path, int Row, int Kind, string Inside);
