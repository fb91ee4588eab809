using AgentIde.Core.Runs;
using AgentIde.LanguageServer.Dap.Protocol;

namespace AgentIde.LanguageServer.Dap;

/// <summary>What is asked of a finished run: another run that goes on from it, and a session about that one where the client can start it.</summary>
internal sealed class Forks(DebugRun run, DapConnection connection, Client client, Forking forking)
{
    /// <summary>Why a request comes to nothing, there or in a run that goes on from it; null where it is taken.</summary>
    public string? Refusal(RunRequest request) =>
        IsFor(request) ? forking.Refusal(run.History.Head, request) : RunDecisions.Refusal(run.History.Head, request);

    public bool IsFor(RunRequest request) => RunForks.IsFor(run.History.Head, request);

    /// <summary>Whether a branch of the node comes to something: there, or in a run that goes on from it.</summary>
    public bool TakesBranch(int node)
    {
        BranchRequest branch = new(client.Name, node, null);
        return (IsFor(branch) ? RunForks.Refusal(run.History.Head, branch) : RunDecisions.Refusal(run.History.Head, branch)) is null;
    }

    /// <summary>The node that the other run comes to for it: what waits already is done first.</summary>
    private int NodeOf(RunRequest request) => run.History.Head.Nodes.Count + 1 + (request is BranchRequest ? run.History.Head.Asked.Count : 0);

    /// <param name="with">What it goes on with, for people.</param>
    public async Task<RunId> AskAsync(RunRequest request, string with)
    {
        (RunId fork, string? later) = await forking.AskAsync(run.History.Head, request, CancellationToken.None).ConfigureAwait(false);
        await connection.TellAsync("output", new OutputBody(
            "important", $"{run.Run} has finished and stays as it is: {fork} goes on from it {with}{(later is null ? "" : $", once it is started: {later}")}.{(RunForks.Revived(run.History.Head) is { } revived ? $" {revived}." : "")}\n")).ConfigureAwait(false);
        if (later is null && client.StartsDebugging)
        {
            await connection.RequestAsync("startDebugging", new StartDebuggingArguments("attach", new ForkConfiguration("agentide", $"AgentIde: {fork}", fork.Value, run.Root, NodeOf(request), StopOnEntry: true))).ConfigureAwait(false);
        }

        return fork;
    }
}
