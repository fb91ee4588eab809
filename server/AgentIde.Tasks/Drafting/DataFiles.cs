using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;

namespace AgentIde.Tasks.Drafting;

/// <summary>One of the tables that a folder holds.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Name">Within the folder.</param>
/// <param name="Target">Where a task has it, within the folder.</param>
internal sealed record DataFile(string Path, string Name, string Target)
{
    public bool IsInPlace => Name == Target;
}

/// <summary>The tables of a folder that is to become a task. What a run reads is in <c>public/</c>, so that is looked at first.</summary>
internal sealed record DataFiles(DataFile Train, DataFile Test, DataFile? Sample)
{
    private const int MostRows = 50_000;
    private const long MostCharacters = 64 << 20;

    private static readonly ImmutableArray<string> Places = [TaskFiles.PublicFolder, "", "data"];

    /// <summary>Whether train or test is there, in any of the places.</summary>
    public static bool HasAny(string folder) =>
        Places.Select(place => Path.Combine(folder, place)).Any(place => Named(place, "train").Length > 0 || Named(place, "test").Length > 0);

    /// <exception cref="TaskProblemException">Train or test is missing, there twice, or a link.</exception>
    public static DataFiles Find(TaskPaths paths)
    {
        DataFile? train = Find(paths, "train");
        DataFile? test = Find(paths, "test");
        if (train is null || test is null)
        {
            string missing = train is null && test is null ? "neither train.csv nor test.csv is" : train is null ? "test.csv is there, but train.csv is not" : "train.csv is there, but test.csv is not";
            throw new TaskProblemException(
                $"{paths.Folder}: {missing} in it, in data/ or in public/ (either may end in .gz). A task needs both: train.csv with the answers, and test.csv, the rows to predict, without them");
        }

        return new DataFiles(train, test, Find(paths, "sample_submission"));
    }

    /// <summary>As much of a table as tells what it is: a huge one is not read to its end.</summary>
    public static CsvTable Read(DataFile file, CancellationToken cancellationToken)
    {
        CsvTable table = CsvTable.ReadBeginning(file.Path, file.Name, MostRows, MostCharacters, cancellationToken);
        foreach ((char separator, string name) in (ReadOnlySpan<(char, string)>)[(';', "semicolons"), ('\t', "tabs"), ('|', "bars")])
        {
            if (table.Header is [var only] && only.Contains(separator, StringComparison.Ordinal))
            {
                throw new TaskProblemException($"{file.Name} has one column, '{Shown.Text(only)}': its columns are separated by {name}; save it with commas");
            }
        }

        return table;
    }

    private static DataFile? Find(TaskPaths paths, string name)
    {
        foreach (string place in Places)
        {
            string folder = paths.Resolve(place.Length == 0 ? "train.csv" : $"{place}/train.csv", place)[..^"/train.csv".Length];
            switch (Named(folder, name))
            {
                case []:
                    continue;
                case [var file]:
                    string target = $"{TaskFiles.PublicFolder}/{file.ToLowerInvariant()}";
                    string relative = place.Length == 0 ? file : $"{place}/{file}";
                    return place == TaskFiles.PublicFolder && relative != target
                        ? throw new TaskProblemException($"a task calls {Shown.Text(relative)} {target}: rename it")
                        : new DataFile(paths.Resolve(relative, relative), relative, target);
                case var several:
                    throw new TaskProblemException($"{string.Join(" and ", several.Select(file => Shown.Text(file)))} are both in {folder}; keep one of them");
            }
        }

        return null;
    }

    /// <summary>The files of a folder that are this table.</summary>
    private static string[] Named(string folder, string name) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder)
            .Select(path => Path.GetFileName(path))
            .Where(file => file.Equals($"{name}.csv", StringComparison.OrdinalIgnoreCase) || file.Equals($"{name}.csv.gz", StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal),
    ];
}
