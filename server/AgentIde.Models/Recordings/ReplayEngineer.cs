using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Recordings;

/// <summary>
/// An engineer whose model is a recording. One that was played to its end has nothing left to propose; one that has no
/// answer to a prompt before its end does not fit the run, which stops there and says so once.
/// </summary>
public sealed class ReplayEngineer(ReplayModel replay, IEngineer inner) : IEngineer, IDisposable
{
    public string Name => inner.Name;

    public bool IsAskedAlone => inner.IsAskedAlone;

    public ImmutableArray<string> Observe(TaskFacts task, DataProfile profile) => inner.Observe(task, profile);

    /// <exception cref="NoAnswerException">As it was recorded.</exception>
    /// <exception cref="EngineerException">The recording was made of another run; says at which prompt, and where that differs.</exception>
    public async Task<Proposal?> ProposeAsync(Assignment assignment, CancellationToken cancellationToken)
    {
        try
        {
            return await inner.ProposeAsync(assignment, cancellationToken);
        }
        catch (Exception missed) when (missed is NoAnswerException or EngineerException && missed.InnerException is ModelException { InnerException: UnrecordedPromptException })
        {
            return replay.IsPlayed ? null : throw new EngineerException(
                $"The recording does not fit this run: at node {assignment.Node} ({Words(assignment)}), {missed.InnerException!.InnerException!.Message} Play it with the task, the flags and the edition of agentide that it was made with, or make a new one with --record.", missed)
            {
                IsOfReplay = true,
            };
        }
    }

    public void Dispose() => (inner as IDisposable)?.Dispose();

    private static string Words(Assignment assignment) =>
        assignment.Operator.ToString().ToLowerInvariant() + (assignment.Parents is [int parent, ..] ? $" of {parent}" : "");
}
