using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Lsp.Documents;
using AgentIde.LanguageServer.Lsp.Protocol;
using AgentIde.LanguageServer.Lsp.Runs;
using AgentIde.LanguageServer.Lsp.Thoughts;

namespace AgentIde.LanguageServer.Lsp.Actions;

/// <summary>Over a solution its score, and a way to go on with a run whose process is gone; over a task what can be done with it, and over a pull request's text how to open it.</summary>
internal sealed class CodeLensHandler(StandingCode standing) : AskHandler<CodeLensParams, IReadOnlyList<CodeLens>?>("textDocument/codeLens")
{
    protected override async Task<IReadOnlyList<CodeLens>?> AnswerAsync(ServerState state, CodeLensParams parameters, CancellationToken cancellationToken)
    {
        IEnumerable<Command> commands = !state.Documents.TryGetValue(parameters.TextDocument.Uri, out Document? document) ? [] : await standing.ShownAsync(state, document, cancellationToken).ConfigureAwait(false) switch
        {
            TaskShown { Run: { IsLive: true } live } => [Offers.Stop(live), .. Watching(live)],
            TaskShown { Run: { Liveness: Liveness.Interrupted } interrupted } => [Offers.GoOn(interrupted), Offers.Start(document.Uri)],
            TaskShown => [Offers.Start(document.Uri)],
            SolutionShown solution => OnSolution(solution),
            NodeShown node => [Score(node.Run, node.Node)],
            PullRequestShown pull => Offers.OnPullRequest(pull),
            _ => [],
        };
        return [.. Offers.Allowed(state, commands).Select(command => new CodeLens(TextRange.Start, command))];
    }

    private static IEnumerable<Command> OnSolution(SolutionShown shown)
    {
        if (shown.Applied is { } applied)
        {
            yield return Score(shown.Run, applied.Node);
        }

        if (shown.Run.Liveness == Liveness.Interrupted)
        {
            yield return Offers.GoOn(shown.Run);
        }
    }

    /// <summary>The nodes that a model says something about just now.</summary>
    private static IEnumerable<Command> Watching(RunState run) =>
        run.Journal.UnderWay.Where(node => node.Calls.Any(call => call.SoFar is not null)).Select(node =>
            new Command($"Watch node {node.Id} being thought out", CommandNames.Open, [new CommandArguments(run.Run.Value, node.Id, File: NodeDocuments.Thought)]));

    private static Command Score(RunState run, int node)
    {
        string place = run.Journal[node].Rejected is not null ? $"rejected; {Wording.Best(run.Journal)}" : run.Journal.Best == node ? $"the best of {run.Journal.ValidNodes}" : Wording.Best(run.Journal);
        return new Command(
            $"{Wording.Score(run.Journal, run.Journal[node])} (node {node} of {run.Run}; {place})",
            CommandNames.Open,
            [new CommandArguments(run.Run.Value, node, File: NodeDocuments.Thought)]);
    }
}
