using System.CommandLine;
using System.Text.Json;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Storage;

namespace AgentIde.Cli.Commands;

/// <summary>
/// <c>agentide hint</c> and <c>reject</c>: what a person says of a run. A live run takes it at once, one
/// that was interrupted goes by it once it is resumed; what would come to nothing is refused.
/// </summary>
internal static class SteerCommands
{
    private static readonly Argument<string> Run = CommonOptions.Run();
    private static readonly Argument<string> Text = new("TEXT") { Description = "What the engineer is to bear in mind, in your words." };
    private static readonly Argument<int> Node = new("NODE") { Description = "The number of a node." };
    private static readonly Option<int?> From = new("--node") { Description = "Try it now, in a branch of this node." };
    private static readonly Option<string?> Why = new("--why") { Description = "Why it is not wanted: engineers are told." };
    private static readonly Option<bool> Restore = new("--restore") { Description = "Take a rejection back." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Hint()
    {
        Command command = new("hint", "Tell the engineer of a run something to bear in mind, or to try now.\n\nExample: agentide hint last \"try a log target\" --node 3") { Run, Text, From, Json };
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(From) is { } node
            ? AskAsync(parsed, by => new BranchRequest(by, node, parsed.GetValue(Text)!), "hint --node", node, $"a branch of node {node} with the hint comes next", cancellationToken)
            : AskAsync(parsed, by => new HintRequest(by, parsed.GetValue(Text)!), "hint", null, "the engineer is told from the next node on", cancellationToken));
        return command;
    }

    public static Command Reject()
    {
        Command command = new("reject", "Want nothing more of a node: nothing comes from it by itself, and it is not the result.\n\nExample: agentide reject last 3 --why \"it leaks\"") { Run, Node, Why, Restore, Json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Restore) && result.GetResult(Why) is not null)
            {
                result.AddError("--why is for a rejection, and --restore takes one back: give one of them.");
            }
        });
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(Restore)
            ? AskAsync(parsed, by => new RestoreRequest(by, parsed.GetValue(Node)), "reject --restore", parsed.GetValue(Node), $"node {parsed.GetValue(Node)} counts again", cancellationToken)
            : AskAsync(parsed, by => new RejectRequest(by, parsed.GetValue(Node), parsed.GetValue(Why)), "reject", parsed.GetValue(Node), $"node {parsed.GetValue(Node)} is rejected", cancellationToken));
        return command;
    }

    private static Task<int> AskAsync(ParseResult parsed, Func<string, RunRequest> request, string command, int? node, string asked, CancellationToken cancellationToken) =>
        AskAsync(parsed, Run, Json, request, command, node, asked, cancellationToken);

    /// <param name="asked">What is told of it.</param>
    /// <param name="more">What the run may spend that goes on from one that has finished; null for as much as that usually is.</param>
    /// <param name="unfit">Why what was given does not fit the run; null where it does.</param>
    public static async Task<int> AskAsync(
        ParseResult parsed, Argument<string> name, Option<bool> json, Func<string, RunRequest> request, string command, int? node, string asked, CancellationToken cancellationToken, Func<Journal, Budget>? more = null, Func<Journal, string?>? unfit = null)
    {
        SqliteRunStore store = CommonOptions.Store;
        RunId run = await CommonOptions.FindAsync(store, parsed.GetValue(name)!, cancellationToken);
        RunRequest wanted = request($"agentide {command}");
        Journal journal = await RunFollower.ReadAsync(store, run, cancellationToken);
        if (unfit?.Invoke(journal) is { } why)
        {
            throw new CommandException(ExitCode.BadUsage, why);
        }

        if (RunForks.IsFor(journal, wanted))
        {
            return await GoOnFromAsync(store, journal, wanted, more?.Invoke(journal) ?? RunForks.Extended(journal, wanted), parsed.GetValue(json), command, node, asked, cancellationToken);
        }

        if (more is not null)
        {
            throw new CommandException(ExitCode.BadUsage, $"--nodes and --time are for a run that has finished, and {run} has not: agentide budget {run} gives it more.");
        }

        if (RunDecisions.Refusal(journal, wanted) is { } refusal)
        {
            throw new CommandException(ExitCode.Failed, refusal);
        }

        string widened = RunDecisions.SaysWidened(journal, wanted);
        await RunDecisions.RecordAsync(store, run, wanted, cancellationToken);
        bool live = (await store.ReadAsync(run, 0, 0, cancellationToken)).Liveness == Liveness.Live;
        Console.Out.WriteLine(parsed.GetValue(json)
            ? $"{{\"run\":\"{run}\",\"asked\":{JsonSerializer.Serialize(command, ReportJsonContext.Default.String)}{(node is { } id ? $",\"node\":{id}" : "")},\"live\":{(live ? "true" : "false")}}}"
            : $"{run}: {asked}{widened}{(live ? "" : $", once it goes on: {ResumeCommand.Of(run, await RunFollower.ReadAsync(store, run, cancellationToken))}")}");
        return ExitCode.Done;
    }

    private static async Task<int> GoOnFromAsync(
        SqliteRunStore store, Journal origin, RunRequest wanted, Budget budget, bool json, string command, int? node, string asked, CancellationToken cancellationToken)
    {
        if (RunForks.Refusal(origin, wanted) is { } refusal)
        {
            throw new CommandException(ExitCode.Failed, refusal);
        }

        string folder = Path.GetFullPath(origin.Settings!.TaskFolder, CommonOptions.Workspace);
        if (!File.Exists(Path.Combine(folder, "task.yaml")))
        {
            throw new CommandException(ExitCode.Failed, $"The task of {origin.Settings.Run} is not at {folder} any more, and without it no run can go on from this one: put it back there, then ask again.");
        }

        RunId from = origin.Settings.Run, run = await RunForks.MakeAsync(store, origin, budget, wanted, cancellationToken);
        if (RunForks.Revived(origin) is { } revived)
        {
            Console.Error.WriteLine($"{revived}.");
        }

        Console.Out.WriteLine(json
            ? $"{{\"run\":\"{run}\",\"from\":\"{from}\",\"asked\":{JsonSerializer.Serialize(command, ReportJsonContext.Default.String)}{(node is { } id ? $",\"node\":{id}" : "")},\"live\":false}}"
            : $"{from} has finished and stays as it is; {run} begins with what it came to, and there {asked}, once it goes on: {ResumeCommand.Of(run, origin)}");
        return ExitCode.Done;
    }
}
