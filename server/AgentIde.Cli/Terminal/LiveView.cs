using AgentIde.Core.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AgentIde.Cli.Terminal;

/// <summary>A run as a screen that renews itself: progress, what is being done and why, and the tree of nodes.</summary>
internal static class LiveView
{
    private const int RowsAround = 12;
    private const int MostSaid = 4;

    /// <param name="waits">What it waits for, of which the log says nothing; null where there is no such thing.</param>
    public static IRenderable Render(Journal journal, TimeSpan spent, int width, int height, string? waits = null)
    {
        if (journal is not { Settings: { } settings, Task: { } task })
        {
            return new Markup("[grey]starting…[/]");
        }

        List<IRenderable> parts =
        [
            new Rule($"[bold]{Escape(settings.Run.Value, 40)}[/]  {Escape(task.Title, 40)}  [grey]{Escape(task.Metric.DisplayName, 20)}, {Words.Direction(task.Metric)}[/]").LeftJustified().RuleStyle("grey"),
            Progress(journal, spent, width),
        ];
        if (SpendingWords.Of(journal) is { } money)
        {
            string colour = SpendingWords.Warning(journal) is null ? "grey" : "yellow";
            parts.Add(new Markup($"[{colour}]models {Escape(money, width - 8)}[/]"));
        }

        if (journal is { Best: null, Sandbox: { } sandbox } && Words.Lacking(sandbox, settings.Language) is { } lacking)
        {
            parts.Add(new Markup($"[yellow]{Escape(lacking, width)}[/]"));
        }

        if (journal.Observations is { IsEmpty: false } observations && journal.Nodes.Count <= 1)
        {
            parts.Add(new Text(""));
            parts.AddRange(observations.Take(8).Select(observation => new Markup($"  [grey]·[/] {Escape(observation, width - 5)}")));
        }

        if (journal.Nodes.Count > 0)
        {
            parts.Add(new Text(""));
            parts.Add(Tree(journal, width, Math.Max(4, height - RowsAround)));
        }

        parts.AddRange(Words.Said(journal).Take(height == int.MaxValue ? int.MaxValue : MostSaid).Select(said => new Markup($"  [yellow]✎[/] {Escape(said, width - 5)}")));
        parts.Add(new Text(""));
        parts.Add(new Markup($"[blue]▸[/] {Escape(Words.Now(journal), width - 3)}"));
        if (waits is not null)
        {
            parts.Add(new Markup($"  [yellow]waits {Escape(waits, 2 * (width - 10))}[/]"));
        }

        if (journal.Finished is null && journal.UnderWay.LastOrDefault() is { Plan: { } plan })
        {
            parts.Add(new Markup($"  [grey]{Escape(plan, 2 * (width - 4))}[/]"));
        }

        if (Words.Saying(journal, width - 5) is { } saying)
        {
            parts.Add(new Markup($"  [grey]│ {Escape(saying, width - 5)}[/]"));
        }

        if (Words.LastLine(journal) is { } line)
        {
            parts.Add(new Markup($"  [grey]│ {Escape(line, width - 5)}[/]"));
        }

        return new Rows(parts);
    }

    private static Grid Progress(Journal journal, TimeSpan spent, int width)
    {
        Budget budget = journal.Settings!.Budget;
        int bar = Math.Clamp(width - 70, 8, 30);
        string best = journal.Best is { } node
            ? $"[green]best {Words.Score(journal[node].Standing!)}[/] [grey](node {node})[/]"
            : "[grey]no valid solution yet[/]";
        Grid grid = new();
        grid.AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap());
        int done = journal.Nodes.Count(candidate => candidate.IsDone);
        if (journal.Settings.Origin is { } origin)
        {
            grid.AddRow($"nodes {journal.Nodes.Count}", $"imported from {Escape(origin.Program, 40)}", best);
            return grid;
        }

