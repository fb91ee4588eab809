using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;
using AgentIde.Core.Simulation;
using AgentIde.Storage;
using Spectre.Console;

namespace AgentIde.Cli.Commands;

/// <summary>
/// <c>agentide simulate</c>: plays search policies against what recorded runs came to, many seeds in seconds; with
/// <c>--record</c> it collects the runs into a file that can be played anywhere.
/// </summary>
internal static class SimulateCommand
{
    private const int MostSeeds = 1_000_000;
    private const int LargestPool = 256 << 20;

    private static readonly Argument<string[]> Pools = new("POOL") { Description = "Runs of this workspace by name, or files that --record wrote; all runs of this workspace that have finished where none is named.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string> PolicyNames = new("--policies") { Description = "Which policies to play; the first is what the others are compared with.", DefaultValueFactory = _ => string.Join(',', Core.Search.Policies.Names) };
    private static readonly Option<int> Seeds = new("--seeds") { Description = "Simulations of each policy on each task.", DefaultValueFactory = _ => 1_000 };
    private static readonly Option<string> Time = new("--time") { Description = "Simulated wall time of each: 90s, 10m, 2h.", DefaultValueFactory = _ => "10m" };
    private static readonly Option<int> Nodes = new("--nodes") { Description = "Nodes of each at most.", DefaultValueFactory = _ => 100 };
    private static readonly Option<int> Workers = new("--workers") { Description = "Nodes under way at once, as with run --parallel.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Redraws = new("--redraws") { Description = "Pools to draw anew from the recorded runs, to see what hangs on which were recorded; 0 for none.", DefaultValueFactory = _ => 40 };
    private static readonly Option<string?> Record = new("--record") { Description = "Write the runs into this new file instead of playing them: scores, times and operators, no code, no plan, no data." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("simulate", "Compare search policies over many seeds, against what recorded runs came to. Nothing is executed.\n\nExample: agentide simulate diamonds-1 diamonds-2 --policies aide,mcts --time 10m\n         agentide simulate --record pool.json")
        {
            Pools, PolicyNames, Seeds, Time, Nodes, Workers, Redraws, Record, Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(Record) is not null && command.Options.FirstOrDefault(option => option != Json && option != Record && result.GetResult(option) is { Implicit: false }) is { } given)
            {
                result.AddError($"{given.Name} is for playing a pool, and --record writes one: leave one of them out.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        bool json = parsed.GetValue(Json);
        SimulationPlan? plan = parsed.GetValue(Record) is null ? Plan(parsed) : null;
        Pool pool = await CollectAsync(parsed.GetValue(Pools) ?? [], json ? Console.Error : Console.Out, cancellationToken);
        if (plan is null)
        {
            return await WriteAsync(pool, parsed.GetValue(Record)!, json, cancellationToken);
        }

        Stopwatch watch = Stopwatch.StartNew();
        SimulationReport report;
        try
        {
            report = Simulator.Play(pool, plan, cancellationToken);
        }
        catch (PoolException problem)
        {
            throw new CommandException(ExitCode.BadUsage, $"The pool can't be played: {problem.Message}.");
        }

        double seconds = Math.Round(watch.Elapsed.TotalSeconds, 2);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new SimulationDocument(seconds, report), SimulationJsonContext.Default.SimulationDocument));
        }
        else
        {
            Write(report, seconds);
        }

        return ExitCode.Done;
    }

    private static SimulationPlan Plan(ParseResult parsed)
    {
        ImmutableArray<string> names = [.. parsed.GetValue(PolicyNames)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];
        if (names.IsEmpty || names.FirstOrDefault(name => Policies.Find(name) is null) is not null)
        {
            string given = names.FirstOrDefault(name => Policies.Find(name) is null) ?? "";
            throw new CommandException(ExitCode.BadUsage, $"There is no policy '{given}': it is one of {string.Join(", ", Policies.Names)}.");
        }

        return new SimulationPlan(
            names,
            Between(parsed, Seeds, 1, MostSeeds),
            Between(parsed, Nodes, 1, 10_000),
            SearchFlags.Duration(parsed.GetValue(Time)!).TotalSeconds,
            Between(parsed, Workers, 1, RunCommand.MostParallel),
            Between(parsed, Redraws, 0, 10_000));
    }

    private static int Between(ParseResult parsed, Option<int> option, int least, int most) =>
        parsed.GetValue(option) is var value && value >= least && value <= most
            ? value
            : throw new CommandException(ExitCode.BadUsage, string.Create(CultureInfo.InvariantCulture, $"{option.Name} must be {least} to {most}."));

    private static async Task<Pool> CollectAsync(string[] named, TextWriter notes, CancellationToken cancellationToken)
    {
        List<PoolRun> runs = [];
        using SqliteRunStore store = CommonOptions.Store;
        foreach (string name in named.Distinct(StringComparer.Ordinal))
        {
            if (File.Exists(name))
            {
                runs.AddRange((await ReadAsync(name, cancellationToken)).Runs);
                continue;
            }

            RunId run = await CommonOptions.FindAsync(store, name, cancellationToken);
            try
            {
                runs.Add(await RecordAsync(store, run, cancellationToken));
            }
            catch (PoolException problem)
            {
                throw new CommandException(ExitCode.BadUsage, $"Nothing can be learnt of {run}: {problem.Message}.");
            }
        }

        if (named.Length == 0)
        {
            foreach (RunListing listed in (await store.ListAsync(cancellationToken)).Where(listed => listed.Liveness == Liveness.Finished).Reverse())
            {
                try
                {
                    runs.Add(await RecordAsync(store, listed.Run, cancellationToken));
                }
                catch (Exception problem) when (problem is PoolException or RunStoreException)
                {
                    // The others are taken all the same.
                    notes.WriteLine(SafeText.OneLine($"{listed.Run} is left out: {problem.Message}", 400));
                }
            }
        }

        return runs.Count > 0 ? new Pool(Pool.Current, [.. runs])
            : throw new CommandException(ExitCode.BadUsage, $"There are no finished runs in {CommonOptions.Workspace} to learn from: name a file that 'agentide simulate --record FILE' wrote, or run the engineer first.");
    }

    private static async Task<Pool> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (new FileInfo(file).Length > LargestPool)
        {
            throw new CommandException(ExitCode.BadUsage, $"{file} is larger than a pool can be.");
        }

        try
        {
            return Pool.Read(await File.ReadAllBytesAsync(file, cancellationToken));
        }
        catch (PoolException problem)
        {
            throw new CommandException(ExitCode.BadUsage, $"{file} can't be used: {problem.Message}.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"{file} can't be read: {problem.Message}");
        }
    }

    private static async Task<PoolRun> RecordAsync(SqliteRunStore store, RunId run, CancellationToken cancellationToken)
    {
        PoolRecorder recorder = new();
        long seq = 0;
        while (await store.ReadAsync(run, seq, 1_000, cancellationToken) is { Events: { IsEmpty: false } events })
        {
            foreach (RecordedEvent recorded in events)
            {
                recorder.Add(recorded);
                seq = recorded.Seq;
            }
        }

        return recorder.Finish();
    }

    private static async Task<int> WriteAsync(Pool pool, string file, bool json, CancellationToken cancellationToken)
    {
        if (file.Length == 0)
        {
            throw new CommandException(ExitCode.BadUsage, "--record names no file.");
        }

        try
        {
            await using FileStream stream = new(file, FileMode.CreateNew, FileAccess.Write);
            await using StreamWriter writer = new(stream);
            await writer.WriteLineAsync(pool.ToJson());
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, File.Exists(file) ? $"{file} is there already: name another file." : $"{file} can't be written: {problem.Message}");
        }

        int nodes = pool.Runs.Sum(run => run.Nodes.Length);
        Console.Out.WriteLine(json
            ? JsonSerializer.Serialize(new RecordedPool(Path.GetFullPath(file), [.. pool.Runs.Select(run => run.Run)], nodes), SimulationJsonContext.Default.RecordedPool)
            : $"{file}: {Words.Count(pool.Runs.Length, "run")} with {Words.Count(nodes, "node")}; 'agentide simulate {file}' plays policies against them.");
        return ExitCode.Done;
    }

