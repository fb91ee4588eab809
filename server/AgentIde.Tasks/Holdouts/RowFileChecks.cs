using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// What files of rows must be so that none tells a row of the holdout from one of test. A row of train that has what no row of test has is
/// told by it, so there must be none; the other way round it is told that a row is of test, which is borne for a few.
/// </summary>
internal static class RowFileChecks
{
    /// <summary>By how much the share of rows that have a kind of file may differ between train and test.</summary>
    private const double LargestDifference = 0.02;

    /// <summary>Characters of an id, from which on it stands in another name by no chance.</summary>
    private const int TellingId = 5;

    /// <summary>Files of a kind that are looked into for their ids.</summary>
    private const int MostRead = 100;

    private const int FewRead = 10;

    /// <summary>Bytes of each.</summary>
    private const int LongestRead = 1 << 16;

    /// <param name="ids">Of all rows, train's first.</param>
    /// <exception cref="TaskProblemException">They would tell; the message says by what, and what to do.</exception>
    public static void Require(TaskFolder task, CsvTable train, string[] ids, List<RowFile> files)
    {
        ILookup<int, RowFile> byRow = files.ToLookup(file => file.Row);
        for (int kind = 0; kind < task.RowFiles.Length; kind++)
        {
            RequireAlike(task.RowFiles[kind], kind, byRow, train.Rows, ids.Length);
        }

        RequireKnownKinds(task, byRow, train.Rows, ids);
        for (int kind = 0; kind < task.RowFiles.Length; kind++)
        {
            RequireAlikeWithin(task.RowFiles[kind], [.. files.Where(file => file.Kind == kind)], train.Rows, ids);
            RequireNoIdsWithin(task, task.RowFiles[kind], [.. files.Where(file => file.Kind == kind)], ids);
        }

        RequireNoPaths(train, byRow, ids, task.Facts.IdColumn);
    }

