using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Csv;

namespace AgentIde.Tasks.Folders;

/// <summary>Where the files of a task lie: absolute path, and the name that messages use.</summary>
/// <param name="Test">Null where the rows to predict are files, which the ids of the sample submission name.</param>
/// <param name="Side">The other public files, by their paths within <c>public/</c>.</param>
internal sealed record TaskFiles(
    (string Path, string Name) Train,
    (string Path, string Name)? Test,
    (string Path, string Name) Sample,
    (string Path, string Name)? Answers,
    ImmutableArray<string> Side)
{
    public const string PublicFolder = "public";

    /// <exception cref="TaskProblemException">The file is broken.</exception>
    public CsvTable ReadTest(string idColumn, CancellationToken cancellationToken) =>
        Test is { } test ? CsvTable.Read(test.Path, test.Name, cancellationToken) : CsvTable.Read(Sample.Path, Sample.Name, cancellationToken).Only(idColumn);

    /// <exception cref="TaskProblemException">One is missing, there twice, or a link.</exception>
    /// <param name="mayLackTest">Whether the rows to predict may be files.</param>
    public static TaskFiles Find(TaskPaths paths, bool mayLackTest)
    {
        IReadOnlyList<string> all = paths.FilesBeneath(PublicFolder);
        (string Path, string Name) train = paths.RequireCsv($"{PublicFolder}/train.csv");
        (string Path, string Name)? test = mayLackTest ? paths.FindCsv($"{PublicFolder}/test.csv") : paths.RequireCsv($"{PublicFolder}/test.csv");
        (string Path, string Name) sample = paths.RequireCsv($"{PublicFolder}/sample_submission.csv");
        string[] own = [.. new[] { train.Name, test?.Name, sample.Name }.OfType<string>().Select(name => name[(PublicFolder.Length + 1)..])];
        return new TaskFiles(train, test, sample, paths.FindCsv("private/answers.csv"), [.. all.Where(file => !own.Contains(file))]);
    }
}
