using System.Collections.Immutable;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox;
using Spectre.Console;

namespace AgentIde.Cli.Terminal;

/// <summary>What a sandbox guarantees, and what held of it under attack, line by line as it comes.</summary>
internal static class AttackView
{
    private const int Width = 400;
    private const int Indent = 18;

    public static void Write(SandboxReport report)
    {
        Line($"[bold]{Safe(report.Engine)} {Safe(report.Version)}[/]  [grey]{Safe(report.Interpreter)}[/]");
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(2).PadRight(2)).AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        foreach (Guarantee guarantee in report.Guarantees)
        {
            grid.AddRow(guarantee.Held ? "[green]holds[/]" : "[red]MISSING[/]", Safe(guarantee.Name), $"[grey]{Safe(guarantee.How)}[/]");
        }

        Screen.Console.Write(grid);
    }

    public static void Write(AttackResult result)
    {
        (string colour, string word) = Verdict(result.Result);
        Line($"{result.Id,4}  [{colour}]{word,-10}[/]  {Safe(result.Name)}{(result.Result == AttackVerdict.Held && result.Reason.Length > 0 ? $" [grey]({Safe(result.Reason)})[/]" : "")}");
        if (result.Result != AttackVerdict.Held)
        {
            Screen.Console.Write(new Padder(new Markup($"[{colour}]{Safe(result.Reason)}[/]"), new Padding(Indent, 0, 0, 0)));
        }
    }

    public static void WriteSum(ImmutableArray<AttackResult> results, TimeSpan time)
    {
        IEnumerable<string> parts =
            from verdict in Enum.GetValues<AttackVerdict>()
            let count = results.Count(result => result.Result == verdict)
            where count > 0
            let look = Verdict(verdict)
            select $"[{look.Colour}]{Words.Count(count)} {look.Word.ToLowerInvariant()}[/]";
        Screen.Console.WriteLine();
        Line($"{Words.Count(results.Length, "attack")}: {string.Join(", ", parts)} [grey]in {Words.Seconds(time.TotalSeconds)}[/]");
    }

    /// <summary>One line without colour.</summary>
    public static string Plain(AttackResult result) =>
        $"{result.Id,4}  {Verdict(result.Result).Word,-10}  {SafeText.OneLine(result.Name, Width)}{(result.Reason.Length > 0 ? $" ({SafeText.OneLine(result.Reason, Width)})" : "")}";

    private static (string Colour, string Word) Verdict(AttackVerdict verdict) => verdict switch
    {
        AttackVerdict.Held => ("green", "held"),
        AttackVerdict.Broken => ("red", "BROKEN"),
        _ => ("yellow", "not tested"),
    };

    private static void Line(string markup) => Screen.Console.MarkupLine(markup);

    private static string Safe(string text) => Markup.Escape(SafeText.OneLine(text, Width));
}
