using System.CommandLine;
using System.Text.Json;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using Spectre.Console;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide runs</c>: the runs of this workspace, newest first, or those that a condition holds for; <c>--stop</c> ends one, <c>--pause</c>, <c>--step</c> and <c>--continue</c> hold it.</summary>
internal static class RunsCommand
{
    private static readonly Option<string?> Stop = new("--stop") { Description = "End a live run: its best solution so far is chosen and refitted." };
    private static readonly Option<string?> Pause = new("--pause") { Description = "Let a live run wait before its next node." };
    private static readonly Option<string?> Step = new("--step") { Description = "Let a paused run work on one node more." };
    private static readonly Option<string?> Continue = new("--continue") { Description = "Let a paused run go on." };
    private static readonly Option<string?> Where = new("--where") { Description = "List the runs that a condition holds for, such as 'score < 0.09 && spend < $1'; a name of a node is that of the run's result." };
    private static readonly Option<string?> Select = new("--select") { Description = "What to list of each of them, such as 'run, policy, nodes, score, spend'." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("runs", "List the runs of this workspace, newest first.\n\nExample: agentide runs\n         agentide runs --where 'task == \"diamonds\" && validNodes > 3'") { Stop, Pause, Step, Continue, Where, Select, Json };
        command.Validators.Add(result =>
        {
            if (new[] { Stop, Pause, Step, Continue }.Count(option => result.GetResult(option) is not null) > 1)
            {
                result.AddError("--stop, --pause, --step and --continue are for one run each: give one of them.");
            }
            else if ((result.GetResult(Where) ?? result.GetResult(Select)) is not null && new[] { Stop, Pause, Step, Continue }.FirstOrDefault(option => result.GetResult(option) is not null) is { } asking)
            {
                result.AddError($"--where and --select list runs, and {asking.Name} is for the one that it names: leave one of them out.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        NodeListing? listing = NodeListing.Read(parsed.GetValue(Where), parsed.GetValue(Select));
        SqliteRunStore store = CommonOptions.Store;
        (Option<string?> Option, Func<string, RunRequest> Request, string Asked)[] requests =
        [
            (Stop, by => new StopRequest(by, Choose: true), "asked to stop"),
            (Pause, by => new PauseRequest(by), "asked to pause before its next node"),
            (Step, by => new StepRequest(by), "asked to take one step"),
            (Continue, by => new ContinueRequest(by), "asked to go on"),
        ];
        foreach ((Option<string?> option, Func<string, RunRequest> request, string asked) in requests)
        {
            if (parsed.GetValue(option) is { } name)
            {
                RunId run = await CommonOptions.FindAsync(store, name, cancellationToken);
                await AskAsync(store, run, request($"agentide runs {option.Name}"), cancellationToken);
                Console.Error.WriteLine($"{run} is {asked}; 'agentide show {run} --follow' shows {(option == Stop ? "how it ends" : "what it does")}.");
                if (parsed.GetValue(Json))
                {
                    Console.Out.WriteLine($"{{\"run\":\"{run}\",\"asked\":\"{option.Name[2..]}\"}}");
                }

                return ExitCode.Done;
            }
        }

        List<(RunListing Listing, Journal Journal)> runs = [];
        int unread = 0;
        int all = 0;
        foreach (RunListing listed in await store.ListAsync(cancellationToken))
        {
            all++;
            try
            {
                Journal journal = await RunFollower.ReadAsync(store, listed.Run, cancellationToken);
                if (listing is null || (journal.Settings is not null && listing.Holds(journal)))
                {
                    runs.Add((listed, journal));
                }
            }
            catch (RunStoreException problem)
            {
                // The others are listed all the same.
                Console.Error.WriteLine($"{listed.Run} can't be read: {problem.Message}");
                unread++;
            }
        }

        bool json = parsed.GetValue(Json);
        if (listing is not null && runs.Count == 0 && all > 0 && !json)
        {
            Console.Out.WriteLine($"No run in {CommonOptions.Workspace} is so: {(all == 1 ? "there is 1, and it" : $"there are {Words.Count(all)}, and none of them")} matches {SafeText.OneLine(listing.Where ?? "", 200)}");
            return unread > 0 ? ExitCode.Failed : ExitCode.Done;
        }

        if ((json || all > 0) && listing?.WriteRuns([.. runs.Select(run => run.Journal)], all, json) == true)
        {
            return ExitCode.Done;
        }

        if (json)
        {
            WriteReports(runs);
            return ExitCode.Done;
        }

        if (runs.Count == 0 && unread > 0)
        {
            return ExitCode.Failed;
        }

        if (runs.Count == 0)
        {
            Console.Out.WriteLine($"There are no runs in {CommonOptions.Workspace}: start one with 'agentide run TASK'.");
            return ExitCode.Done;
        }

        Table table = new Table().Border(TableBorder.None);
        foreach (string heading in new[] { "run", "state", "nodes", "valid", "best", "private", "models", "time", "changed" })
        {
            table.AddColumn(new TableColumn($"[grey]{heading}[/]").NoWrap());
        }

        foreach ((RunListing listed, Journal journal) in runs)
        {
            table.AddRow(
                $"[bold]{listed.Run}[/]",
                (journal.Settings?.Origin is not null ? "imported" : listed.Liveness == Liveness.Live && journal.IsPaused ? "[yellow]paused[/]" : State(listed)) + (EditorWords.Waiting(store, journal) is null ? "" : ", [yellow]waits for an editor[/]"),
                journal.Settings?.Origin is null ? $"{journal.Nodes.Count}/{journal.Settings?.Budget.Nodes}" : $"{journal.Nodes.Count}",
                $"{journal.ValidNodes}",
                (journal.Choice?.Node ?? journal.Best) is { } best ? $"{Markup.Escape(journal.Task!.Metric.DisplayName)} {Words.Score(journal[best].Standing!)}" : "",
                journal.Private?.Score is { } score ? $"{Words.Number(score)}{(journal.Private.Reference is { } reference ? $" ({Markup.Escape(reference)})" : "")}" : "",
                Markup.Escape(SpendingWords.Spent(journal) ?? ""),
                journal.Settings?.Origin is null ? Words.Clock(journal.Spent) : "",
                listed.ChangedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture));
        }

        Screen.Console.Write(table);
        if (listing is not null)
        {
            Console.Out.WriteLine($"{Words.Count(runs.Count)} of {Words.Count(all, "run")}");
        }

        return ExitCode.Done;
    }

    private static void WriteReports(IEnumerable<(RunListing Listing, Journal Journal)> runs)
    {
        RunReport[] reports = [.. runs.Where(run => run.Journal.Settings is not null).Select(run => RunReport.Of(run.Journal, State(run.Listing), null, null))];
        Console.Out.WriteLine(JsonSerializer.Serialize(reports, ReportJsonContext.Default.RunReportArray));
    }

    /// <exception cref="CommandException">Nobody is there to do it.</exception>
    private static async Task AskAsync(SqliteRunStore store, RunId run, RunRequest request, CancellationToken cancellationToken)
    {
        Liveness liveness = (await store.ReadAsync(run, 0, 1, cancellationToken)).Liveness;
        if (liveness != Liveness.Live)
        {
            Journal journal = await RunFollower.ReadAsync(store, run, cancellationToken);
            throw new CommandException(ExitCode.Failed, journal.Settings?.Origin is { } origin ? origin.Refusal(run) : liveness == Liveness.Finished
                ? $"{run} has finished already: 'agentide show {run}' tells what it came to."
                : $"{run} is not running: go on with it{(request is ContinueRequest ? "" : " and ask then")}: {ResumeCommand.Of(run, journal)}");
        }

        await store.RequestAsync(run, request, cancellationToken);
    }

    private static string State(RunListing listing) => listing.Liveness.ToString().ToLowerInvariant();
}
