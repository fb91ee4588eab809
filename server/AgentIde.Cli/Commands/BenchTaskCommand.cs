using System.CommandLine;
using AgentIde.Bench.Prepared;
using AgentIde.Cli.Terminal;
using AgentIde.MleBench.Registry;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide bench task</c>: a competition's public files as a task, without its answers at hand, as in a container of MLE-bench.</summary>
internal static class BenchTaskCommand
{
    private static readonly Argument<string> Id = new("COMPETITION") { Description = "Its name in MLE-bench." };
    private static readonly Option<string> Public = new("--public") { Description = "Its public files: ID/prepared/public, or /home/data in MLE-bench's container.", Required = true };
    private static readonly Option<string> Into = new("--into") { Description = "The task's folder; one that is there already is left as it is.", Required = true };

    public static Command Create()
    {
        Command command = new("task", "Make a task of a competition's public files.\n\nExample: agentide bench task spaceship-titanic --public /home/data --into task") { Id, Public, Into };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        string id = parsed.GetValue(Id)!, source = Path.GetFullPath(parsed.GetValue(Public)!), into = parsed.GetValue(Into)!;
        Competition competition = CompetitionRegistry.Find(id)
            ?? throw new CommandException(ExitCode.BadUsage, $"There is no competition '{SafeText.OneLine(id, 80)}' in MLE-bench: docs/MLE-BENCH.md lists all 82.");
        if (!Directory.Exists(source))
        {
            throw new CommandException(ExitCode.Missing, $"There is no folder {source}: --public names the competition's public files.");
        }

        if (Directory.Exists(into) && !File.Exists(Path.Combine(into, "task.yaml")) && Directory.EnumerateFileSystemEntries(into).Any())
        {
            throw new CommandException(ExitCode.BadUsage, $"{into} holds something else than a task: name a folder that is not there.");
        }

        PreparedTask.Make(competition, source, Path.GetFullPath(into), cancellationToken);
        Console.Out.WriteLine($"The task of {competition.Id} is in {into}.\n\n  agentide run {ResumeCommand.Quoted(into)}");
        return ExitCode.Done;
    }
}
