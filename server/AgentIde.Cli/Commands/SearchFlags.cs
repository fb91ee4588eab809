using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using AgentIde.Cli.Runner;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Cli.Commands;

/// <summary>The options that say how a run searches, where its candidates run and what it may spend: of one run, or of many alike.</summary>
internal sealed partial class SearchFlags
{
    public Option<string> Policy { get; } = new("--policy") { Description = "Which node to work on next, and how: operators (improves the best node, tunes, ablates, merges and simplifies it, by what pays), aide (greedy, improves it alone), aide-mlebench (the same, every failure mended), mcts (tree search), best-of-n (independent starts), evolution.", DefaultValueFactory = _ => Policies.Usual };

    public Option<string> Language { get; } = new("--language") { Description = "The language of solutions: python or csharp.", DefaultValueFactory = _ => "python" };

    public Option<int> Nodes { get; } = new("--nodes") { Description = "Nodes to start at most.", DefaultValueFactory = _ => RunPlan.DefaultNodes };

    public Option<string> Time { get; } = new("--time") { Description = "Wall time at most, everything included: 90s, 10m, 2h.", DefaultValueFactory = _ => "10m" };

    public Option<long> SplitSeed { get; } = new("--split-seed") { Description = "Decides the blind holdout, with the workspace's secret.", DefaultValueFactory = _ => 1 };

    public Option<string[]> Require { get; } = new("--require") { Description = "Guarantees without which the run is refused (network, files, user, containment, time and disk always are): memory, processes, syscalls." };

    public SandboxFlags Sandbox { get; } = new();

    public SpendingFlags Spending { get; } = new();

    public ModelFlags Models { get; } = new();

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { Policy, Language, Nodes, Time, SplitSeed, Require })
        {
            command.Options.Add(option);
        }

        Models.AddTo(command);
        Spending.AddTo(command);
        Sandbox.AddTo(command);
    }

    /// <param name="folder">Of the task, absolute.</param>
    /// <param name="parallel">Nodes under way at once, at most.</param>
    /// <exception cref="CommandException">One of them says nothing that there is.</exception>
    public RunPlan Read(ParseResult parsed, string folder, string engineer, int parallel, long seed, RunId? resume)
    {
        int nodes = parsed.GetValue(Nodes);
        if (nodes < 1)
        {
            throw new CommandException(ExitCode.BadUsage, "--nodes must be at least 1.");
        }

        string policy = parsed.GetValue(Policy)!;
        if (Policies.Find(policy) is null)
        {
            throw new CommandException(ExitCode.BadUsage, $"There is no policy '{policy}': it is one of {string.Join(", ", Policies.Names)}.");
        }

        ProgramLanguage language = parsed.GetValue(Language) switch
        {
            "python" => ProgramLanguage.Python,
            "csharp" => ProgramLanguage.CSharp,
            var other => throw new CommandException(ExitCode.BadUsage, $"There is no language '{other}': it is python or csharp."),
        };
        SandboxChoice sandbox = Sandbox.Read(parsed);
        if (language == ProgramLanguage.CSharp && sandbox.Python is not null)
        {
            throw new CommandException(ExitCode.BadUsage, "--python chooses the Python of candidates, and with --language csharp they are C#: leave one of them out.");
        }

        return new RunPlan(
            CommonOptions.Workspace,
            folder,
            SolutionFile: null,
            EngineerOption(engineer),
            policy,
            language,
            nodes,
            Duration(parsed.GetValue(Time)!).TotalSeconds,
            seed,
            parsed.GetValue(SplitSeed),
            sandbox,
            [.. (parsed.GetValue(Require) ?? []).SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
            parallel,
            resume,
            Spending: Spending.Read(parsed),
            Asking: Models.Read(parsed));
    }

    /// <summary>As it was given, a recording by its absolute path: the runner works elsewhere.</summary>
    private static string EngineerOption(string engineer)
    {
        const string recording = "recording:";
        if (!engineer.StartsWith(recording, StringComparison.Ordinal))
        {
            return engineer;
        }

        return engineer.Length > recording.Length
            ? recording + Path.GetFullPath(engineer[recording.Length..])
            : throw new CommandException(ExitCode.BadUsage, "--engineer recording: names no file: write recording:FILE.");
    }

    public static TimeSpan Duration(string text)
    {
        Match match = DurationPattern().Match(text);
        if (!match.Success || !double.TryParse(match.Groups[1].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double amount) || amount <= 0 || amount > 1e6)
        {
            throw new CommandException(ExitCode.BadUsage, $"'{text}' is not a time: write 90s, 10m or 2h.");
        }

        return match.Groups[2].Value switch
        {
            "h" => TimeSpan.FromHours(amount),
            "m" => TimeSpan.FromMinutes(amount),
            _ => TimeSpan.FromSeconds(amount),
        };
    }

    [GeneratedRegex(@"^(\d+(?:\.\d+)?)\s*([smh]?)$", RegexOptions.CultureInvariant)]
    private static partial Regex DurationPattern();
}
