using System.Collections.Immutable;
using System.CommandLine;
using AgentIde.Cli.Terminal;
using AgentIde.MleBench.Registry;
using AgentIde.Bench.Reports;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide bench report</c>: what run groups come to, beside what others have published.</summary>
internal static class BenchReportCommand
{
    private static readonly Argument<string[]> Groups = new("RUNGROUP") { Description = "Folders with MLE-bench's report files, or such files: several are seeds of one agent. A folder of 'bench run' has its agents beside each other.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string?> Agent = new("--agent") { Description = "What to call the agent of reports that don't say." };
    private static readonly Option<string[]> Against = new("--against") { Description = "Others' run groups to set beside, competition by competition: NAME=FOLDER." };
    private static readonly Option<string?> Output = new("--output") { Description = "A folder for report.md, report.json and report.html; without it, the Markdown goes to standard output." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("report", "Any-medal percentage with standard error for each split, pass@k, each competition, published agents.\n\nExample: agentide bench report runs/2024-10-05_run-group --output report\n         agentide bench report seeds/*_grading_report.json --agent mine --against AIDE=mle-bench/runs/2024-10-04T22-44-59-GMT_run-group_aide")
        {
            Groups, Agent, Against, Output, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        ImmutableArray<AgentResult> agents = [.. AgentRuns.Read(parsed.GetRequiredValue(Groups), parsed.GetValue(Agent)).Select(AgentResult.Of)];
        BenchReport report = new(TimeProvider.System.GetUtcNow(), agents, [.. (parsed.GetValue(Against) ?? []).SelectMany(Other)], PublishedAgent.Known);
        string markdown = MarkdownReport.Of(report);
        if (parsed.GetValue(Output) is { } folder)
        {
            Directory.CreateDirectory(folder);
            foreach ((string name, string text) in ((string, string)[])[("report.md", markdown), ("report.json", report.ToJson() + "\n"), ("report.html", HtmlReport.Of(report))])
            {
                string path = Path.Combine(Path.GetFullPath(folder), name);
                File.WriteAllText(path, text);
                (parsed.GetValue(Json) ? Console.Error : Console.Out).WriteLine(path);
            }
        }

        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(report.ToJson());
        }
        else if (parsed.GetValue(Output) is null)
        {
            Console.Out.Write(SafeText.Lines(markdown));
        }

        return ExitCode.Done;
    }

    private static IEnumerable<AgentResult> Other(string text)
    {
        int at = text.IndexOf('=', StringComparison.Ordinal);
        return at > 0 && at < text.Length - 1
            ? AgentRuns.Read([text[(at + 1)..]], text[..at]).Select(AgentResult.Of)
            : throw new CommandException(ExitCode.BadUsage, $"--against takes NAME=FOLDER, and not '{text}'.");
    }
}
