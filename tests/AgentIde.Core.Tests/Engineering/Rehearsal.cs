using System.Collections.Immutable;
using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Core.Search;

namespace AgentIde.Core.Tests.Engineering;

/// <summary>The real policy and the real engineer, with the fate of each node drawn instead of executed.</summary>
internal static class Rehearsal
{
    private static readonly string[] Messages =
    [
        "KeyError: \"['income'] not in index\"", "ValueError: Input X contains NaN.", "ValueError: could not convert string to float: 'n/a'",
        "ValueError: Found unknown categories ['huge'] in column 0 during fit", "ModuleNotFoundError: No module named 'xgboost'",
        "ValueError: n_splits=5 cannot be greater than the number of members in each class.", "RuntimeError: something nobody has seen before",
    ];

    /// <param name="timed">Whether each program takes as long as was forecast, a few many times as long; else nobody knows how long it takes.</param>
    public static async Task<(List<Proposal> Proposals, JournalBuilder Run)> PlayAsync(
        TaskFacts task, DataProfile profile, long seed, int nodes, double failures = 0.3, Budget? budget = null, ProgramLanguage language = ProgramLanguage.Python, string policy = AidePolicy.Own, bool timed = false)
    {
        JournalBuilder run = new(task, profile, seed, budget, language);
        List<Proposal> proposals = [];
        for (int node = 1; node <= nodes; node++)
        {
            Draws fate = new(seed, node, "fate");
            Decision decision = Policies.Find(policy)!.Choose(run.Journal, new Draws(seed, node, "policy"));
            run.Begin(decision.Operator, [.. decision.Parents]);
            Proposal? proposal;
            try
            {
                proposal = await ProposeAsync(run.Journal, decision.Operator, decision.Parents, seed);
            }
            catch (NoAnswerException nothing)
            {
                run.Add(new NodeFailed(node, new Failure(FailureKind.NoAnswer, nothing.Message, null, null)));
                continue;
            }
            catch (NoTimeLeftException) when (timed)
            {
                // As a run ends.
                break;
            }

            if (proposal is null)
            {
                break;
            }

            proposals.Add(proposal);
            run.Propose(proposal);
            if (timed)
            {
                run.Execute(Digest.Of(proposal.Code), Notes.Of(run.Journal[node])!.Seconds * (1 + (9 * Math.Pow(fate.NextDouble(), 3))));
            }

            if (fate.NextDouble() < failures)
            {
                // The last kind is one of imported runs alone.
                FailureKind kind = (FailureKind)fate.NextIndex((int)FailureKind.Judged);
                run.Add(new NodeFailed(node, new Failure(kind, Messages[fate.NextIndex(Messages.Length)], fate.NextIndex(80) + 1, null)));
            }
            else
            {
                double gain = fate.NextDouble() - 0.4;
                run.Score(0.5 + (fate.NextDouble() * 0.1), [.. decision.Parents.Select(parent => new Comparison(parent, gain, 0.2))]);
            }
        }

        return (proposals, run);
    }

    public static Task<Proposal?> ProposeAsync(Journal journal, Operator @operator, int? parent, long seed, string output = "") =>
        ProposeAsync(journal, @operator, parent is { } one ? [one] : [], seed, output);

    public static Task<Proposal?> ProposeAsync(Journal journal, Operator @operator, ImmutableArray<int> parents, long seed, string output = "") =>
        new BuiltInEngineer().ProposeAsync(
            new Assignment(
                journal,
                journal.Nodes.Count,
                @operator,
                parents,
                new Draws(seed, journal.Nodes.Count, "engineer"),
                (_, _) => Task.FromResult(output),
                ExecutionLimits.Default),
            TestContext.Current.CancellationToken);
}
