using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Cli.Bench;
using AgentIde.Cli.Runner;
using AgentIde.Cli.Terminal;
using AgentIde.MleBench;
using AgentIde.Bench.Prepared;
using AgentIde.Bench.Reports;
using AgentIde.Storage;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide bench run</c>: competitions × seeds × engineers, each an ordinary run of this folder's store.</summary>
internal static class BenchRunCommand
{
    private static readonly Option<string> Data = BenchCommand.Data();
    private static readonly BenchSelection Selection = new();
    private static readonly GroupFlags Group = new("bench", 3, "Runs of each competition and engineer, with seeds 1, 2, …; MLE-bench asks for 3 at least.");
    private static readonly Option<string?> Boards = BenchCommand.Leaderboards();
    private static readonly SearchFlags Search = new();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("run", "Run engineers on competitions, with several seeds each. The same command again goes on with a group that was stopped, at any point.\n\nExample: agentide bench run --split low --seeds 3 --data ~/.cache/mle-bench/data --group bench/lite --time 1h --parallel 2\n         agentide bench report bench/lite --output report")
        {
            Data, Boards, Json,
        };
        Group.AddTo(command);
        Selection.AddTo(command);
        Search.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        DataFolder data = new(parsed.GetRequiredValue(Data), parsed.GetValue(Boards));
        ImmutableArray<string> competitions = Selection.Read(parsed, data);
        ImmutableSortedDictionary<string, RunPlan> plans = Group.Plans(parsed, Search, data.Path);
        ImmutableArray<string> engineers = Group.Engineers(parsed);
        RunPlan any = plans[engineers[0]];
        GroupLimits limits = Group.Limits(parsed, any);
        RequirePrepared(data, competitions, cancellationToken);
        GroupPlan plan = new(data.Path, competitions, parsed.GetValue(Group.Seeds), engineers, any.Policy, any.Language.ToString(), any.Nodes, any.Seconds, any.SplitSeed);
        using BenchGroup group = BenchGroup.Open(Group.Folder(parsed), plan);
        using SqliteRunStore store = CommonOptions.Store;
        using GroupOutput output = new(group, store, data);
        TextWriter lines = parsed.GetValue(Json) ? Console.Error : Console.Out;
        lines.WriteLine(group.Folder);
        SlotRunner runner = new(group, store, id => PreparedTask.Make(data, id, Path.Combine(group.Folder, "tasks", id), CancellationToken.None), engineer => plans[engineer]);
        using GroupRun run = new(group, store, runner, output, limits) { Command = "agentide bench run" };
        await GroupView.RunAsync(run, group, parsed.GetValue(Group.Parallel), RunWatch.IsPlain(parsed.GetValue(Json)) ? lines : null, cancellationToken);
        return Report(parsed, run, output, engineers, cancellationToken.IsCancellationRequested);
    }

    /// <exception cref="CommandException">Answers of one of them are not there.</exception>
    private static void RequirePrepared(DataFolder data, ImmutableArray<string> competitions, CancellationToken cancellationToken)
    {
        List<string> missing = [];
        foreach (string id in competitions)
        {
            try
            {
                data.Open(id, cancellationToken);
            }
            catch (BenchException problem) when (problem.IsMissing)
            {
                missing.Add(id);
            }
        }

        if (missing.Count > 0)
        {
            throw new CommandException(ExitCode.Missing, $"{missing.Count} of {competitions.Length} competitions are not prepared in {data.Path}: {string.Join(", ", missing.Take(5))}{(missing.Count > 5 ? ", …" : "")}. 'agentide bench check --data {data.Path}' says how to get them; or name those that are there with --competition.");
        }
    }

    private static int Report(ParseResult parsed, GroupRun run, GroupOutput output, ImmutableArray<string> engineers, bool isStopped)
    {
        bool isWhole = run.All.All(status => status.State == SlotState.Done);
        string folder = Path.GetDirectoryName(output.FolderOf(engineers[0]))!;
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new BenchRunDocument(folder, isWhole, [.. run.All.Select(Of)]), BenchRunJson.Default.BenchRunDocument));
        }
        else
        {
            Console.Out.WriteLine($"{GroupView.Summary(run.All)}.");
            Console.Out.WriteLine(isWhole
                ? $"The report: agentide bench report {ResumeCommand.Quoted(folder)} --output report"
                : $"Go on with the same command and --group {ResumeCommand.Quoted(folder)}");
        }

        return isWhole ? ExitCode.Done : isStopped ? ExitCode.Interrupted : ExitCode.Failed;
    }

    private static BenchRunLine Of(SlotStatus status) => new(
        status.Slot.Competition, status.Slot.Seed, status.Slot.Engineer, status.Slot.Run, status.State.ToString().ToLowerInvariant(), status.Graded?.Report.Score,
        status.Graded is { } graded ? BenchWords.Medal(graded.Report) : null, status.Slot.Problem ?? status.Graded?.Problem);
}

/// <param name="Finished">Whether each run has ended.</param>
internal sealed record BenchRunDocument(string Group, bool Finished, ImmutableArray<BenchRunLine> Runs);

/// <param name="State"><c>done</c>, <c>stopped</c>, <c>left</c> (no time or money for it) or <c>waiting</c>.</param>
internal sealed record BenchRunLine(string Competition, int Seed, string Engineer, string? Run, string State, double? Score, string? Medal, string? Problem);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(BenchRunDocument))]
internal sealed partial class BenchRunJson : JsonSerializerContext;
