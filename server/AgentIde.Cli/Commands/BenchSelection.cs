using System.Collections.Immutable;
using System.CommandLine;
using AgentIde.Bench.Prepared;
using AgentIde.MleBench.Registry;

namespace AgentIde.Cli.Commands;

/// <summary>Which competitions a command is about: a split, or some by name.</summary>
internal sealed class BenchSelection
{
    private readonly Option<CompetitionSplit?> _split = new("--split") { Description = "The competitions of MLE-bench to take: low (Lite), medium, high, all, dev." };
    private readonly Option<string[]> _competitions = new("--competition") { Description = "A competition by its id, also a task of your own in the data folder; several with commas, or given again.", AllowMultipleArgumentsPerToken = false };

    public void AddTo(Command command)
    {
        command.Options.Add(_split);
        command.Options.Add(_competitions);
    }

    public bool IsGiven(ParseResult parsed) => parsed.GetResult(_split) is not null || parsed.GetResult(_competitions) is not null;

    /// <exception cref="CommandException">Both or neither are given, or there is no such competition.</exception>
    public ImmutableArray<string> Read(ParseResult parsed, DataFolder data, CompetitionSplit? usual = null)
    {
        string[] named = [.. (parsed.GetValue(_competitions) ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];
        CompetitionSplit? split = parsed.GetValue(_split);
        if (named.Length > 0 && split is not null)
        {
            throw new CommandException(ExitCode.BadUsage, "--split and --competition both say which competitions to take: give one of them.");
        }

        split ??= usual;
        if (named.Length == 0)
        {
            return split is { } one ? [.. CompetitionRegistry.Of(one).Select(competition => competition.Id)]
                : throw new CommandException(ExitCode.BadUsage, "Which competitions? Name a split, such as --split low, or some of them with --competition.");
        }

        string? unknown = named.FirstOrDefault(id => CompetitionRegistry.Find(id) is null && !data.IsOwn(id));
        return unknown is null ? [.. named]
            : throw new CommandException(ExitCode.BadUsage, $"There is no competition '{unknown}' in MLE-bench{GradeCommand.Near(unknown)}. A task of your own is a folder {unknown}/prepared with a task.yaml in {data.Path}.");
    }
}
