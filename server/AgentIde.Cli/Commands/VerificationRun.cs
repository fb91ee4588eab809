using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Cli.Runner;
using AgentIde.Cli.Terminal;
using AgentIde.Core.Runs;
using AgentIde.Core.Verification;
using AgentIde.Storage;

namespace AgentIde.Cli.Commands;

/// <summary>Executes what a run has executed once more, node by node, and tells of each as it comes. It writes nothing of the run.</summary>
internal static class VerificationRun
{
    /// <param name="chosen">Numbers of nodes with commas between them; null for all, the refit included.</param>
    /// <param name="taskFolder">Where the task lies now; null for where the run had it.</param>
    /// <exception cref="CommandException">There is nothing that could be verified; the message says why, and the way out.</exception>
    public static async Task<VerificationReport> RunAsync(
        SqliteRunStore store, Journal journal, string? chosen, string? taskFolder, SandboxChoice sandbox, TextWriter output, CancellationToken cancellationToken)
    {
        await RefuseOthersAsync(store, journal, "verify", cancellationToken);
        ImmutableArray<Node> nodes = Choose(journal, chosen);
        SkippedNodeReport[] skipped = [.. nodes.Where(node => Verifier.WhyNot(node) is not null).Select(node => new SkippedNodeReport(node.Id, Verifier.WhyNot(node)!))];
        (int Node, ExecutionPurpose Purpose)[] executions = [.. ExecutionsOf(journal, nodes)];
        if (executions.Length == 0)
        {
            throw new CommandException(ExitCode.Failed, $"{journal.Settings!.Run} has executed nothing that could be executed again.");
        }

        await using VerificationComposition composition = await VerificationComposition.CreateAsync(store, journal, taskFolder, $"agentide replay {journal.Settings!.Run} --verify", sandbox, cancellationToken);
        VerificationView view = new(output, journal);
        view.Begin(composition.Report, composition.Limits.Cores, executions.Length);
        Array.ForEach(skipped, view.Skip);
        List<VerifiedNode> verified = [];
        try
        {
            foreach ((int node, ExecutionPurpose purpose) in executions)
            {
                verified.Add(await (purpose switch
                {
                    ExecutionPurpose.Refit => composition.Verifier.VerifyRefitAsync(cancellationToken),
                    ExecutionPurpose.Fresh => composition.Verifier.VerifyFreshAsync(node, cancellationToken),
                    _ => composition.Verifier.VerifyAsync(node, cancellationToken),
                }));
                view.Show(verified[^1], verified.Count, executions.Length);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What is known by then is told.
        }

        VerificationReport report = VerificationReport.Of(composition.Report, verified, skipped, [.. executions.Skip(verified.Count).Select(execution => execution.Node).Distinct()]);
        view.End(report);
        return report;
    }

    /// <summary>In the order of the run: the search, the fresh split, the refit.</summary>
    private static IEnumerable<(int Node, ExecutionPurpose Purpose)> ExecutionsOf(Journal journal, ImmutableArray<Node> nodes)
    {
        foreach (Node node in nodes.Where(node => Verifier.WhyNot(node) is null))
        {
            yield return (node.Id, ExecutionPurpose.Search);
        }

        foreach (Finalist finalist in journal.FinalRound?.Finalists ?? [])
        {
            if (finalist.Execution is not null && nodes.Any(node => node.Id == finalist.Node))
            {
                yield return (finalist.Node, ExecutionPurpose.Fresh);
            }
        }

        if (journal is { RefitExecution: not null, Choice: { } choice } && nodes.Any(node => node.Id == choice.Node))
        {
            yield return (choice.Node, ExecutionPurpose.Refit);
        }
    }

    /// <param name="what">Such as <c>verify</c>.</param>
    internal static async Task RefuseOthersAsync(SqliteRunStore store, Journal journal, string what, CancellationToken cancellationToken)
    {
        if (journal.Settings is not { } settings)
        {
            throw new CommandException(ExitCode.Failed, $"The run died before it began: there is nothing to {what}.");
        }

        if (settings.Origin is { } origin)
        {
            throw new CommandException(ExitCode.BadUsage, $"{settings.Run} was imported from {origin.Program}: there is no task data to execute its programs on, and its scores are claims. 'agentide replay {settings.Run}' checks its log.");
        }

        if ((await store.ReadAsync(settings.Run, journal.Seq, 1, cancellationToken)).Liveness == Liveness.Live)
        {
            throw new CommandException(ExitCode.Failed, $"{settings.Run} is still running, and to {what} it would take its cores and time: wait until it has ended, or end it with agentide runs --stop {settings.Run}");
        }
    }

    internal static ImmutableArray<Node> Choose(Journal journal, string? chosen)
    {
        if (chosen is null)
        {
            return [.. journal.Nodes];
        }

        ImmutableArray<int> numbers = [.. chosen.Split(',').Select(part => int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0).Distinct()];
        if (numbers.FirstOrDefault(number => !journal.Has(number), -1) is var unknown and >= 0)
        {
            throw new CommandException(ExitCode.BadUsage, unknown == 0
                ? "--nodes takes numbers of nodes with commas between them, such as 3,7."
                : $"{journal.Settings!.Run} has no node {unknown}: it has {journal.Nodes.Count}.");
        }

        return numbers.Select(number => journal[number]).FirstOrDefault(node => Verifier.WhyNot(node) is not null) is { } other
            ? throw new CommandException(ExitCode.BadUsage, $"There is nothing to execute again of node {other.Id}: {Verifier.WhyNot(other)}.")
            : [.. numbers.Select(number => journal[number])];
    }
}
