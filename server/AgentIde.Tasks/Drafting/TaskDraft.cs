using System.Collections.Immutable;
using AgentIde.Core.Holdouts;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Metrics;

namespace AgentIde.Tasks.Drafting;

/// <summary>
/// A task folder that is to be made around somebody's data: what was told of the data and why, and the files that are
/// missing. Nothing is written before <see cref="Write"/>, and no file that is there is ever written over or moved.
/// </summary>
public sealed class TaskDraft
{
    internal TaskDraft()
    {
    }

    /// <summary>Absolute.</summary>
    public required string Folder { get; init; }

    public required string Id { get; init; }

    public required string Title { get; init; }

    public required string Label { get; init; }

    public required string IdColumn { get; init; }

    public required LabelKind Kind { get; init; }

    public required Metric Metric { get; init; }

    public required ImmutableArray<string> Targets { get; init; }

    /// <summary>The columns that could be the label: those that test lacks.</summary>
    public required ImmutableArray<string> Candidates { get; init; }

    public required string WhyLabel { get; init; }

    public required string WhyIdColumn { get; init; }

    public required string WhyMetric { get; init; }

    /// <summary>The text of task.yaml.</summary>
    public required string Yaml { get; init; }

    /// <summary>What is missing, task.yaml last.</summary>
    public required ImmutableArray<DraftFile> Files { get; init; }

    /// <summary>What the person's tables are called, by the names of their copies.</summary>
    internal IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a folder is no task and holds tables that one may be made of.</summary>
    public static bool CanBeOf(string folder) => Directory.Exists(folder) && !Path.Exists(Path.Combine(folder, TaskYaml.FileName)) && DataFiles.HasAny(folder);

    /// <summary>Looks at the data and drafts the task.</summary>
    /// <exception cref="TaskProblemException">The data can't be a task; the message says the way out.</exception>
    /// <exception cref="LabelUnclearException">The column to predict has to be named.</exception>
    public static TaskDraft Of(TaskWish wish, CancellationToken cancellationToken = default)
    {
        try
        {
            return TaskDrafter.Draft(wish, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TaskProblemException($"{wish.Folder} can't be read: {failure.Message}", failure);
        }
    }

    /// <summary>Writes what is missing and reads the folder as a run does. If that fails, what was written is taken away again.</summary>
    /// <exception cref="TaskProblemException">A file can't be written, or the data are broken further down than was looked.</exception>
    public TaskFolder Write(CancellationToken cancellationToken = default)
    {
        List<string> written = [];
        List<string> made = [];
        try
        {
            foreach (DraftFile file in Files)
            {
                string path = Path.Combine(Folder, file.Path);
                string folder = Path.GetDirectoryName(path)!;
                if (!Directory.Exists(folder))
                {
                    Directory.CreateDirectory(folder);
                    made.Add(folder);
                }

                using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write);
                written.Add(path);
                file.Write(stream, cancellationToken);
            }

            return TaskFolder.Read(Folder, cancellationToken);
        }
        catch (Exception failure)
        {
            written.ForEach(File.Delete);
            made.ForEach(Directory.Delete);
            throw failure switch
            {
                IOException or UnauthorizedAccessException => new TaskProblemException($"{Folder} can't become a task: {failure.Message}", failure),
                // The copies are gone by now: what is to be mended is the person's own.
                TaskProblemException => new TaskProblemException(Names.Aggregate(failure.Message, (message, name) => message.Replace(name.Key, name.Value, StringComparison.Ordinal)), failure),
                _ => failure,
            };
        }
    }
}