    private static void Write(SimulationReport report, double seconds)
    {
        foreach (SimulatedTask task in report.Tasks)
        {
            Console.Out.WriteLine(SafeText.OneLine(string.Create(CultureInfo.InvariantCulture,
                $"{task.Task}: {Words.Count(task.Runs, "run")}, {task.Scored} of {task.Nodes} nodes with a score; best {task.Metric} {task.BestScore:G5}, median draft {task.MedianDraft:G5}"), 400));
        }

        Console.Out.WriteLine();
        Table table = new Table().Border(TableBorder.None);
        foreach (string heading in new[] { "policy", "at 1/4", "at 1/2", "at the end", $"against {report.Baseline}", "over other runs", "better", "nodes", "valid" })
        {
            table.AddColumn(new TableColumn($"[grey]{heading}[/]").NoWrap());
        }

        foreach (SimulatedPolicy policy in report.Policies)
        {
            table.AddRow(
                $"[bold]{policy.Policy}[/]",
                Number(policy.Quarters[0]),
                Number(policy.Quarters[1]),
                Number(policy.Quarters[^1]),
                policy.Against is { } against ? $"{Signed(against.Difference)} {Shown(against.Interval)}" : "",
                policy.Against?.OverRuns is { } over ? Shown(over) : "",
                policy.Against is { } paired ? string.Create(CultureInfo.InvariantCulture, $"{100 * paired.Better:0} %") : "",
                string.Create(CultureInfo.InvariantCulture, $"{policy.Nodes:0.0}"),
                string.Create(CultureInfo.InvariantCulture, $"{100 * policy.Valid:0} %"));
        }

        Screen.Console.Write(table);
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\n0 is the median recorded draft, 1 the best recorded node; in brackets 95 % of {Words.Count(report.Seeds, "seed")}, and of other runs drawn from these. {report.Seconds:0} s each with {Words.Count(report.Workers, "worker")}, simulated in {seconds:0.0} s."));
        foreach (string thin in report.Thin)
        {
            Console.Out.WriteLine(SafeText.OneLine($"thin        {thin}", 400));
        }
    }

    private static string Number(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.000}");

    private static string Signed(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:+0.000;-0.000;0.000}");

    private static string Shown(Interval interval) => Markup.Escape($"[{Signed(interval.Low)}, {Signed(interval.High)}]");
}

/// <summary>The one document of <c>simulate --json</c>.</summary>
/// <param name="Took">Seconds of this machine.</param>
internal sealed record SimulationDocument(double Took, SimulationReport Simulation);

internal sealed record RecordedPool(string File, ImmutableArray<string> Runs, int Nodes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SimulationDocument))]
[JsonSerializable(typeof(RecordedPool))]
internal sealed partial class SimulationJsonContext : JsonSerializerContext;
