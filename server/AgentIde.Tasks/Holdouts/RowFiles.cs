using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// The public files that belong to a row, since their name or a folder on their way is its id: pictures, sounds, texts. They go
/// where their row goes, under its fresh id. A row of the holdout has the files that rows of test have, and no others: what only
/// rows of train have, such as masks, would tell it from test and may be the answer.
/// </summary>
internal sealed class RowFiles
{
    private const string Mark = "{id}";

    /// <summary>Share of what lies in a folder that is named by ids, above which the folder is one of rows.</summary>
    private const double ManyNamed = 0.5;

    private readonly ILookup<int, RowFile> _files;
    private readonly ImmutableDictionary<string, string> _asTest;

    private RowFiles(ILookup<int, RowFile> files, ImmutableDictionary<string, string> asTest, ImmutableArray<string> others)
    {
        _files = files;
        _asTest = asTest;
        Others = others;
    }

    /// <summary>The side files that belong to no row, by their paths within <c>public/</c>.</summary>
    public ImmutableArray<string> Others { get; }

    /// <summary>Whether any file belongs to a row.</summary>
    public bool Any => _files.Count > 0;

    /// <exception cref="TaskProblemException">Rows of test have files that rows of the holdout could not be given.</exception>
    public static RowFiles Of(TaskFolder task, CsvTable train, CsvTable test)
    {
        if (task.SideFiles.IsEmpty)
        {
            return new RowFiles(Array.Empty<RowFile>().ToLookup(file => file.Row), ImmutableDictionary<string, string>.Empty, []);
        }

        Dictionary<string, int> rows = new(StringComparer.Ordinal);
        foreach ((string id, int row) in TaskTables.Ids(train, task.Facts.IdColumn).Concat(TaskTables.Ids(test, task.Facts.IdColumn)).Select((id, row) => (id, row)))
        {
            rows.Add(id, row);
        }

        HashSet<string> folders = FoldersOfRows(task.SideFiles, rows);
        RowFile?[] found = [.. task.SideFiles.Select(path => Find(path, folders, rows))];
        RowFile[] files = [.. found.OfType<RowFile>()];
        return new RowFiles(
            files.ToLookup(file => file.Row),
            AsTest(files, train.Rows),
            [.. task.SideFiles.Where((_, place) => found[place] is null)]);
    }

    /// <summary>The row's files where it stands in train: what they are, and their paths under the fresh id.</summary>
    public IEnumerable<(string Source, string Path)> InTrain(int row, string freshId) => _files[row].Select(file => (file.Path, Named(file.Template, freshId)));

    /// <summary>The same where it stands in test; for a row of train what rows of test have.</summary>
    public IEnumerable<(string Source, string Path)> InTest(int row, bool isOfTest, string freshId)
    {
        foreach (RowFile file in _files[row])
        {
            if ((isOfTest ? file.Template : _asTest.GetValueOrDefault(file.Template)) is { } template)
            {
                yield return (file.Path, Named(template, freshId));
            }
        }
    }

    private static string Named(string template, string freshId) => template.Replace(Mark, freshId, StringComparison.Ordinal);

    /// <summary>Folders, by their paths, most of whose files and folders are named by ids.</summary>
    private static HashSet<string> FoldersOfRows(ImmutableArray<string> paths, Dictionary<string, int> rows)
    {
        Dictionary<string, HashSet<string>> names = new(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            for (int end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1))
            {
                int start = path.LastIndexOf('/', end - 1) + 1;
                string folder = start == 0 ? "" : path[..(start - 1)];
                if (!names.TryGetValue(folder, out HashSet<string>? inside))
                {
                    names.Add(folder, inside = new HashSet<string>(StringComparer.Ordinal));
                }

                inside.Add(end == path.Length ? path[start..] : path[start..end] + "/");
                if (start == 0)
                {
                    break;
                }
            }
        }

        return [.. names.Where(folder => folder.Value.Count(name => RowOf(name, rows) is not null) > ManyNamed * folder.Value.Count).Select(folder => folder.Key)];
    }

    /// <summary>The row of a file's or, with a slash behind it, a folder's name; null for none.</summary>
    private static (int Row, string Ending)? RowOf(string name, Dictionary<string, int> rows)
    {
        if (name.EndsWith('/'))
        {
            return rows.TryGetValue(name[..^1], out int ofFolder) ? (ofFolder, "") : null;
        }

        // An id may have an ending of its own, such as "0a.png"; a fresh one has it too.
        if (rows.TryGetValue(name, out int whole))
        {
            return (whole, "");
        }

        string extension = Path.GetExtension(name);
        return rows.TryGetValue(name[..^extension.Length], out int row) ? (row, extension) : null;
    }

    private static RowFile? Find(string path, HashSet<string> folders, Dictionary<string, int> rows)
    {
        for (int start = 0; start >= 0 && start < path.Length;)
        {
            int end = path.IndexOf('/', start);
            string folder = start == 0 ? "" : path[..(start - 1)], name = end < 0 ? path[start..] : path[start..(end + 1)];
            if (folders.Contains(folder) && RowOf(name, rows) is var (row, ending))
            {
                return new RowFile(path, row, $"{(folder.Length == 0 ? "" : folder + "/")}{Mark}{ending}{(end < 0 ? "" : path[end..])}");
            }

            start = end < 0 ? -1 : end + 1;
        }

        return null;
    }

    /// <summary>For each kind of file that rows of train have, the kind that it is as a row of test's; those that rows of test don't have are left out.</summary>
    private static ImmutableDictionary<string, string> AsTest(RowFile[] files, int trainRows)
    {
        string[] ofTrain = [.. files.Where(file => file.Row < trainRows).Select(file => file.Template).Distinct(StringComparer.Ordinal)];
        HashSet<string> ofTest = new(files.Where(file => file.Row >= trainRows).Select(file => file.Template), StringComparer.Ordinal);
        var pairs = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (string template in ofTrain)
        {
            string asTest = template.Replace("train", "test", StringComparison.Ordinal).Replace("Train", "Test", StringComparison.Ordinal).Replace("TRAIN", "TEST", StringComparison.Ordinal);
            if (ofTest.Contains(template) || ofTest.Contains(asTest))
            {
                pairs.Add(template, ofTest.Contains(template) ? template : asTest);
            }
        }

        if (ofTest.Except(pairs.Values).Order(StringComparer.Ordinal).FirstOrDefault() is { } alone)
        {
            throw new TaskProblemException(
                $"{TaskFiles.PublicFolder}/{Shown.Text(alone)} are files of test's rows, and those of train's rows have no such files, so a holdout could be told from test; name the folders alike, such as train_images/ and test_images/");
        }

        return pairs.ToImmutable();
    }

    /// <param name="Path">Within <c>public/</c>.</param>
    /// <param name="Template">The path with <c>{id}</c> where the id stands.</param>
    private sealed record RowFile(string Path, int Row, string Template);
}
