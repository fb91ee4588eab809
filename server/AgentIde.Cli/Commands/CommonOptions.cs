using System.Collections.Immutable;
using System.CommandLine;
using AgentIde.Core.Runs;
using AgentIde.Sandbox;
using AgentIde.Storage;

namespace AgentIde.Cli.Commands;

/// <summary>Options and arguments that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>The folder whose <c>.agentide</c> holds the runs: the current one.</summary>
    public static string Workspace => Directory.GetCurrentDirectory();

    public static SqliteRunStore Store => new(Workspace, TimeProvider.System);

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document on standard output; progress goes to standard error." };

    public static Option<string> Sandbox() => new("--sandbox")
    {
        Description = $"Where candidates run: {string.Join(", ", SandboxEngines.Names)}.",
        DefaultValueFactory = _ => SandboxEngines.Default,
    };

    /// <param name="python">Null for the system's.</param>
    /// <exception cref="CommandException">There is no such engine.</exception>
    public static SandboxEngine Engine(string name, string? python, bool warm = false) => SandboxEngines.Names.Contains(name)
        ? SandboxEngines.Create(name, new SandboxSettings(python is null ? SandboxSettings.Default.Python : Path.GetFullPath(python), warm ? PythonStart.WhenWarm : PythonStart.Cold))
        : throw new CommandException(ExitCode.BadUsage, $"There is no sandbox '{name}': it is {string.Join(" or ", SandboxEngines.Names)}.");

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
