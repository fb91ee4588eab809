using System.CommandLine;
using System.Globalization;
using AgentIde.Core.Runs;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide budget</c>: gives a run that goes on, or will, more or fewer nodes and more or less time. What it may spend on models is given with <c>run --resume</c>.</summary>
internal static class BudgetCommand
{
    private static readonly Argument<string> Run = CommonOptions.Run();
    private static readonly Option<int?> Nodes = new("--nodes") { Description = "Nodes that it may start in all." };
    private static readonly Option<string?> Time = new("--time") { Description = "Wall time that it may take in all: 90s, 10m, 2h." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("budget", "Give a run another number of nodes or another time from now on.\n\nExample: agentide budget last --nodes 40 --time 20m") { Run, Nodes, Time, Json };
        command.SetAction((parsed, cancellationToken) =>
        {
            int? nodes = parsed.GetValue(Nodes);
            double? seconds = parsed.GetValue(Time) is { } time ? SearchFlags.Duration(time).TotalSeconds : null;
            string[] limits = [.. nodes is { } count ? [$"{count} nodes"] : Array.Empty<string>(), .. seconds is { } length ? [string.Create(CultureInfo.InvariantCulture, $"{length:0.#} s")] : Array.Empty<string>()];
            return SteerCommands.AskAsync(parsed, Run, Json, by => new BudgetRequest(by, nodes, seconds), "budget", null, $"at most {string.Join(" and ", limits)} in all from now on", cancellationToken);
        });
        return command;
    }
}
