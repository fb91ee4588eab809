using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Cli.Terminal;
using AgentIde.Tasks.Drafting;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide task new</c>: makes a task of a folder with a train and a test CSV, and says what it took for what, and why.</summary>
internal static class TaskCommand
{
    private static readonly Argument<string> Folder = new("FOLDER") { Description = "Holds train.csv and test.csv, itself or in data/ or public/; each may end in .gz." };
    private static readonly Option<string?> Label = new("--label") { Description = "The column of train to predict; else the one that test lacks." };
    private static readonly Option<string?> Metric = new("--metric") { Description = "rmsle, rmse, mae, accuracy, roc-auc, log-loss or multi-class-log-loss; else one that suits the label." };
    private static readonly Option<string?> IdColumn = new("--id-column") { Description = "The column that names the rows; else one called so, or a column of numbers in copies of the files." };
    private static readonly Option<string?> Title = new("--title") { Description = "The task's name for people; else the folder's." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be written, and write nothing." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command create = new("new", "Make a task of a folder with train.csv and test.csv. No file of yours is changed or moved.\n\nExample: agentide task new my-data --label price")
        {
            Folder, Label, Metric, IdColumn, Title, DryRun, Json,
        };
        create.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
        return new Command("task", "Task folders.\n\nExample: agentide task new my-data") { create };
    }

    private static int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        string folder = parsed.GetValue(Folder)!;
        if (folder.Length == 0)
        {
            throw new CommandException(ExitCode.BadUsage, "The folder is an empty text: name one, such as agentide task new my-data");
        }

        bool json = parsed.GetValue(Json);
        bool dry = parsed.GetValue(DryRun);
        TaskDraft draft;
        try
        {
            draft = TaskDraft.Of(new TaskWish(folder, parsed.GetValue(Label), parsed.GetValue(Metric), parsed.GetValue(IdColumn), parsed.GetValue(Title)), cancellationToken);
        }
        catch (LabelUnclearException unclear)
        {
            if (json)
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(new TaskDocument { Problem = unclear.Message, Candidates = unclear.Candidates }, TaskJsonContext.Default.TaskDocument));
            }

            throw new CommandException(ExitCode.BadUsage, unclear.Message, unclear) { IsTold = true };
        }

        if (!dry)
        {
            draft.Write(cancellationToken);
        }

        string next = $"agentide run {ResumeCommand.Quoted(folder)}";
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(TaskDocument.Of(draft, dry, next), TaskJsonContext.Default.TaskDocument));
        }
        else
        {
            Tell(Console.Out, draft, dry, next);
        }

        return ExitCode.Done;
    }

    private static void Tell(TextWriter text, TaskDraft draft, bool dry, string next)
    {
        text.WriteLine($"label     {Shown(draft.Label)}: {Shown(draft.WhyLabel)}");
        text.WriteLine($"id        {Shown(draft.IdColumn)}: {Shown(draft.WhyIdColumn)}");
        text.WriteLine($"metric    {draft.Metric.Name}: {Shown(draft.WhyMetric)}");
        text.WriteLine();
        text.WriteLine(dry ? "would be written:" : "written:");
        int width = draft.Files.Max(file => file.Path.Length);
        foreach (DraftFile file in draft.Files)
        {
            text.WriteLine($"  {file.Path.PadRight(width)}  {Shown(file.What)}");
        }

        text.WriteLine();
        text.WriteLine(dry
            ? $"task.yaml would be:\n\n{SafeText.Lines(draft.Yaml)}\nNothing was written: leave out --dry-run to have it so."
            : $"The folder was read as a run reads it, and fits. Fill in description.md, then:\n\n  {Shown(next)}");
    }

    private static string Shown(string text) => SafeText.OneLine(text, 400);
}

/// <summary>The one document of <c>task new --json</c>.</summary>
internal sealed record TaskDocument
{
    /// <summary>Why there is no task: the column to predict has to be named, and is one of <see cref="Candidates"/>.</summary>
    public string? Problem { get; init; }

    /// <summary>Absolute; null where none was written.</summary>
    public string? TaskFile { get; init; }

    public string? Title { get; init; }

    public string? Label { get; init; }

    public string? IdColumn { get; init; }

    public LabelKind? Kind { get; init; }

    public string? Metric { get; init; }

    public ImmutableArray<string>? Targets { get; init; }

    public TaskReasons? Why { get; init; }

    public ImmutableArray<string> Candidates { get; init; }

    /// <summary>What was written, or would be.</summary>
    public ImmutableArray<string>? Files { get; init; }

    /// <summary>The command that runs the task.</summary>
    public string? Next { get; init; }

    public static TaskDocument Of(TaskDraft draft, bool dry, string next) => new()
    {
        TaskFile = dry ? null : Path.Combine(draft.Folder, "task.yaml"),
        Title = draft.Title,
        Label = draft.Label,
        IdColumn = draft.IdColumn,
        Kind = draft.Kind,
        Metric = draft.Metric.Name,
        Targets = draft.Targets,
        Why = new TaskReasons(draft.WhyLabel, draft.WhyIdColumn, draft.WhyMetric),
        Candidates = draft.Candidates,
        Files = [.. draft.Files.Select(file => file.Path)],
        Next = next,
    };
}

internal sealed record TaskReasons(string Label, string IdColumn, string Metric);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(TaskDocument))]
internal sealed partial class TaskJsonContext : JsonSerializerContext;
