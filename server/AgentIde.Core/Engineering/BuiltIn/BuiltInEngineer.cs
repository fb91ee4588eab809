using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// An engineer that needs no model, no key and no network. It composes programs from components, each with a
/// condition and a reason, and learns within a run which kinds of change pay. A pure function of the assignment: the
/// same journal and draws give the same plan and code. It never proposes a program that the run has tried.
/// </summary>
public sealed class BuiltInEngineer : IEngineer
{
    public string Name => "builtin/1";

    public ImmutableArray<string> Observe(TaskFacts task, DataProfile profile) => Observations.Of(new Problem(task, profile, 1));

    /// <exception cref="InvalidOperationException">The journal holds no task or no profile yet: there is nothing to work on.</exception>
    public async Task<Proposal?> ProposeAsync(Assignment assignment, CancellationToken cancellationToken)
    {
        Journal journal = assignment.Journal;
        if (journal is not { Task: { } task, Profile: { } profile })
        {
            throw new InvalidOperationException("The engineer is asked before the run knows its task and data.");
        }

        Problem problem = new(task, profile, Math.Max(assignment.Limits.Cores, 1)) { Language = journal.Settings?.Language ?? ProgramLanguage.Python };
        Experience experience = new(journal);
        Allowance allowance = Allowance.Of(assignment);
        Node? parent = assignment.Parents.IsEmpty ? null : journal[assignment.Parents[0]];
        Idea? idea = parent is null || Notes.Of(parent) is not { } notes ? await StartAsync()
            : assignment.Operator == Operator.Debug ? await MendAsync(parent, notes, allowance.Improve)
            : Improve(parent, notes);
        if (idea is null)
        {
            return null;
        }

        string plan = parent is not null && Notes.Of(parent) is null
            ? $"{idea.Plan} Node {parent.Id} is not of this engineer's making, so it can't be changed part by part."
            : idea.Plan;
        (string code, ImmutableArray<Reason> reasons) = Composer.Compose(problem, idea.Recipe);
        return new Proposal(plan, code, reasons, new Notes(idea.Kind, idea.Name, Math.Round(Costs.Seconds(problem, idea.Recipe), 3), idea.Recipe.Parts).ToJson());

        // Where nothing is left to start with, what failed may be mended.
        async Task<Idea?> StartAsync() =>
            Drafts.Next(problem, journal, experience, assignment.Draws, allowance.Draft)
            ?? (journal.Nodes.LastOrDefault(node => node.IsBuggy) is { } failed && Notes.Of(failed) is { } broken ? await MendAsync(failed, broken, allowance.Draft) : null);

        async Task<Idea?> MendAsync(Node failed, Notes broken, double seconds) =>
            Repairs.Next(problem, broken.Recipe, Symptom.Of(failed, await OutputAsync(assignment, failed, cancellationToken)), experience, assignment.Draws, seconds);

        // Where nothing is left to change, another start is better than none.
        Idea? Improve(Node best, Notes known) => !problem.IsLearnable ? null
            : Improvements.Next(problem, Brevity.Below(problem, known.Recipe.With(experience.Lessons)), best.Score?.Value, experience, assignment.Draws, allowance.Improve)
                ?? Drafts.Next(problem, journal, experience, assignment.Draws, allowance.Draft);
    }

    private static async Task<string> OutputAsync(Assignment assignment, Node node, CancellationToken cancellationToken) =>
        node.Execution is { } execution ? await assignment.ReadText(execution.Output, cancellationToken) : "";
}
