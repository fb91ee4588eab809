using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentIde.Bench.Rules;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Auditing;
using AgentIde.MleBench;
using AgentIde.MleBench.Registry;

namespace AgentIde.Cli.Commands;

/// <summary><c>agentide bench audit</c>: what in the programs and logs of a submission MLE-bench's rules forbid.</summary>
internal static class BenchAuditCommand
{
    private static readonly Argument<string[]> Sources = new("CODE") { Description = "Folders or files of a submission: its programs (.py, .ipynb, .cs) and its logs (.log, .txt, .md, .json, .jsonl).", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> For = new("--competition") { Description = "The competition that it was handed in to.", Required = true };
    private static readonly Option<string?> Notebooks = new("--notebooks") { Description = "A folder of notebooks or programs that others published: what stands in one of them is told." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("audit", "Look for what MLE-bench's rules forbid: unauthorised access, submissions written by hand, calls to models, hard-coded answers, known leaks, near-copies of notebooks. It reads alone, and asks no model.\n\nExample: agentide bench audit runs/seed1/code runs/seed1/logs --competition random-acts-of-pizza --notebooks kernels")
        {
            Sources, For, Notebooks, Json,
        };
        command.SetAction((parsed, _) => Task.FromResult(Run(parsed)));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string id = parsed.GetRequiredValue(For);
        Competition competition = CompetitionRegistry.Find(id) ?? throw new CommandException(ExitCode.BadUsage, $"MLE-bench has no competition '{SafeText.OneLine(id, 80)}': agentide bench check lists them.");
        ImmutableArray<SubmissionSource> sources, notebooks;
        try
        {
            sources = [.. parsed.GetRequiredValue(Sources).SelectMany(path => SubmissionSource.Read(path))];
            notebooks = parsed.GetValue(Notebooks) is { } folder ? SubmissionSource.Read(folder) : [];
        }
        catch (BenchException problem)
        {
            throw new CommandException(ExitCode.Missing, problem.Message);
        }

        if (sources.All(source => source.Language is null))
        {
            throw new CommandException(ExitCode.BadUsage, "There is no program among them: .py, .ipynb or .cs.");
        }

        ImmutableArray<RuleFinding> findings = RuleAudit.Of(competition, sources, notebooks);
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new BenchAuditDocument(id, sources.Count(source => source.Language is not null), sources.Count(source => source.Language is null), notebooks.Length, findings), BenchAuditJson.Default.BenchAuditDocument));
        }
        else
        {
            RuleView.Write(sources, notebooks, findings);
        }

        return findings.Any(finding => finding.Severity == AuditSeverity.Warning) ? ExitCode.Failed : ExitCode.Done;
    }
}

/// <param name="Programs">How many were read, as of logs and notebooks.</param>
internal sealed record BenchAuditDocument(string Competition, int Programs, int Logs, int Notebooks, ImmutableArray<RuleFinding> Findings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BenchAuditDocument))]
internal sealed partial class BenchAuditJson : JsonSerializerContext;
