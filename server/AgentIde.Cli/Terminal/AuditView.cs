using AgentIde.Cli.Commands;
using AgentIde.Core.Auditing;
using Spectre.Console;

namespace AgentIde.Cli.Terminal;

/// <summary>
/// An audit on a terminal: each kind of finding once, with what it means and what to do, and under it where it stands.
/// Warnings come first, and of each kind what is of the chosen node.
/// </summary>
internal static class AuditView
{
    private const int Width = 240, MostOfAKind = 6, Indent = 12;

    public static void Write(AuditReport report)
    {
        Row("audited", report.Run is { } run ? $"{Safe(run)}: {Words.Count(report.Nodes, "node")}{(report.Chosen is { } chosen ? $", node {chosen} is its result" : "")}{(report.Imported is { } program ? $"; its scores are claims of {Safe(program)}" : "")}" : $"the files of {Safe(report.Task)}");
        foreach (AuditExecutionReport execution in report.Executed)
        {
            Row("executed", $"node {execution.Node} {Safe(execution.What)}: {Safe(execution.Result)}{(execution.Seconds is { } seconds ? $" [grey]({Words.Seconds(seconds).Replace(' ', '\u00A0')}, {Words.At(execution.At).Replace(' ', '\u00A0')})[/]" : $" [grey]({Words.At(execution.At).Replace(' ', '\u00A0')})[/]")}");
        }

        foreach (IGrouping<(AuditSeverity Severity, AuditKind Kind), AuditFindingReport> kind in report.Findings
            .GroupBy(finding => (finding.Severity, finding.Kind))
            .OrderBy(group => group.Key.Severity == AuditSeverity.Warning ? 0 : 1)
            .ThenBy(group => group.Key.Kind))
        {
            WriteKind([.. kind], report.Chosen);
        }

        Screen.Console.WriteLine();
        WriteSum(report);
    }

    private static void WriteKind(AuditFindingReport[] findings, int? chosen)
    {
        AuditFindingReport first = findings[0];
        bool warns = first.Severity == AuditSeverity.Warning;
        Screen.Console.WriteLine();
        Row(warns ? "warning" : "note", $"[bold]{AuditWords.Title(first.Kind)}[/]  {Safe(first.Means)}", warns ? "yellow" : "blue");
        // The same line of many nodes, as children have it from their parents, is told once.
        (AuditFindingReport Finding, int[] Nodes)[] places =
        [
            .. from finding in findings
               group finding by (finding.Evidence, finding.Basis) into same
               let nodes = same.Select(finding => finding.Node).OfType<int>().Distinct().ToArray()
               orderby nodes.Length == 0 ? 0 : chosen is { } result && nodes.Contains(result) ? 1 : 2
               select (same.FirstOrDefault(finding => finding.Node == chosen) ?? same.First(), nodes),
        ];
        foreach ((AuditFindingReport finding, int[] nodes) in places.Take(MostOfAKind))
        {
            Under($"{Where(finding, nodes, chosen)}{Safe(finding.Evidence)}{(finding.Basis == AuditBasis.Executed ? " [grey](executed)[/]" : "")}");
        }

        if (places.Length > MostOfAKind)
        {
            Under($"[grey]and {places.Length - MostOfAKind} more: --json has all[/]");
        }

        Under($"[grey]{Safe(first.Remedy)}[/]");
    }

    private static string Where(AuditFindingReport finding, int[] nodes, int? chosen)
    {
        if (finding.Node is not { } node)
        {
            return "";
        }

        string line = finding.Line is { } number ? $", line {number}" : "";
        string others = nodes.Length > 1 ? $" and {Words.Count(nodes.Length - 1)} more" : "";
        return $"{(node == chosen ? $"[bold]node {node}[/]" : $"node {node}")}{line}{others}: ";
    }

    private static void WriteSum(AuditReport report)
    {
        string sum = report.Findings.Count == 0 ? "[green]nothing[/]"
            : string.Join(", ", new[] { (report.Warnings, "warning", "yellow"), (report.Notes, "note", "blue") }.Where(part => part.Item1 > 0).Select(part => $"[{part.Item3}]{Words.Count(part.Item1, part.Item2)}[/]"));
        Row("found", sum);
        if (report is { Run: { } run, IsChosenExecuted: false, Chosen: not null, Imported: null })
        {
            Row("not done", $"{(report.Executed.Count == 0 ? "programs were read and not executed" : "the result was read and not executed")}; [bold]agentide audit {Safe(run)} --run[/] executes the result without rows of test, and on a fresh split");
        }
    }

    private static void Row(string label, string markup, string? colour = null) =>
        Write(new Markup(colour is null ? label.PadRight(Indent) : $"[{colour}]{label.PadRight(Indent)}[/]"), new Markup(markup));

    private static void Under(string markup) => Write(new Markup(new string(' ', Indent)), new Markup(markup));

    private static void Write(Markup label, Markup text) =>
        Screen.Console.Write(new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(0).Width(Indent)).AddColumn(new GridColumn().PadLeft(0).PadRight(0)).AddRow(label, text));

    private static string Safe(string text) => Markup.Escape(SafeText.OneLine(text, Width));
}
