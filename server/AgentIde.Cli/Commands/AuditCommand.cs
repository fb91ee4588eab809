using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using AgentIde.Cli.Runner;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Auditing;
using AgentIde.Core.Holdouts;
using AgentIde.Core.Runs;
using AgentIde.Storage;
using AgentIde.Tasks.Folders;
using AgentIde.Tasks.Leaks;

namespace AgentIde.Cli.Commands;

/// <summary>
/// <c>agentide audit</c>: what speaks against the scores of a run, or of a task whether its files give the answers away.
/// Reads alone, unless <c>--run</c> says to execute the chosen program on files that it was not chosen by; what that shows is
/// kept in the run.
/// </summary>
internal static class AuditCommand
{
    private static readonly Argument<string> Run = new("RUN|TASK") { Description = "The name of a run ('last' is the newest), or a task's folder." };
    private static readonly Option<bool> Execute = new("--run") { Description = "Also execute the chosen node in the sandbox: with rows of test taken away, and on a fresh split. What it shows is kept in the run." };
    private static readonly Option<string?> Nodes = new("--nodes") { Description = "With --run: these nodes instead, such as 3,7." };
    private static readonly Option<string?> TaskFolderOption = new("--task") { Description = "With --run: where the task's folder is now, if it has moved." };
    private static readonly SandboxFlags Sandbox = new();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Command command = new("audit", "Look for what speaks against a run's scores: claims, leaks, answers in programs, probing of the holdout, use of test rows.\n\nExample: agentide audit last\n         agentide audit last --run\n         agentide audit tasks/diamonds")
        {
            Run, Execute, Nodes, TaskFolderOption, Json,
        };
        Sandbox.AddTo(command);
        command.Validators.Add(result =>
        {
            if (!result.GetValue(Execute) && command.Options.FirstOrDefault(option => option != Json && option != Execute && result.GetResult(option) is { Implicit: false }) is { } given)
            {
                result.AddError($"{given.Name} is for --run: without it an audit executes nothing.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        bool json = parsed.GetValue(Json);
        string named = parsed.GetValue(Run)!;
        AuditReport report = File.Exists(Path.Combine(named, "task.yaml"))
            ? OfTask(named, parsed.GetValue(Execute), cancellationToken)
            : await OfRunAsync(named, parsed, json ? Console.Error : Console.Out, cancellationToken);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, AuditJsonContext.Default.AuditReport));
        }
        else
        {
            AuditView.Write(report);
        }

        return report.Warnings > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private static AuditReport OfTask(string folder, bool execute, CancellationToken cancellationToken)
    {
        if (execute)
        {
            throw new CommandException(ExitCode.BadUsage, "--run is for the audit of a run: a task's folder has nothing to execute.");
        }

        TaskFolder task = TaskFolder.Read(folder, cancellationToken);
        ImmutableArray<Leak> leaks = LeakProbe.Probe(task, cancellationToken);
        return AuditReport.Of(null, task.Facts.Id, [.. leaks.Select(leak => AuditFinding.Warning(AuditKind.Leak, null, leak.Text))]) with
        {
            Leaks = leaks,
        };
    }

    private static async Task<AuditReport> OfRunAsync(string named, ParseResult parsed, TextWriter progress, CancellationToken cancellationToken)
    {
        SandboxChoice? sandbox = parsed.GetValue(Execute) ? Sandbox.Read(parsed) : null;
        SqliteRunStore store = CommonOptions.Store;
        RunId run = await CommonOptions.FindAsync(store, named, cancellationToken);
        Journal journal = await RunFollower.ReadAsync(store, run, cancellationToken);
        if (journal.Settings is null)
        {
            throw new CommandException(ExitCode.Failed, $"{run} died before it began: there is nothing to audit.");
        }

        string? notKept = null;
        if (sandbox is not null)
        {
            ImmutableArray<NodeAudited> executed = await ExecuteAsync(store, journal, parsed, sandbox, progress, cancellationToken);
            notKept = await KeepAsync(store, run, executed, progress, cancellationToken);
            journal = executed.Aggregate(journal, (before, audited) => before.With(audited));
        }

        return AuditReport.Of(journal, journal.Task!.Id, await RunAudit.ReadAsync(store, journal, cancellationToken)) with { NotKept = notKept };
    }

    /// <summary>Puts what was executed into the run's log. Why it is not there, for people; null where it is.</summary>
    private static async Task<string?> KeepAsync(SqliteRunStore store, RunId run, ImmutableArray<NodeAudited> executed, TextWriter progress, CancellationToken cancellationToken)
    {
        try
        {
            foreach (NodeAudited audited in executed)
            {
                await RunDecisions.RecordAsync(store, run, new AuditedRequest("agentide audit", audited.Node, audited.At, audited.Executions, audited.Findings), cancellationToken);
            }

            return null;
        }
        catch (RunStoreException problem)
        {
            // It took minutes: it is told all the same.
            await progress.WriteLineAsync($"not kept    what was executed can't be written into {run}, and is told here alone: {SafeText.OneLine(problem.Message, 400)}");
            return problem.Message;
        }
    }

    private static async Task<ImmutableArray<NodeAudited>> ExecuteAsync(SqliteRunStore store, Journal journal, ParseResult parsed, SandboxChoice sandbox, TextWriter progress, CancellationToken cancellationToken)
    {
        RunId run = journal.Settings!.Run;
        await VerificationRun.RefuseOthersAsync(store, journal, "audit", cancellationToken);
        int[] nodes = parsed.GetValue(Nodes) is { } chosen ? [.. VerificationRun.Choose(journal, chosen).Select(node => node.Id)]
            : (journal.Choice?.Node ?? journal.Best) is { } best ? [best]
            : throw new CommandException(ExitCode.Failed, $"{run} has no valid node: there is nothing to execute. Without --run it is read.");
        if (Array.Find(nodes, id => journal[id].Score is not { Kind: ScoreKind.Verified }) is var other and > 0)
        {
            throw new CommandException(ExitCode.BadUsage, $"Node {other} of {run} has no verified score: there is nothing to compare with.");
        }

        await using VerificationComposition composition = await VerificationComposition.CreateAsync(
            store, journal, parsed.GetValue(TaskFolderOption), $"agentide audit {run} --run", sandbox, cancellationToken);
        ExecutedAudit audit = await composition.AuditAsync(store, journal, cancellationToken);
        ImmutableArray<NodeAudited>.Builder executed = ImmutableArray.CreateBuilder<NodeAudited>();
        foreach (int node in nodes)
        {
            await progress.WriteLineAsync($"executing   node {node} in {composition.Report.Engine} {composition.Report.Version}");
            executed.Add(await audit.RunAsync(node, TimeProvider.System.GetUtcNow(), cancellationToken));
        }

        return executed.ToImmutable();
    }
}
