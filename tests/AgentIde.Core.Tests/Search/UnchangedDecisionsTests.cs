using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Core.Tests.Search;

/// <summary>
/// Logs of earlier versions are asked again: these digests, over the decisions, their words and their draws in random
/// runs, were taken when each policy was first released, or when a decision page last changed its rule.
/// </summary>
public sealed class UnchangedDecisionsTests
{
    [Fact]
    public void Aide_decides_as_it_always_did() =>
        Decisions(new AidePolicy(AideOptions.Default).Choose).ShouldBe("8f8a84f2339ff93846280425251fdac8948a54f08d4f8603ca4d36aef7ebeda1");

    [Fact]
    public void Operators_decides_as_it_does_since_0241() =>
        Decisions(new OperatorsPolicy(OperatorsOptions.Default).Choose).ShouldBe("995aa2028f71f2872aa3d8a090f2470437d5ae580bb5213ec55e80285cfd06da");

    private static string Decisions(Func<Journal, Draws, Decision> choose)
    {
        StringBuilder all = new();
        for (int tree = 0; tree < 24; tree++)
        {
            ImmutableArray<Operator>? operators = tree % 4 == 3 ? [Operator.Draft, Operator.Debug, Operator.Improve, Operator.Tune] : null;
            JournalBuilder run = new(Samples.Task(tree % 2 == 0 ? "rmse" : "accuracy"), operators: operators);
            for (int node = 1; node <= 50; node++)
            {
                Draws draws = new(tree, node, "policy"), fate = new(tree, node, "fate");
                Decision decision = choose(run.Journal, draws);
                all.Append($"{decision.Operator} {string.Join(',', decision.Parents)} {decision.Why} {string.Join(',', draws.Drawn.Select(draw => draw.ToString("R", null)))}\n");
                run.Begin(decision.Operator, [.. decision.Parents]).Add(new NodeProposed(node, "A plan.", Digest.Of($"{node}"), [], null, null, 40 + fate.NextIndex(160)));
                if (fate.NextDouble() < 0.1)
                {
                    // One that others are not waited for.
                    continue;
                }

                _ = fate.NextDouble() < 0.3
                    ? run.Add(new NodeFailed(node, new Failure(fate.NextDouble() < 0.3 ? FailureKind.NoAnswer : FailureKind.Exception, "ValueError", 3, null)))
                    : run.Score(Math.Round(fate.NextDouble(), 3), [.. decision.Parents.Where(parent => run.Journal[parent].IsValid).Select(parent => new Comparison(parent, fate.NextDouble() - 0.5, 0.2))]);
                if (fate.NextDouble() < 0.1)
                {
                    run.Add(new NodeRejected(node, "somebody", null));
                }
            }
        }

        return Digest.Of(all.ToString()).Hex;
    }
}
