using AgentIde.Core.Engineering;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;

namespace AgentIde.Core.Runs;

/// <summary>Asks the engineer for the code of a node and records what comes of it; what a person wrote is taken as it is.</summary>
internal sealed class EngineerTurn(LiveRun live)
{
    /// <summary>The most that a timer takes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private IEngineer Engineer => live.Parts.Engineer;

    /// <summary>Leaves the node as it is where a stop interrupts it.</summary>
    /// <param name="limits">What the execution to come is given.</param>
    /// <param name="left">How long the search may still take.</param>
    /// <exception cref="EngineerException">The engineer can't go on at all.</exception>
    public async Task TakeAsync(Node node, ExecutionLimits limits, TimeSpan left, CancellationToken cancellationToken)
    {
        if (node.Given is { Code: { } written } given)
        {
            string text = await live.ReadTextAsync(written, cancellationToken);
            string plan = given.Plan ?? node.Hint ?? $"A program by {given.By}.";
            await live.AppendAsync(new NodeProposed(node.Id, plan, written, [], null, SameAs(written), LinesOf(text)), cancellationToken);
        }
        else if (await AskAsync(node, limits, left < Longest ? left : Longest, cancellationToken) is { } said)
        {
            await live.AppendAsync([said.Event], said.Code is { } code ? [code] : [], cancellationToken);
        }
    }

    private async Task<(RunEvent Event, Blob? Code)?> AskAsync(Node node, ExecutionLimits limits, TimeSpan longest, CancellationToken cancellationToken)
    {
        Draws draws = new(live.Settings.Seed, node.Id, "engineer");
        Assignment assignment = new(live.Journal, node.Id, node.Operator, node.Parents, draws, live.ReadTextAsync, limits)
        {
            Purse = live.PurseOf(node.Id),
            Samples = Samples(live.Journal),
            Sample = node.SampleOf,
        };
        try
        {
            Proposal? proposal = await live.ProposeAsync(assignment, longest, cancellationToken);
            return proposal is null
                ? (new EngineerExhausted(node.Id, $"{Engineer.Name} has nothing left to propose"), null)
                : Proposed(node, proposal);
        }
        catch (NoTimeLeftException error)
        {
            return (new EngineerExhausted(node.Id, error.Message, true), null);
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
            return live.Stop is not null ? null
                : (Failed(node, live.AbandonedBy(node.Id) is { } by ? $"given up by {by}" : $"{Engineer.Name} did not answer in the time that was left"), null);
        }
    }

    private (RunEvent Event, Blob? Code) Proposed(Node node, Proposal proposal)
    {
        Blob code = Blob.Of(proposal.Code);
        return (new NodeProposed(node.Id, proposal.Plan, code.Digest, proposal.Reasons, proposal.Notes, SameAs(code.Digest), LinesOf(proposal.Code), proposal.Call, proposal.Samples), code);
    }

    /// <remarks>A node under way with the very same code is executed on its own: it may yet be abandoned. One that was lost or given up tells nothing of its code.</remarks>
    private int? SameAs(Digest code) => live.Journal.Nodes.FirstOrDefault(other => other is { IsDone: true, SameAs: null } && other.Code == code && other.Failure?.Kind is not FailureKind.Lost and not FailureKind.Abandoned)?.Id;

    private static int LinesOf(string code) => code.AsSpan().TrimEnd('\n').Count('\n') + 1;

    /// <summary>No more are asked for, and paid, than can become nodes.</summary>
    private static int Samples(Journal journal) =>
        Math.Clamp(1 + journal.Settings!.Budget.Nodes - journal.Nodes.Count - journal.Samples.Count, 1, journal.Settings.Samples ?? 1);

    private static NodeFailed Failed(Node node, string message) => new(node.Id, new Failure(FailureKind.NoAnswer, message, null, null));
}
