using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Bench.Reports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AgentIde.Cli.Bench;

/// <summary>A group while it runs: a table that renews itself in a terminal, a line for each change elsewhere.</summary>
internal static class GroupView
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(500);

    /// <summary>What has changed, in one line.</summary>
    private static string Line(SlotStatus status)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{status.Slot.Competition}  seed {status.Slot.Seed}  {SafeText.OneLine(status.Slot.Engineer, 40)}");
        return status.State switch
        {
            SlotState.Running => $"{name}  running",
            SlotState.Stopped => $"{name}  stopped{(status.Slot.Problem is { } problem ? $": {SafeText.OneLine(problem, 200)}" : "")}",
            SlotState.Left => $"{name}  left: the group's time or money is spent",
            SlotState.Done => $"{name}  {Result(status)}  {Facts(status)}",
            _ => name,
        };
    }

    /// <summary>Works through the group and shows it, as the screen is: a table that renews itself, or lines.</summary>
    /// <param name="lines">Null for a table in the terminal.</param>
    public static async Task RunAsync(GroupRun run, BenchGroup group, int parallel, TextWriter? lines, CancellationToken leaving)
    {
        if (lines is null)
        {
            await ShowAsync(run.All, group, () => run.RunAsync(parallel, leaving));
        }
        else
        {
            run.Changed = status => lines.WriteLine(Line(status));
            await run.RunAsync(parallel, leaving);
        }
    }

    /// <summary>Renews the table while the group runs.</summary>
    private static async Task ShowAsync(ImmutableArray<SlotStatus> all, BenchGroup group, Func<Task> run)
    {
        IAnsiConsole console = Screen.Console;
        await console.Live(new Text("")).AutoClear(false).Overflow(VerticalOverflow.Crop).StartAsync(async context =>
        {
            Task running = run();
            do
            {
                context.UpdateTarget(Render(all, group.Elapsed, console.Profile.Height));
                context.Refresh();
            }
            while (await Task.WhenAny(running, Task.Delay(Refresh, TimeProvider.System)) != running);

            context.UpdateTarget(Render(all, group.Elapsed, console.Profile.Height));
            await running;
        });
    }

    /// <summary>How far the group is, in a sentence.</summary>
    public static string Summary(ImmutableArray<SlotStatus> all)
    {
        int done = all.Count(status => status.State == SlotState.Done);
        string medals = all.Any(status => status.Graded is not null) ? $", {all.Count(status => status.Graded?.Report.AnyMedal ?? false)} with a medal" : "";
        decimal dollars = all.Sum(status => status.Trace.Journal.Spending.Total.SettledDollars);
        return string.Create(CultureInfo.InvariantCulture, $"{done} of {all.Length} runs have ended{medals}{(dollars > 0 ? $", {ReportWords.Dollars(dollars)} spent" : "")}");
    }

    /// <summary>What is under way, then what has ended last, then what waits: as much as fits.</summary>
    private static Rows Render(ImmutableArray<SlotStatus> all, TimeSpan elapsed, int height)
    {
        const int around = 7;
        SlotStatus[] running = [.. all.Where(status => status.State == SlotState.Running)], ended = [.. all.Where(status => status.State is SlotState.Done or SlotState.Stopped or SlotState.Left)], waiting = [.. all.Where(status => status.State == SlotState.Waiting)];
        int room = Math.Max(3, height - around - running.Length);
        Table table = new Table().Border(TableBorder.Simple).AddColumns("competition", "seed", "engineer", "", "nodes", "best", "time", "spend");
        foreach (SlotStatus status in ended.TakeLast(room).Concat(running).Concat(waiting.Take(Math.Max(0, room - ended.Length))))
        {
            Journal journal = status.Trace.Journal;
            string state = status.State switch
            {
                SlotState.Running => "[blue]running[/]",
                SlotState.Stopped => "[yellow]stopped[/]",
                SlotState.Left => "[grey]left[/]",
                SlotState.Done => Coloured(status),
                _ => "[grey]waits[/]",
            };
            table.AddRow(
                Markup.Escape(status.Slot.Competition), $"{status.Slot.Seed}", Markup.Escape(SafeText.OneLine(status.Slot.Engineer, 24)), state,
                journal.Settings is { Budget.Nodes: var most } ? $"{journal.Nodes.Count}/{most}" : "", ReportWords.Score(journal.Best is { } best ? journal[best].Standing?.Value : null),
                ReportWords.Time(journal.Spent), ReportWords.Dollars(journal.Spending.Total.SettledDollars));
        }

        return new Rows(table, new Text($"{Summary(all)}; {running.Length} under way, {waiting.Length} wait; {ReportWords.Time(elapsed)}"));
    }

    private static string Coloured(SlotStatus status) => status.Graded is { Report: var report } && BenchWords.Medal(report) is { } medal
        ? $"[yellow]{medal} {ReportWords.Score(report.Score)}[/]"
        : Markup.Escape(Result(status));

    private static string Result(SlotStatus status) => status.Graded switch
    {
        { Report: { Score: { } score } report } => $"{ReportWords.Score(score)}{(BenchWords.Medal(report) is { } medal ? $" {medal}" : "")}",
        { Problem: var problem } => SafeText.OneLine($"no score: {problem}", 120),
        _ when status.Slot.Problem is { } problem => SafeText.OneLine($"no run: {problem}", 120),
        _ => status.Trace.Journal.Private is { Score: { } score, Reference: var reached } ? $"private {ReportWords.Score(score)}{(reached is null ? "" : $" ({reached})")}" : "no solution",
    };

    private static string Facts(SlotStatus status)
    {
        Journal journal = status.Trace.Journal;
        return status.Slot.Run is null ? "" : $"{status.Slot.Run}, {journal.Nodes.Count} nodes, {ReportWords.Time(journal.Spent)}{(journal.Spending.Total.SettledDollars is > 0 and var dollars ? $", {ReportWords.Dollars(dollars)}" : "")}";
    }
}
