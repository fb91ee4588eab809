using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// Whether files that task.yaml says to know no row (<c>also</c>) know none indeed. Beside rows' files they are worth most to whoever looks for the holdout: an archive of
/// train's pictures, a copy of them or a list by old ids says which rows of the mixed test were in train. What can't be looked into is refused.
/// </summary>
internal static class AlsoFiles
{
    /// <summary>Old ids in one file, from which on it is a list of them.</summary>
    private const int MostIds = 3;

    /// <summary>The same where ids are numbers, which stand in many files: as a share of all ids.</summary>
    private const double MostNumbers = 0.1;

    /// <summary>Rows from which on a file that has a line for each is made for them.</summary>
    private const int ManyRows = 20;

    /// <summary>Bytes of a file that are looked into: one that is larger is refused.</summary>
    private const int LongestFile = 1 << 26;

    /// <summary>Endings of archives and of tables and stores that are no text.</summary>
    private static readonly string[] Closed =
    [
        ".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".npz", ".npy", ".h5", ".hdf5", ".hdf", ".parquet", ".feather", ".arrow", ".tfrec", ".tfrecord", ".tfrecords",
        ".pkl", ".pickle", ".joblib", ".pt", ".pth", ".safetensors", ".lmdb", ".mdb", ".db", ".sqlite", ".sqlite3", ".mat", ".rds", ".rdata", ".xlsx", ".docx",
    ];

    private static readonly byte[][] Magics =
        [[.. "PK"u8, 3, 4], [0x1F, 0x8B], [.. "BZh"u8], [0xFD, .. "7zXZ"u8], [.. "7z"u8, 0xBC, 0xAF], [.. "Rar!"u8], [0x28, 0xB5, 0x2F, 0xFD], [0x89, .. "HDF"u8], [.. "PAR1"u8], [.. "SQLite format"u8], [0x93, .. "NUMPY"u8]];

    private static readonly SearchValues<char> OfWords = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

    /// <param name="ids">Of all rows, train's first.</param>
    /// <exception cref="TaskProblemException">A file knows rows, or can't be looked into.</exception>
    public static void Check(TaskFolder task, RowFiles files, string[] ids, int trainRows)
    {
        HashSet<string> known = [.. ids.Concat(ids.Select(FreshIds.Stem)).Where(id => id.Length >= FreshIds.TellingId)];
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();
        bool areNumbers = known.All(id => FreshIds.Stem(id).All(char.IsAsciiDigit));
        double most = areNumbers ? Math.Max(MostIds, MostNumbers * ids.Length) : MostIds;
        Dictionary<long, HashSet<string>> copies = [];
        foreach (string path in files.Others)
        {
            string name = $"{TaskFiles.PublicFolder}/{Shown.Text(path)}", file = Path.Combine(task.PublicFolder, path);
            if (path.Split('/').Any(part => FreshIds.Names(part, lookup)))
            {
                throw new TaskProblemException($"{name} is called by a row's id; 'also' of {TaskYaml.FileName} is for what knows no row, so say under 'files' whose it is, or take it out of {TaskFiles.PublicFolder}/");
            }

            long length = new FileInfo(file).Length;
            if (length > LongestFile || Closed.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            {
                throw Closedness(name);
            }

            byte[] bytes = File.ReadAllBytes(file);
            if (Magics.Any(magic => bytes.AsSpan().StartsWith(magic)))
            {
                throw Closedness(name);
            }

            int lines = bytes.AsSpan().Count((byte)'\n') + (length > 0 && bytes[^1] != '\n' ? 1 : 0);
            foreach (int rows in (int[])[trainRows, ids.Length - trainRows, ids.Length])
            {
                if (rows >= ManyRows && (lines == rows || lines == rows + 1))
                {
                    throw new TaskProblemException($"{name} has as many lines as {(rows == trainRows ? "train" : rows == ids.Length ? "train and test" : "test")} {(rows == ids.Length ? "have" : "has")} rows, so it may say something of each; join it into train and test, or take it out of {TaskFiles.PublicFolder}/");
                }
            }

            HashSet<string> found = [];
            foreach (Range word in Words(Encoding.Latin1.GetString(bytes), out string text))
            {
                ReadOnlySpan<char> one = text.AsSpan()[word].TrimEnd('.');
                if ((lookup.TryGetValue(one, out string? id) || lookup.TryGetValue(Path.GetFileNameWithoutExtension(one), out id)) && found.Add(FreshIds.Stem(id)) && found.Count >= most)
                {
                    throw new TaskProblemException($"{name} names rows by their ids ({Shown.Text(id)} and others), and rows get other ones; join what it says into train and test, or take it out of {TaskFiles.PublicFolder}/");
                }
            }

            if (length > 0)
            {
                copies.TryAdd(length, []);
                copies[length].Add(Convert.ToHexString(SHA256.HashData(bytes)));
            }
        }

        foreach (string path in copies.Count == 0 ? [] : files.Paths)
        {
            string file = Path.Combine(task.PublicFolder, path);
            if (copies.TryGetValue(new FileInfo(file).Length, out HashSet<string>? digests) && digests.Contains(Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))))
            {
                throw new TaskProblemException($"a file under 'also' of {TaskYaml.FileName} is the same as {TaskFiles.PublicFolder}/{Shown.Text(path)}, a row's own, so it would tell the row; take it out of {TaskFiles.PublicFolder}/");
            }
        }
    }

    private static TaskProblemException Closedness(string name) =>
        new($"{name} can't be looked into for rows that it knows; beside files of rows 'also' of {TaskYaml.FileName} takes plain files of 64 MiB at most, so unpack it or take it out of {TaskFiles.PublicFolder}/");

    private static List<Range> Words(string of, out string text)
    {
        text = of;
        List<Range> words = [];
        ReadOnlySpan<char> rest = of;
        int at = 0;
        while (rest.IndexOfAny(OfWords) is int start and >= 0)
        {
            int length = rest[start..].IndexOfAnyExcept(OfWords);
            length = length < 0 ? rest.Length - start : length;
            if (length >= FreshIds.TellingId)
            {
                words.Add((at + start)..(at + start + length));
            }

            at += start + length;
            rest = rest[(start + length)..];
        }

        return words;
    }
}
