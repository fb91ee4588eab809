using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;
using AgentIde.Models.Prompts;

namespace AgentIde.Models.Engineers;

/// <summary>What the first call of a run will ask, as far as it can be known before there is one: a first draft, with nothing tried yet.</summary>
public static class FirstCall
{
    /// <param name="started">What the run would begin with.</param>
    /// <param name="profiled">What it would know of its data.</param>
    /// <returns>The call at its most; null where no model drafts.</returns>
    /// <exception cref="ModelException">No prompt for the task is short enough.</exception>
    public static async Task<CallReservation?> OfAsync(Crew crew, RunStarted started, DataProfiled profiled, ExecutionLimits limits, CancellationToken cancellationToken)
    {
        if (crew[Operator.Draft] is not { } drafts)
        {
            return null;
        }

        Journal journal = Journal.Empty.Apply([new RecordedEvent(1, DateTimeOffset.UnixEpoch, 1, started), new RecordedEvent(2, DateTimeOffset.UnixEpoch, 1, profiled)]);
        Assignment assignment = new(
            journal, 1, Operator.Draft, [], new Draws(started.Settings.Seed, 1, "engineer"), (_, _) => throw new InvalidOperationException("Nothing was executed yet."), limits);
        Prompt prompt = await PromptWriter.WriteAsync(assignment, drafts.Options(ModelEngineer.Environment(journal)), cancellationToken);
        TokenUsage maximum = drafts.Model.Maximum(prompt.Request);
        return new CallReservation(drafts.Model.Name, PromptText.Of(prompt.Request), maximum, drafts.Model.Price?.Of(maximum));
    }
}