        grid.AddRow(
            $"nodes {Bar(done / (double)budget.Nodes, bar)} {done}/{budget.Nodes}",
            $"time {Bar(spent.TotalSeconds / budget.Seconds, bar)} {Words.Clock(spent)}/{Words.Clock(TimeSpan.FromSeconds(budget.Seconds))}",
            best);
        return grid;
    }

    private static string Bar(double share, int width)
    {
        int full = (int)Math.Round(Math.Clamp(share, 0, 1) * width);
        return $"[blue]{new string('━', full)}[/][grey]{new string('─', width - full)}[/]";
    }

    /// <summary>The tree, parents above their children; where it is long, the best line of descent and the newest nodes.</summary>
    private static Table Tree(Journal journal, int width, int rows)
    {
        HashSet<int> shown = [.. journal.Nodes.TakeLast(rows).Select(node => node.Id)];
        if (journal.Nodes.Count > rows)
        {
            int[] line = journal.Best is { } best ? [.. journal.Lineage(best).Select(node => node.Id).Take(rows / 2)] : [];
            shown = [.. line, .. journal.Nodes.TakeLast(rows - line.Length).Select(node => node.Id)];
        }

        Table table = new Table().Border(TableBorder.None).HideHeaders();
        table.AddColumn(new TableColumn("node").NoWrap()).AddColumn(new TableColumn("score").NoWrap()).AddColumn(new TableColumn("plan").NoWrap());
        int plan = Math.Max(12, width - 58);
        foreach ((Node node, int depth) in Ordered(journal).Where(entry => shown.Contains(entry.Node.Id)))
        {
            table.AddRow(
                $"{new string(' ', 2 * Math.Min(depth, 6))}{Mark(journal, node)} [bold]{node.Id}[/] {node.Operator.ToString().ToLowerInvariant()}{(node.Parents.Length > 1 ? $" [grey]with {string.Join(", ", node.Parents[1..])}[/]" : "")}",
                $"{Result(node)}{(node.Review is { IsSuspect: true } ? " [yellow]suspect[/]" : "")}{(node.Rejected is null ? "" : " [yellow]rejected[/]")}",
                $"[grey]{Escape(node.Plan ?? node.Why, plan)}[/]");
        }

        if (shown.Count < journal.Nodes.Count)
        {
            table.AddRow($"[grey]… {journal.Nodes.Count - shown.Count} more[/]", "", "");
        }

        return table;
    }

    private static IEnumerable<(Node Node, int Depth)> Ordered(Journal journal)
    {
        Stack<(Node Node, int Depth)> stack = new(journal.Nodes.Where(node => node.Parents.IsEmpty).Reverse().Select(node => (node, 0)));
        while (stack.TryPop(out (Node Node, int Depth) entry))
        {
            yield return entry;
            foreach (int child in entry.Node.Children.Reverse().Where(child => journal[child].Parent == entry.Node.Id))
            {
                stack.Push((journal[child], entry.Depth + 1));
            }
        }
    }

    private static string Mark(Journal journal, Node node) =>
        journal.Best == node.Id ? "[green]★[/]" : node.Rejected is not null ? "[grey]⊘[/]" : node.IsValid ? "[green]●[/]" : node.IsBuggy ? "[red]✗[/]" : "[blue]◌[/]";

    private static string Result(Node node) =>
        node.Standing is { } score ? $"{Words.Score(score)}{Change(node)}"
        : node.Failure is { } failure ? $"[red]{Escape(failure.Message, 28)}[/]"
        : node.Origin is not null ? "[grey]not known[/]" : "[blue]…[/]";

    private static string Change(Node node)
    {
        if (node.Parent is not { } parent || node.Against(parent) is not { } gain)
        {
            return "";
        }

        bool clear = Math.Abs(gain.Gain) > 2 * gain.StandardError;
        return !clear ? " [grey]≈[/]" : gain.Gain > 0 ? " [green]▲[/]" : " [red]▼[/]";
    }

    private static string Escape(string text, int width) => Markup.Escape(SafeText.OneLine(text, Math.Max(8, width)));
}
