using System.CommandLine;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Storage;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide abandon</c>: gives up what is under way in a node of a live run; the run goes on without it.</summary>
internal static class AbandonCommand
{
    private static readonly Argument<string> Run = CommonOptions.Run();
    private static readonly Argument<int> Node = new("NODE") { Description = "The number of a node that is under way." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("abandon", "Give up what is under way in a node of a live run, such as an execution that takes too long.\n\nExample: agentide abandon last 7") { Run, Node, Json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            SqliteRunStore store = CommonOptions.Store;
            RunId run = await CommonOptions.FindAsync(store, parsed.GetValue(Run)!, cancellationToken);
            if ((await store.ReadAsync(run, 0, 0, cancellationToken)).Liveness != Liveness.Live && (await RunFollower.ReadAsync(store, run, cancellationToken)).Finished is null)
            {
                throw new CommandException(ExitCode.Failed, $"{run} is not running: nothing is under way in it.");
            }

            int node = parsed.GetValue(Node);
            return await SteerCommands.AskAsync(parsed, Run, Json, by => new AbandonRequest(by, node), "abandon", node, $"what node {node} does is given up", cancellationToken);
        });
        return command;
    }
}
