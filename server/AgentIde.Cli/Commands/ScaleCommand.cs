using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using AgentIde.Cli.Bench;
using AgentIde.Cli.Runner;
using AgentIde.Cli.Scaling;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Core.Scaling;
using AgentIde.Storage;
using AgentIde.Tasks.Folders;

namespace AgentIde.Cli.Commands;

/// <summary>
/// <c>agentide scale</c>: what more nodes, time, spend and paths are worth. Tasks × seeds × engineers as ordinary runs of this
/// folder's store, or runs that have ended.
/// </summary>
internal static class ScaleCommand
{
    private static readonly Argument<string[]> Named = new("TASK") { Description = "Folders of tasks with private answers; with --report, groups of runs by their folders, or finished runs by name.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<bool> Report = new("--report") { Description = "Make no runs: figure those that are there." };
    private static readonly GroupFlags Group = new("scale", 5, "Runs of each task and engineer, with seeds 1, 2, …");
    private static readonly SearchFlags Search = new();
    private static readonly Option<string?> Csv = new("--csv") { Description = "Write the figures into this file, one a line." };
    private static readonly Option<string?> Html = new("--html") { Description = "Write them as a page into this file." };
    private static readonly Option<string?> Svg = new("--svg") { Description = "Write the picture alone into this file." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("scale", "What more nodes, time, spend and paths are worth: best holdout and private scores, selection regret, the second holdout, pass@k. The same command again goes on with a group that was stopped, at any point.\n\nExample: agentide scale tasks/diamonds tasks/letters --seeds 5 --nodes 30 --time 10m --group scale/two\n         agentide scale --report scale/two --csv two.csv --html two.html")
        {
            Named, Report, Csv, Html, Svg, Json,
        };
        Group.AddTo(command);
        Search.AddTo(command);
        command.Validators.Add(result =>
        {
            Option[] both = [Report, Csv, Html, Svg, Json];
            if (result.GetValue(Report) && command.Options.FirstOrDefault(option => !both.Contains(option) && result.GetResult(option) is { Implicit: false }) is { } given)
            {
                result.AddError($"{given.Name} is for making runs, and --report figures those that are there: leave one of them out.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        parsed.GetValue(Report) ? ReportAsync(parsed, cancellationToken) : MakeAsync(parsed, cancellationToken);

    private static async Task<int> MakeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        ImmutableArray<TaskFolder> tasks = [.. parsed.GetRequiredValue(Named).Select(Path.GetFullPath).Distinct(StringComparer.Ordinal).Select(folder => Read(folder, cancellationToken))];
        if (tasks.GroupBy(task => task.Facts.Id).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new CommandException(ExitCode.BadUsage, $"{string.Join(" and ", twice.Select(task => task.Path))} both have the id {twice.Key}: figure them one after the other.");
        }

        ImmutableSortedDictionary<string, RunPlan> plans = Group.Plans(parsed, Search, tasks[0].Path);
        ImmutableArray<string> engineers = Group.Engineers(parsed);
        RunPlan any = plans[engineers[0]];
        GroupLimits limits = Group.Limits(parsed, any);
        Dictionary<string, string> folders = tasks.ToDictionary(task => task.Facts.Id, task => task.Path);
        GroupPlan plan = new(
            null, [.. tasks.Select(task => task.Facts.Id)], parsed.GetValue(Group.Seeds), engineers, any.Policy, any.Language.ToString(), any.Nodes, any.Seconds, any.SplitSeed, [.. tasks.Select(task => task.Path)]);
        using BenchGroup group = BenchGroup.Open(Group.Folder(parsed), plan);
        using SqliteRunStore store = CommonOptions.Store;
        using ScaleOutput output = new(group.Folder, new ScaleReader(store));
        TextWriter lines = parsed.GetValue(Json) ? Console.Error : Console.Out;
        lines.WriteLine(group.Folder);
        using GroupRun run = new(group, store, new SlotRunner(group, store, id => folders[id], engineer => plans[engineer]), output, limits) { Command = "agentide scale" };
        await GroupView.RunAsync(run, group, parsed.GetValue(Group.Parallel), RunWatch.IsPlain(parsed.GetValue(Json)) ? lines : null, cancellationToken);

        bool isWhole = run.All.All(status => status.State == SlotState.Done);
        lines.WriteLine($"{GroupView.Summary(run.All)}.");
        Write(parsed, new ScaleDocument(group.Folder, isWhole, output.Report(run.All)));
        if (!isWhole)
        {
            lines.WriteLine($"Go on with the same command and --group {ResumeCommand.Quoted(group.Folder)}");
        }

        return isWhole ? ExitCode.Done : cancellationToken.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Failed;
    }

    /// <exception cref="CommandException">It has no private answers.</exception>
    private static TaskFolder Read(string folder, CancellationToken cancellationToken)
    {
        TaskFolder task = TaskFolder.Read(folder, cancellationToken);
        ScaleReader.AnswersOf(task);
        return task;
    }

    private static async Task<int> ReportAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using SqliteRunStore store = CommonOptions.Store;
        ScaleReader reader = new(store);
        List<ScaledRun> runs = [];
        List<string> notes = [];
        foreach (string named in parsed.GetRequiredValue(Named).Distinct(StringComparer.Ordinal))
        {
            if (Directory.Exists(named))
            {
                await AddAsync(BenchGroup.Read(Path.GetFullPath(named)) ?? throw new CommandException(ExitCode.BadUsage, $"{named} is no folder of a group: --report takes those, and runs by name. To make runs on a task, leave --report out."), named);
                continue;
            }

            RunId run = await CommonOptions.FindAsync(store, named, cancellationToken);
            try
            {
                runs.Add(await reader.ReadAsync(run, cancellationToken));
            }
            catch (ScaleException problem)
            {
                throw new CommandException(ExitCode.BadUsage, $"{run} can't be figured: {problem.Message}.");
            }
        }

        Write(parsed, new ScaleDocument(null, true, ScaleReport.Of(runs.DistinctBy(run => run.Run), reader, notes)));
        return ExitCode.Done;

        async Task AddAsync(GroupState group, string folder)
        {
            int before = runs.Count;
            foreach (GroupSlot slot in group.Slots)
            {
                try
                {
                    runs.Add(await reader.ReadAsync(RunId.Parse(slot.Run ?? throw new ScaleException(slot.Problem ?? "it has not begun")), cancellationToken));
                }
                catch (ScaleException problem)
                {
                    notes.Add($"{slot.Competition}, seed {slot.Seed}, is left out: {problem.Message}");
                }
            }

            if (runs.Count == before)
            {
                throw new CommandException(ExitCode.BadUsage, $"No run of {folder} has ended: go on with it by the command that began it.");
            }
        }
    }

    private static void Write(ParseResult parsed, ScaleDocument document)
    {
        ScaleReport report = document.Report;
        foreach ((Option<string?> option, Func<ScaleReport, string> text) in ((Option<string?>, Func<ScaleReport, string>)[])[(Csv, ScaleCsv.Of), (Html, ScalePage.Of), (Svg, ScalePicture.Of)])
        {
            if (parsed.GetValue(option) is { } file)
            {
                ScaleReport.Write(file.Length > 0 ? Path.GetFullPath(file) : throw new CommandException(ExitCode.BadUsage, $"{option.Name} names no file."), text(report));
            }
        }

        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(document, ScaleJson.Default.ScaleDocument));
        }
        else if (report.Results.Length > 0)
        {
            ScaleView.Write(report, Console.Out);
        }
    }
}
