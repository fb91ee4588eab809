using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Holdouts;

/// <summary>
/// Whether the other public files can go along as they are. One that knows the old ids, in a column or in file
/// names, would tell the holdout from test (or say the answers), so it is refused.
/// </summary>
internal static class SideFiles
{
    /// <summary>Share of files in a folder named by ids, above which they are taken to be the rows' own.</summary>
    private const double ManyNamed = 0.5;

    /// <exception cref="TaskProblemException">A side file holds ids or the label.</exception>
    public static void Check(TaskFolder task, RowFiles files, CsvTable train, CsvTable test)
    {
        string[] reserved = [BlindFiles.Train, BlindFiles.Test, BlindFiles.Sample];
        foreach (string file in files.Others)
        {
            if (reserved.Any(name => file.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new TaskProblemException($"public/{Shown.Text(file)} would overwrite a file of the split; rename it");
            }

            if (file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase))
            {
                CheckTable(task, file);
            }
        }

        if (!files.Patterns.IsEmpty)
        {
            AlsoFiles.Check(task, files, [.. TaskTables.Ids(train, task.Facts.IdColumn), .. TaskTables.Ids(test, task.Facts.IdColumn)], train.Rows);
        }

        CheckNames(task, files.Others, train, test);
    }

    private static void CheckTable(TaskFolder task, string file)
    {
        string name = $"{TaskFiles.PublicFolder}/{file}";
        try
        {
            using CsvRecords records = CsvRecords.Open(File.OpenRead(Path.Combine(task.PublicFolder, file)), CsvLimits.Task);
            foreach (string column in (task.Metric is TableMetric ? task.AnswerColumns : [task.Facts.IdColumn]).Append(task.Facts.Label).Where(column => records.Header.Contains(column)))
            {
                throw new TaskProblemException(
                    $"{Shown.Text(name)} has the column '{Shown.Text(column)}': side tables with ids or labels are not supported yet in this version; join it into train.csv and test.csv");
            }
        }
        catch (CsvProblemException problem)
        {
            throw problem.In(Shown.Text(name));
        }
    }

    private static void CheckNames(TaskFolder task, ImmutableArray<string> files, CsvTable train, CsvTable test)
    {
        if (files.IsEmpty)
        {
            return;
        }

        string[] all = [.. TaskTables.Ids(train, task.Facts.IdColumn), .. TaskTables.Ids(test, task.Facts.IdColumn)];
        bool ofRows = !task.RowFiles.IsEmpty; // Elsewhere the rule is as it was when runs were begun by it.
        HashSet<string> ids = ofRows ? [.. all.Concat(all.Select(FreshIds.Stem))] : [.. all];
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> known = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (IGrouping<string?, string> folder in files.GroupBy(Path.GetDirectoryName))
        {
            if (folder.Count(file => ids.Contains(Path.GetFileNameWithoutExtension(file)) || (ofRows && file.Split('/').Any(part => FreshIds.Names(part, known)))) > ManyNamed * folder.Count())
            {
                throw new TaskProblemException(
                    $"public/{Shown.Text(folder.First())} and its neighbours are named by ids: say under 'files' of {TaskYaml.FileName} whose they are, such as files: [{{train: \"train_images/{{id}}.png\", test: \"test_images/{{id}}.png\"}}]");
            }
        }
    }
}
