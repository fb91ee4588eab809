using System.CommandLine;
using System.Text.Json;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Storage;

namespace AgentIde.Cli.Commands;

/// <summary>
/// <c>agentide apply</c>: writes a node's code into the file the run was started on. A file that holds anything but
/// code of this run is a person's, and is left alone.
/// </summary>
internal static class ApplyCommand
{
    private static readonly Argument<string> Run = CommonOptions.Run();
    private static readonly Option<int?> NodeOption = new("--node") { Description = "The node; the chosen one, else the best so far, where not named." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("apply", "Write a node's code into the solution file of the task.\n\nExample: agentide apply last") { Run, NodeOption, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        SqliteRunStore store = CommonOptions.Store;
        RunId run = await CommonOptions.FindAsync(store, parsed.GetValue(Run)!, cancellationToken);
        Journal journal = await RunFollower.ReadAsync(store, run, cancellationToken);
        int id = parsed.GetValue(NodeOption) ?? journal.Choice?.Node ?? journal.Best
            ?? throw new CommandException(ExitCode.Failed, $"{run} has no valid solution to apply.");
        if (!journal.Has(id) || journal[id].Code is not { } code)
        {
            throw new CommandException(ExitCode.BadUsage, $"{run} has no node {id} with code: it has {Words.Count(journal.Nodes.Count, "node")}.");
        }

        if (journal.Settings!.SolutionFile.Length == 0)
        {
            throw new CommandException(ExitCode.BadUsage, $"{run} was imported without a task, so there is no file to apply it to: take the code from 'agentide show {run} --node {id}', or import it again with --task FOLDER.");
        }

        string file = Path.GetFullPath(journal.Settings.SolutionFile, CommonOptions.Workspace);
        Guard(journal, file);
        ReadOnlyMemory<byte> bytes = await store.ReadBlobAsync(run, code, cancellationToken);
        await WriteAsync(run, id, file, bytes, cancellationToken);
        await RunDecisions.RecordAsync(store, run, new AppliedRequest("agentide apply", id, code, journal.Settings.SolutionFile), cancellationToken);
        Console.Out.WriteLine(parsed.GetValue(Json)
            ? $"{{\"run\":\"{run}\",\"node\":{id},\"file\":{JsonSerializer.Serialize(file, ReportJsonContext.Default.String)}}}"
            : $"node {id} of {run} is in {SafeText.OneLine(file, 400)}");
        return ExitCode.Done;
    }

    private static async Task WriteAsync(RunId run, int node, string file, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        string aside = file + ".agentide-new";
        try
        {
            await File.WriteAllBytesAsync(aside, bytes, cancellationToken);
            File.Move(aside, file, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed,
                $"{file} can't be written by {Person.Name}: {Reason(error)} there. Make {Path.GetDirectoryName(file)} writable and apply again, or take the code from 'agentide show {run} --node {node}'.", error);
        }
    }

    private static string Reason(Exception error) => error is UnauthorizedAccessException ? "no file can be made" : (error.HResult & 0xFFFF) switch
    {
        28 => "no space is left",
        30 => "the file system is read-only",
        _ => "no file can be made",
    };

    private static void Guard(Journal journal, string file)
    {
        FileInfo info = new(file);
        bool inWorkspace = file.StartsWith(CommonOptions.Workspace + "/", StringComparison.Ordinal);
        if (!inWorkspace && !File.Exists(Path.Combine(info.DirectoryName!, "task.yaml")))
        {
            // The log may have come with a stranger's repository.
            throw new CommandException(ExitCode.Failed, $"{file} lies outside of this workspace and beside no task.yaml: nothing was written. Take the code from 'agentide show {journal.Settings!.Run} --node N'.");
        }

        if (info.LinkTarget is not null)
        {
            throw new CommandException(ExitCode.Failed, $"{file} is a link: nothing is written through it. Remove it, or take the code from 'agentide show {journal.Settings!.Run} --node N'.");
        }

        if (info.Directory is not { Exists: true })
        {
            throw new CommandException(ExitCode.Failed, $"The folder of {file} is gone: bring it back, and apply again.");
        }

        if (!info.Exists || info.Length == 0)
        {
            return;
        }

        Digest there = Digest.Of(File.ReadAllBytes(file));
        if (!journal.Nodes.Any(node => node.Code == there))
        {
            throw new CommandException(ExitCode.Failed,
                $"{file} holds changes that are not {journal.Settings!.Run}'s: they are kept, and nothing was written. Move the file away, or apply in the editor, which shows both side by side.");
        }
    }
}
