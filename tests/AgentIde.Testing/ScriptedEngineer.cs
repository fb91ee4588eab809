using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;

namespace AgentIde.Testing;

/// <summary>An engineer that is a function: for tests of what is around it.</summary>
public sealed class ScriptedEngineer(Func<Assignment, CancellationToken, Task<Proposal?>> propose) : IEngineer
{
    public string Name => "scripted/1";

    public bool IsAskedAlone { get; init; }

    public ImmutableArray<string> Observe(TaskFacts task, DataProfile profile) => [];

    public Task<Proposal?> ProposeAsync(Assignment assignment, CancellationToken cancellationToken) => propose(assignment, cancellationToken);
}
