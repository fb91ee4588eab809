using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering;

/// <summary>
/// Proposes the next plan and code. A pure function of the assignment for the built-in engineer; what another one
/// says is recorded as an event, so that a replay never asks again.
/// </summary>
public interface IEngineer
{
    /// <summary>Name and version, such as <c>builtin/1</c>.</summary>
    string Name { get; }

    /// <summary>What it sees in the data, in plain words, one observation a line; asked once, before the first node.</summary>
    ImmutableArray<string> Observe(TaskFacts task, DataProfile profile);

    /// <summary>
    /// Whether it is asked for one node at a time, so that it sees all that was proposed before. One that waits for a
    /// model says no: it is asked for as many at once as the run may work on.
    /// </summary>
    bool IsAskedAlone => true;

    /// <summary>What it can be asked for; a policy chooses nothing else.</summary>
    ImmutableArray<Operator> Operators => AllOperators;

    static ImmutableArray<Operator> AllOperators { get; } = [.. Enum.GetValues<Operator>()];

    /// <summary>Whether it is a step beyond AIDE's three, which a crew need not name anybody for.</summary>
    static bool IsVariation(Operator @operator) => @operator is Operator.Tune or Operator.Ablate or Operator.Merge or Operator.Simplify;

    /// <summary>Null when it has nothing left to propose.</summary>
    /// <exception cref="NoAnswerException">It came to nothing for this node.</exception>
    /// <exception cref="NoTimeLeftException">Nothing that it could propose would end in the time that is left.</exception>
    /// <exception cref="BudgetSpentException">What it needs to go on does not fit into the budget.</exception>
    /// <exception cref="EngineerException">It can't go on at all.</exception>
    Task<Proposal?> ProposeAsync(Assignment assignment, CancellationToken cancellationToken);
}

/// <summary>What is asked of an engineer.</summary>
/// <param name="Journal">The run so far, without private scores: they come after the choice.</param>
/// <param name="Node">The number of the node to come.</param>
/// <param name="Draws">Random numbers of this node's own, from the run's seed.</param>
/// <param name="ReadText">Text of a blob that the journal names: a parent's code or output.</param>
/// <param name="Limits">What the execution to come is given.</param>
public sealed record Assignment(
    Journal Journal,
    int Node,
    Operator Operator,
    ImmutableArray<int> Parents,
    Search.Draws Draws,
    Func<Digest, CancellationToken, Task<string>> ReadText,
    Sandboxes.ExecutionLimits Limits)
{
    /// <summary>What the engineer may spend on models for this node.</summary>
    public Purse Purse { get; init; } = Purse.Empty;

    /// <summary>Answers that a model is asked for with the same prompt: the others become nodes of their own.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>The answer that the proposal is to be read from, where it was given already; nobody is asked then.</summary>
    public SampleOf? Sample { get; init; }
}

/// <param name="Plan">What it is about to do and why: one or two plain sentences, the essence in the first 80 characters.</param>
/// <param name="Code">The whole program.</param>
/// <param name="Reasons">Which lines stand there why.</param>
/// <param name="Notes">The engineer's own, kept with the node and given back with the journal; null where it keeps none.</param>
public sealed record Proposal(string Plan, string Code, ImmutableArray<Reason> Reasons, string? Notes)
{
    /// <summary>Of several answers to one prompt, the call that it was read from; null where there was one.</summary>
    public int? Call { get; init; }

    /// <summary>The calls whose answers hold other programs; null where one answer was asked for.</summary>
    public ImmutableArray<int>? Samples { get; init; }
}

/// <summary>Why some lines of a program stand there.</summary>
/// <param name="FirstLine">1-based, inclusive.</param>
/// <param name="LastLine">1-based, inclusive.</param>
/// <param name="Block">The part of the program: <c>features</c>, <c>model</c>.</param>
public sealed record Reason(int FirstLine, int LastLine, string Block, string Text);
