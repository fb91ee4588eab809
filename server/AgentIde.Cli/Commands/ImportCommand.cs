using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Import;
using AgentIde.Import.Aide;
using AgentIde.Storage;
using AgentIde.Tasks.Folders;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide import aide</c>: a run that another program made becomes one of this workspace, to be read and stepped through.</summary>
internal static class ImportCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "AIDE's journal (logs/RUN/journal.json), or a log of its prompts and replies, one {\"system\": …, \"response\": …} a line." };
    private static readonly Option<string?> Name = new("--name") { Description = "What the run is named after: letters, digits and hyphens. The task's or the file's name where not given." };
    private static readonly Option<string?> Task = new("--task") { Description = "The folder of the task that it was a run on, where you have it: a node can then be applied to its solution file." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command aide = new("aide", "Make a run of a journal of AIDE's, or of a log of its prompts and replies. Its scores stay claims: nothing is graded.\n\nExample: agentide import aide logs/2-curious-owl/journal.json --name house-prices") { File, Name, Task, Json };
        aide.SetAction(RunAsync);
        return new Command("import", "Make runs of what other programs left, to read, replay and step through them.\n\nExample: agentide import aide journal.json") { aide };
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string? name = parsed.GetValue(Name);
        if (name is not null && !RunId.TryParse($"{name}-1", out _))
        {
            throw new CommandException(ExitCode.BadUsage, $"'{name}' can't be the name of a run: lower-case letters, digits and inner hyphens, such as --name house-prices.");
        }

        TaskFolder? task = parsed.GetValue(Task) is { } folder ? TaskFolder.Read(Path.GetFullPath(folder), cancellationToken) : null;
        ImportRequest request = new(parsed.GetValue(File)!, name, task?.Facts, task?.Path ?? "", task?.SolutionFile ?? "");
        ImportedRun imported = await AideImport.ReadAsync(request, cancellationToken);
        using SqliteRunStore store = CommonOptions.Store;
        RunId run = await imported.StoreAsync(store, cancellationToken);
        Journal journal = imported.Journal;
        RunOrigin origin = journal.Settings!.Origin!;
        if (parsed.GetValue(Json))
        {
            ImportedReport report = new(run.Value, journal.Nodes.Count, journal.ValidNodes, journal.Nodes.Count(node => node.IsBuggy), ImportReport.Of(journal)!);
            Console.Out.WriteLine(JsonSerializer.Serialize(report, ImportJsonContext.Default.ImportedReport));
            return ExitCode.Done;
        }

        ResultText.Write(Console.Out, journal, null, null);
        Console.Out.WriteLine();
        Console.Out.WriteLine($"{run} is here: 'agentide show {run}' shows its tree, 'agentide show {run} --node 1' a node, 'agentide replay {run}' each step.");
        return ExitCode.Done;
    }
}

/// <summary>The one document of <c>import --json</c>.</summary>
/// <param name="ValidNodes">Nodes with a score of their own claim.</param>
internal sealed record ImportedReport(string Run, int Nodes, int ValidNodes, int FailedNodes, ImportReport Imported);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ImportedReport))]
internal sealed partial class ImportJsonContext : JsonSerializerContext;
