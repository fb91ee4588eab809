using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Runs;
using AgentIde.Models.Prompts;

namespace AgentIde.Models.Engineers;

/// <summary>
/// Models as the engineer. What they say is text, and becomes a plan and a program for the sandbox, nothing else.
/// Where a provider that has answered before can't be reached after all attempts, the built-in engineer takes the node
/// and says so. Where it never answered, or refuses the key, the model or the money, the run stops with its word and can
/// be resumed: its nodes would fail one by one.
/// </summary>
/// <param name="substitute">Works where a crew names it, and in the place of a provider that is down.</param>
public sealed class ModelEngineer(Crew crew, IEngineer substitute, Patience patience, TimeProvider clock) : IEngineer, IDisposable
{
    // The substitute looks at what was proposed before, also for nodes that are under way.
    private readonly SemaphoreSlim _substituting = new(1, 1);
    private readonly TriedPrograms _tried = new();

    public string Name => crew.Name;

    public bool IsAskedAlone => false;

    /// <summary>A model takes each operator, the built-in engineer its own.</summary>
    public ImmutableArray<Operator> Operators { get; } =
        [.. IEngineer.AllOperators.Where(@operator => crew[@operator] is not null || substitute.Operators.Contains(@operator))];

    public ImmutableArray<string> Observe(TaskFacts task, DataProfile profile) => substitute.Observe(task, profile);

    /// <exception cref="BudgetSpentException"/>
    /// <exception cref="NoAnswerException">The model said nothing that can be run.</exception>
    /// <exception cref="EngineerException">The provider does not take the key, the model or any more money, or never answered.</exception>
    public async Task<Proposal?> ProposeAsync(Assignment assignment, CancellationToken cancellationToken)
    {
        if (assignment.Sample is { } sample)
        {
            return await SampledAnswers.ReadAsync(assignment, sample, cancellationToken);
        }

        if (MemberFor(assignment) is not { } member)
        {
            return await SubstituteAsync(assignment, cancellationToken);
        }

        try
        {
            return await new Turn(member.Options(Environment(assignment.Journal)), new PaidModel(member.Model, patience, clock), _tried, assignment).TakeAsync(cancellationToken);
        }
        catch (ModelException error) when (error.IsTransient && HasAnswered(assignment.Journal, member.Model))
        {
            Proposal? proposal = await InsteadAsync(assignment, error, cancellationToken);
            return proposal is null ? null : proposal with { Plan = $"{proposal.Plan} (By the built-in engineer: {error.Message})" };
        }
        catch (ModelException error) when (error.Problem is CallProblem.Key or CallProblem.Model or CallProblem.Quota
            || ((error.IsTransient || error.Problem is CallProblem.Request or CallProblem.Malformed) && !HasAnswered(assignment.Journal, member.Model)))
        {
            throw new EngineerException(error.Message, error);
        }
        catch (ModelException error)
        {
            throw new NoAnswerException(error.Message, error);
        }
    }

    /// <summary>Null for the built-in engineer, who needs no model to tune what it wrote.</summary>
    private CrewMember? MemberFor(Assignment assignment) =>
        assignment is { Operator: Operator.Tune, Parents: [int parent, ..] } && !crew.HasTuner && BuiltInEngineer.Wrote(assignment.Journal[parent])
            ? null
            : crew[assignment.Operator];

    private async Task<Proposal?> InsteadAsync(Assignment assignment, ModelException error, CancellationToken cancellationToken)
    {
        try
        {
            return await SubstituteAsync(assignment, cancellationToken);
        }
        catch (NoAnswerException nothing)
        {
            throw new NoAnswerException($"{error.Message} {nothing.Message}", nothing);
        }
    }

    public void Dispose() => _substituting.Dispose();

    private async Task<Proposal?> SubstituteAsync(Assignment assignment, CancellationToken cancellationToken)
    {
        await _substituting.WaitAsync(cancellationToken);
        try
        {
            return await substitute.ProposeAsync(assignment, cancellationToken);
        }
        finally
        {
            _substituting.Release();
        }
    }

    private static bool HasAnswered(Journal journal, IModel model) =>
        journal.Nodes.Any(node => node.Calls.Any(call => call.Model == model.Name && call.Outcome is { Answer: not null }));

    internal static EnvironmentFacts Environment(Journal journal) =>
        journal.Settings?.Language == ProgramLanguage.CSharp ? EnvironmentFacts.DotnetMl : EnvironmentFacts.Of(journal.Sandbox?.Interpreter ?? "Python");
}