    private static void RequireAlike(RowFilePattern pattern, int kind, ILookup<int, RowFile> files, int trainRows, int rows)
    {
        double ofTrain = Share(0, trainRows), ofTest = Share(trainRows, rows - trainRows);
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

    /// <summary>Few rows are enough: a row of train without a picture, where each of test has one, would be told.</summary>
    private static void RequireKnownKinds(TaskFolder task, ILookup<int, RowFile> files, int trainRows, string[] ids)
    {
        HashSet<string> known = [.. Enumerable.Range(trainRows, ids.Length - trainRows).Select(Kinds)];
        int[] told = [.. Enumerable.Range(0, trainRows).Where(row => !known.Contains(Kinds(row)))];
        if (told.Length > 0)
        {
            throw new TaskProblemException(
                $"{TaskYaml.FileName} line {task.RowFiles[0].Line}: {Count(told.Length)} of train ({Shown.Text(ids[told[0]])}{(told.Length > 1 ? " and others" : "")}) {(told.Length > 1 ? "lack or have" : "lacks or has")} files where no row of test does, so a holdout could be told from test; take these rows out of train");
        }

        string Kinds(int row) => string.Join(',', files[row].Select(file => file.Kind).Where(kind => task.RowFiles[kind].Test is not null).Distinct().Order());
    }

    /// <summary>In rows' own folders names stay, so each must be one that rows of test have too: a mask beside the picture, a name of a class or one's own number tell.</summary>
    private static void RequireAlikeWithin(RowFilePattern pattern, RowFile[] files, int trainRows, string[] ids)
    {
        if (pattern.Test is null || !pattern.Train.EndsWith('/'))
        {
            return;
        }

        HashSet<string> inTrain = [.. files.Where(file => file.Row < trainRows).Select(file => file.Inside)], inTest = [.. files.Where(file => file.Row >= trainRows).Select(file => file.Inside)];
        RowFile[] ofTrain = [.. files.Where(file => file.Row < trainRows && !inTest.Contains(file.Inside))], ofTest = [.. files.Where(file => file.Row >= trainRows && !inTrain.Contains(file.Inside))];
        int told = ofTrain.DistinctBy(file => file.Row).Count(), toldOfTest = ofTest.DistinctBy(file => file.Row).Count();
        if (told > 0 || toldOfTest > LargestDifference * (ids.Length - trainRows))
        {
            (int rows, string side, string other, RowFile first) = told > 0 ? (told, "train", "test", ofTrain[0]) : (toldOfTest, "test", "train", ofTest[0]);
            throw new TaskProblemException(
                $"{TaskYaml.FileName} line {pattern.Line}: {Count(rows)} of {side} {(rows > 1 ? "have files in their folders" : "has a file in its folder")} by names that none of {other} has, such as {Shown.Text(first.Inside)}, so a holdout could be told from test; take these files or rows out, or call them alike");
        }
    }

    /// <summary>A column with the names of the files would have old names and, where train's folder is another than test's, tell the holdout.</summary>
    private static void RequireNoPaths(CsvTable train, ILookup<int, RowFile> files, string[] ids, string idColumn)
    {
        foreach (string column in train.Header.Where(column => column != idColumn))
        {
            int place = train.Require(column), seen = 0, named = 0;
            for (int row = 0; row < train.Rows; row++)
            {
                if (files[row].FirstOrDefault() is { } file)
                {
                    seen++;
                    named += Names(train.Field(row, place).ToString(), file, ids[row]) ? 1 : 0;
                }
            }

            if (named > seen / 2)
            {
                throw new TaskProblemException($"{train.Name}: the column '{Shown.Text(column)}' names the rows' files, which get other names; take it out of train and test, for the id tells");
            }
        }

        static bool Names(string text, RowFile file, string id) => text.Length > 0
            && ((id.Length >= TellingId && text.Contains(FreshIds.Stem(id), StringComparison.Ordinal))
                || text == id || text == FreshIds.Stem(id)
                || (text.Contains('.', StringComparison.Ordinal) && text.Length > Path.GetExtension(file.Path).Length && (file.Path.EndsWith("/" + text, StringComparison.Ordinal) || text.EndsWith("/" + file.Path, StringComparison.Ordinal) || text == file.Path)));
    }

    /// <summary>Whether files hold their rows' ids, such as a header with the scan's own name: the old id would stand beside the fresh one.</summary>
    private static void RequireNoIdsWithin(TaskFolder task, RowFilePattern pattern, RowFile[] files, string[] ids)
    {
        // A row of test that has its id within tells no less: the others are the holdout.
        int step = Math.Max(1, files.Length / MostRead), read = 0, own = 0, others = 0;
        RowFile? first = null;
        for (int place = 0; place < files.Length; place += step)
        {
            string text = Beginning(Path.Combine(task.PublicFolder, files[place].Path));
            read++;
            others += Holds(text, Stem(files[(place + (files.Length / 2)) % files.Length].Row)) ? 1 : 0;
            if (Holds(text, Stem(files[place].Row)))
            {
                own++;
                first ??= files[place];
            }
        }

        if (read >= FewRead && own > read / 4 && own > 2 * others)
        {
            throw new TaskProblemException(
                $"{TaskYaml.FileName} line {pattern.Line}: {TaskFiles.PublicFolder}/{Shown.Text(first!.Path)} and others hold their rows' ids, which rows get other ones for; take the ids out of the files");
        }

        string Stem(int row) => FreshIds.Stem(ids[row]);
    }

    /// <summary>Whether the text stands there as a word of its own.</summary>
    private static bool Holds(string text, string word)
    {
        for (int at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            int end = at + word.Length;
            if ((at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsAsciiLetterOrDigit(text[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static string Beginning(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] bytes = new byte[Math.Min(LongestRead, file.Length)];
        return Encoding.Latin1.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    private static string Count(int rows) => FormattableString.Invariant($"{rows} {(rows == 1 ? "row" : "rows")}");
}
