using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.PullRequests;

/// <summary>A step on the way from a root to the chosen node, as the commit that it becomes.</summary>
/// <param name="Code">The blob that the solution file holds after it.</param>
/// <param name="At">When its code was proposed, and never before the step before it.</param>
/// <param name="Message">First line of at most 72 characters, an empty one, and the rest.</param>
public sealed record SolutionStep(int Node, Digest Code, DateTimeOffset At, string Message)
{
    /// <summary>By which its commit is known; null for a message of another form.</summary>
    public StepName? Name => CommitMessage.NameOf(Message);

    /// <summary>Root first. A step whose code is that of the one before it changes nothing, and is left out.</summary>
    internal static ImmutableArray<SolutionStep> Of(RunAccount account, int node, Func<string, string> redact)
    {
        ImmutableArray<SolutionStep>.Builder steps = ImmutableArray.CreateBuilder<SolutionStep>();
        Node? before = null;
        foreach (Node step in account.Journal.Lineage(node).Reverse())
        {
            if (step.Code is { } code && (steps.Count == 0 || steps[^1].Code != code))
            {
                DateTimeOffset at = account.ProposedAt(step.Id);
                steps.Add(new SolutionStep(step.Id, code, steps.Count > 0 && steps[^1].At > at ? steps[^1].At : at, CommitMessage.Of(account, step, before, redact)));
            }

            before = step;
        }

        return steps.ToImmutable();
    }
}
