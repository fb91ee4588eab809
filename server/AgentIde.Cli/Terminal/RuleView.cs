using System.Collections.Immutable;
using AgentIde.Bench.Rules;
using AgentIde.Core.Auditing;
using AgentIde.Core.Runs;
using Spectre.Console;
using Rule = AgentIde.Bench.Rules.Rule;

namespace AgentIde.Cli.Terminal;

/// <summary>An audit by MLE-bench's rules on a terminal: each rule once, warnings first, with the places under it.</summary>
internal static class RuleView
{
    private const int Width = 240, MostOfARule = 8, Indent = 12;

    public static void Write(ImmutableArray<SubmissionSource> sources, ImmutableArray<SubmissionSource> notebooks, ImmutableArray<RuleFinding> findings)
    {
        int programs = sources.Count(source => source.Language is not null);
        Row("audited", $"{Words.Count(programs, "program")}, {Words.Count(sources.Length - programs, "log")}{(notebooks.IsEmpty ? "; near-copies were not looked for: --notebooks names what others published" : $", against {Words.Count(notebooks.Length, "notebook")}")}");
        foreach (IGrouping<(AuditSeverity Severity, Rule Rule), RuleFinding> rule in findings
            .GroupBy(finding => (finding.Severity, finding.Rule)).OrderByDescending(group => group.Key.Severity).ThenBy(group => group.Key.Rule))
        {
            bool warns = rule.Key.Severity == AuditSeverity.Warning;
            Screen.Console.WriteLine();
            Row($"[{(warns ? "yellow" : "blue")}]{(warns ? "warning" : "note").PadRight(Indent)}[/]", $"[bold]{Title(rule.Key.Rule)}[/]", isMarkup: true);
            foreach (RuleFinding finding in rule.Take(MostOfARule))
            {
                Row("", $"{Safe(finding.File)}{(finding.Line is { } line ? $", line {line}" : "")}: {Safe(finding.Evidence)}");
            }

            if (rule.Count() > MostOfARule)
            {
                Row("", $"[grey]and {rule.Count() - MostOfARule} more: --json has all[/]");
            }
        }

        Screen.Console.WriteLine();
        int warnings = findings.Count(finding => finding.Severity == AuditSeverity.Warning);
        Row("found", findings.IsEmpty ? "[green]nothing[/] that is written openly" : $"[yellow]{Words.Count(warnings, "warning")}[/], [blue]{Words.Count(findings.Length - warnings, "note")}[/]");
    }

    private static string Title(Rule rule) => rule switch
    {
        Rule.UnauthorizedAccess => "unauthorised access",
        Rule.HandWritten => "a submission written by hand",
        Rule.ModelCall => "calls to models",
        Rule.HardCoded => "hard-coded answers",
        Rule.KnownLeak => "a known leak",
        _ => "near-copy of a notebook",
    };

    private static void Row(string label, string markup, bool isMarkup = false) =>
        Screen.Console.Write(new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(0).Width(Indent)).AddColumn(new GridColumn().PadLeft(0).PadRight(0))
            .AddRow(new Markup(isMarkup ? label : label.PadRight(Indent)), new Markup(markup)));

    private static string Safe(string text) => Markup.Escape(SafeText.OneLine(text, Width));
}
