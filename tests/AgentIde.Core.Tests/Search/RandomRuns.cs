using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Core.Tests.Search;

/// <summary>
/// Runs in which fate decides what comes of each node, with several workers, people who reject, restore and ask for
/// branches, and engineers without an answer. What a policy is asked on the way is handed to the test.
/// </summary>
internal sealed class RandomRuns(long seed, int nodes, int workers, string metric = "rmse", ImmutableArray<Operator>? operators = null, double failures = 0.3)
{
    private static readonly string?[] Families = [null, """{"family":"forest"}""", """{"family":"linear"}""", """{"family":"boosting"}""", """{"family":"kernel"}""", """{"family":"words"}""", "notes of another form"];

    public JournalBuilder Play(IPolicy policy, Action<Journal, Decision, Draws> asked)
    {
        JournalBuilder run = new(Samples.Task(metric), operators: operators, budget: new Budget(nodes, 100_000));
        while (run.Journal.Nodes.Count < nodes)
        {
            int next = run.Journal.Nodes.Count + 1;
            Draws fate = new(seed, next, "fate");
            Interfere(run, fate);
            while (run.Journal.UnderWay.Count() >= workers)
            {
                int[] open = [.. run.Journal.UnderWay.Select(node => node.Id)];
                End(run, open[fate.NextIndex(open.Length)], fate);
            }

            if (run.Journal.Asked.FirstOrDefault() is { } branch)
            {
                run.Add(new NodeStarted(next, run.Journal[branch.Node].IsValid ? Operator.Improve : Operator.Debug, [branch.Node], "asked", [], Asked: branch.Number));
            }
            else
            {
                Draws draws = new(seed, next, "policy");
                Decision decision = policy.Choose(run.Journal, draws);
                asked(run.Journal, decision, draws);
                run.Add(new NodeStarted(next, decision.Operator, decision.Parents, decision.Why, draws.Drawn));
            }

            run.Add(new NodeProposed(next, "A plan.", Digest.Of($"{next}"), [], Families[fate.NextIndex(Families.Length)], null, 40 + fate.NextIndex(160)));
        }

        return run;
    }

    private void End(JournalBuilder run, int node, Draws fate)
    {
        if (fate.NextDouble() < failures)
        {
            run.Add(new NodeFailed(node, new Failure(fate.NextDouble() < 0.2 ? FailureKind.NoAnswer : FailureKind.Exception, $"ValueError: {fate.NextIndex(3)}", 3, null)));
            return;
        }

        // Few values, so that equals are common.
        Comparison[] comparisons = [.. run.Journal[node].Parents.Concat(run.Journal.Best is { } best ? [best] : []).Distinct().Where(other => run.Journal[other].IsValid).Select(other => new Comparison(other, fate.NextDouble() - 0.7, 0.1))];
        run.Add(new NodeScored(node, new Score(Math.Round(fate.NextDouble(), 1), ScoreKind.Verified, 0.01, null, [.. comparisons])));
    }

    private static void Interfere(JournalBuilder run, Draws fate)
    {
        if (run.Journal.Nodes.Count < 3)
        {
            return;
        }

        double chance = fate.NextDouble();
        Node node = run.Journal.Nodes[fate.NextIndex(run.Journal.Nodes.Count)];
        if (chance < 0.08)
        {
            run.Add(node.Rejected is null ? new NodeRejected(node.Id, "somebody", "it leaks") : new NodeRestored(node.Id, "somebody"));
        }
        else if (chance < 0.12 && node.IsDone)
        {
            run.Add(new BranchAsked(node.Id, "somebody", "try it"));
        }
    }
}
