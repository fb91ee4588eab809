using System.Collections.Immutable;
using AgentIde.Core.Holdouts;

namespace AgentIde.Tasks.Folders;

/// <summary>Where the files of a task lie: absolute path, and the name that messages use.</summary>
/// <param name="Side">The other public files, by their paths within <c>public/</c>.</param>
internal sealed record TaskFiles(
    (string Path, string Name) Train,
    (string Path, string Name) Test,
    (string Path, string Name) Sample,
    (string Path, string Name)? Answers,
    ImmutableArray<string> Side)
{
    public const string PublicFolder = "public";

    /// <exception cref="TaskProblemException">One is missing, there twice, or a link.</exception>
    public static TaskFiles Find(TaskPaths paths)
    {
        IReadOnlyList<string> all = paths.FilesBeneath(PublicFolder);
        (string Path, string Name) train = paths.RequireCsv($"{PublicFolder}/train.csv");
        (string Path, string Name) test = paths.RequireCsv($"{PublicFolder}/test.csv");
        (string Path, string Name) sample = paths.RequireCsv($"{PublicFolder}/sample_submission.csv");
        string[] own = [.. new[] { train, test, sample }.Select(file => file.Name[(PublicFolder.Length + 1)..])];
        return new TaskFiles(train, test, sample, paths.FindCsv("private/answers.csv"), [.. all.Where(file => !own.Contains(file))]);
    }
}
