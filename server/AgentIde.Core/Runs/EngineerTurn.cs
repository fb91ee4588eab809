using AgentIde.Core.Engineering;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;

namespace AgentIde.Core.Runs;

/// <summary>Asks the engineer for the code of a node and records what comes of it.</summary>
/// <param name="limits">What an execution is given, as of now.</param>
/// <param name="left">How long the search may still take.</param>
internal sealed class EngineerTurn(LiveRun live, Func<ExecutionLimits> limits, Func<TimeSpan> left) : IDisposable
{
    /// <summary>The most that a timer takes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    // Such an engineer sees what was proposed before, also for nodes that are under way.
    private readonly SemaphoreSlim _alone = new(1, 1);

    private IEngineer Engineer => live.Parts.Engineer;

    /// <summary>Leaves the node as it is where a stop interrupts it.</summary>
    /// <exception cref="EngineerException">The engineer can't go on at all.</exception>
    public async Task TakeAsync(Node node, CancellationToken cancellationToken)
    {
        bool alone = Engineer.IsAskedAlone;
        if (alone)
        {
            await _alone.WaitAsync(cancellationToken);
        }

        try
        {
            if (await AskAsync(node, cancellationToken) is { } said)
            {
                await live.AppendAsync([said.Event], said.Code is { } code ? [code] : [], cancellationToken);
            }
        }
        finally
        {
            if (alone)
            {
                _alone.Release();
            }
        }
    }

    public void Dispose() => _alone.Dispose();

    private async Task<(RunEvent Event, Blob? Code)?> AskAsync(Node node, CancellationToken cancellationToken)
    {
        Draws draws = new(live.Settings.Seed, node.Id, "engineer");
        Assignment assignment = new(live.Journal, node.Id, node.Operator, node.Parents, draws, live.ReadTextAsync, limits()) { Purse = live.PurseOf(node.Id) };
        TimeSpan time = left() is var rest && rest < Longest ? rest : Longest;
        try
        {
            Proposal? proposal = await live.ProposeAsync(assignment, time, cancellationToken);
            return proposal is null
                ? (new EngineerExhausted(node.Id, $"{Engineer.Name} has nothing left to propose"), null)
                : Proposed(node, proposal);
        }
        catch (NoAnswerException error)
        {
            return (Failed(node, error.Message), null);
        }
        catch (BudgetSpentException error)
        {
            return (error.IsOfNode ? Failed(node, error.Message) : new CallRefused(node.Id, error.Message), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return live.Stop is null ? (Failed(node, $"{Engineer.Name} did not answer in the time that was left"), null) : null;
        }
    }

    private (RunEvent Event, Blob? Code) Proposed(Node node, Proposal proposal)
    {
        // A node under way with the very same code is executed on its own: it may yet be abandoned.
        Blob code = Blob.Of(proposal.Code);
        int? same = live.Journal.Nodes.FirstOrDefault(other => other.IsDone && other.Code == code.Digest)?.Id;
        return (new NodeProposed(node.Id, proposal.Plan, code.Digest, proposal.Reasons, proposal.Notes, same), code);
    }

    private static NodeFailed Failed(Node node, string message) => new(node.Id, new Failure(FailureKind.NoAnswer, message, null, null));
}
