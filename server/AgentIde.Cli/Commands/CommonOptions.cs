using System.Collections.Immutable;
using System.CommandLine;
using AgentIde.Core.Runs;
using AgentIde.Storage;

namespace AgentIde.Cli.Commands;

/// <summary>Options and arguments that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>The folder whose <c>.agentide</c> holds the runs: the current one.</summary>
    public static string Workspace => Directory.GetCurrentDirectory();

    public static SqliteRunStore Store => new(Workspace, TimeProvider.System);

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document on standard output; progress goes to standard error." };

    public static Argument<string> Run() => new("RUN") { Description = "The name of a run, such as diamonds-3; 'last' is the newest." };

    /// <exception cref="CommandException">There is no such run here.</exception>
    public static async Task<RunId> FindAsync(SqliteRunStore store, string text, CancellationToken cancellationToken)
    {
        ImmutableArray<RunListing> runs = await store.ListAsync(cancellationToken);
        RunListing? found = text == "last" && !runs.IsEmpty ? runs[0] : runs.FirstOrDefault(run => run.Run.Value == text);
        return found?.Run ?? throw new CommandException(ExitCode.BadUsage, runs.IsEmpty
            ? $"There are no runs in {Workspace}: start one with 'agentide run TASK', or go to the folder it was started in."
            : $"There is no run '{text}' in {Workspace}: there {(runs.Length == 1 ? "is" : "are")} {string.Join(", ", runs.Take(8).Select(run => run.Run))}.");
    }
}
