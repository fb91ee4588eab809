using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using AgentIde.Cli.Bench;
using AgentIde.Cli.Runner;

namespace AgentIde.Cli.Commands;

/// <summary>The options that say how many runs a group has and what the whole of it may take.</summary>
internal sealed class GroupFlags
{
    private readonly string _place;

    /// <param name="place">Where new groups go, in the workspace.</param>
    public GroupFlags(string place, int seeds, string advice)
    {
        _place = place;
        Seeds = new("--seeds") { Description = advice, DefaultValueFactory = _ => seeds };
        Group = new("--group") { Description = $"The group's folder: a new one, or one to go on with. Without it, a new folder is made in {place}/." };
    }

    public Option<int> Seeds { get; }

    public Option<string[]> Engineer { get; } = new("--engineer") { Description = "Who proposes plans and code, as for agentide run; given again, several engineers beside each other.", AllowMultipleArgumentsPerToken = false };

    public Option<string?> Group { get; }

    public Option<int> Parallel { get; } = new("--parallel") { Description = "Runs at once. They share this machine's cores and memory.", DefaultValueFactory = _ => 1 };

    public Option<string?> TotalTime { get; } = new("--total-time") { Description = "Time of the whole group at most: no run is begun after it, and those under way end with what they have." };

    public Option<decimal?> TotalCost { get; } = new("--total-cost") { Description = "US dollars that the whole group may spend on models; needs --cost, what one run may." };

    public IEnumerable<Option> All => [Seeds, Engineer, Group, Parallel, TotalTime, TotalCost];

    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>How the runs of each engineer go, but for task and seed.</summary>
    /// <param name="folder">Any folder, absolute: the slots have their own.</param>
    /// <exception cref="CommandException">One of them says nothing that there is.</exception>
    public ImmutableSortedDictionary<string, RunPlan> Plans(ParseResult parsed, SearchFlags search, string folder)
    {
        int parallel = parsed.GetValue(Parallel);
        return parsed.GetValue(Seeds) < 1 || parallel is < 1 or > RunCommand.MostParallel
            ? throw new CommandException(ExitCode.BadUsage, $"--seeds must be at least 1, and --parallel 1 to {RunCommand.MostParallel}.")
            : Engineers(parsed).ToImmutableSortedDictionary(engineer => engineer, engineer => search.Read(parsed, folder, engineer, 1, 1, null) with { Beside = parallel }, StringComparer.Ordinal);
    }

    public ImmutableArray<string> Engineers(ParseResult parsed) => parsed.GetValue(Engineer) is { Length: > 0 } given ? [.. given.Distinct()] : [RunPlan.BuiltInEngineer];

    /// <param name="plan">Of any engineer.</param>
    /// <exception cref="CommandException">The whole cap needs one for each run.</exception>
    public GroupLimits Limits(ParseResult parsed, RunPlan plan)
    {
        decimal? total = parsed.GetValue(TotalCost), each = plan.Spending?.Dollars;
        return total is not null && each is null
            ? throw new CommandException(ExitCode.BadUsage, "--total-cost needs --cost, what one run may spend: only so can runs be begun without the whole being passed.")
            : new GroupLimits(parsed.GetValue(TotalTime) is { } time ? SearchFlags.Duration(time) : null, total, each);
    }

    /// <summary>Absolute.</summary>
    public string Folder(ParseResult parsed) => Path.GetFullPath(parsed.GetValue(Group) ??
        Path.Combine(_place, TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH-mm-ss-'GMT_run-group'", CultureInfo.InvariantCulture)));
}
