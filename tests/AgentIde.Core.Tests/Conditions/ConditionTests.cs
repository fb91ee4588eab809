using AgentIde.Core.Conditions;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Core.Tests.Conditions;

/// <summary>What conditions come to, over a run with a node of each kind.</summary>
public sealed class ConditionTests
{
    [Theory]
    [InlineData("operator == \"improve\" && gain < 2 * error", new[] { 5 })]
    [InlineData("operator == improve and gain < 2 * error", new[] { 5 })]
    [InlineData("valid", new[] { 1, 2, 4, 5 })]
    [InlineData("!valid", new[] { 3, 6 })]
    [InlineData("not valid and not buggy", new[] { 6 })]
    [InlineData("score < 0.5", new[] { 2, 5 })]
    [InlineData("!(score < 0.5)", new[] { 1, 4 })]
    [InlineData("score == none", new[] { 3, 6 })]
    [InlineData("none != score", new[] { 1, 2, 4, 5 })]
    [InlineData("has(score)", new[] { 1, 2, 4, 5 })]
    [InlineData("gain > 0", new[] { 2 })]
    [InlineData("gain > 2 * gainError", new[] { 2 })]
    [InlineData("gainOverBest < 0", new[] { 4, 5 })]
    [InlineData("newBest", new[] { 1, 2 })]
    [InlineData("best", new[] { 2 })]
    [InlineData("best.score < score", new[] { 1, 4, 5 })]
    [InlineData("parent.buggy", new[] { 4 })]
    [InlineData("parent == best.node", new[] { 5, 6 })]
    [InlineData("parent.parent == 1", new[] { 5, 6 })]
    [InlineData("parent.parent.operator == draft", new[] { 5, 6 })]
    [InlineData("operator == parent.operator", new[] { 5 })]
    [InlineData("operator in [draft, 'DEBUG']", new[] { 1, 3, 4 })]
    [InlineData("operator not in [draft, debug]", new[] { 2, 5, 6 })]
    [InlineData("node in [1, 2 + 1, children]", new[] { 1, 2, 3 })]
    [InlineData("IMPROVE == Operator", new[] { 2, 5 })]
    [InlineData("failure == exception", new[] { 3 })]
    [InlineData("exception == failure", new[] { 3 })]
    [InlineData("failure != time-out", new[] { 3 })]
    [InlineData("failure != TimeOut && failure != out_of_memory", new[] { 3 })]
    [InlineData("exception == \"keyerror\" && line == 7", new[] { 3 })]
    [InlineData("message contains COLOUR", new int[0], true)]
    [InlineData("message contains 'COLOUR'", new[] { 3 })]
    [InlineData("plan matches \"log.*target\"", new[] { 1 })]
    [InlineData("plan matches '^(?i)CLIP\\b'", new[] { 2 })]
    [InlineData("len(plan) < 15", new[] { 3 })]
    [InlineData("lower(plan) == 'boost trees.'", new[] { 3 })]
    [InlineData("seconds > 1.5m", new[] { 1 })]
    [InlineData("seconds >= 90s && seconds <= 0.5h", new[] { 1 })]
    [InlineData("execution.seconds < 2000ms", new[] { 3 })]
    [InlineData("memory > 512MiB", new[] { 1 })]
    [InlineData("memory > 0.1GB && memory < 400MB", new[] { 2 })]
    [InlineData("attempts > 1", new[] { 2 })]
    [InlineData("exit == 1 or exit == 0 and lines > 42", new[] { 2, 3 })]
    [InlineData("node % 2 == 0", new[] { 2, 4, 6 })]
    [InlineData("node %2 == 0", new[] { 2, 4, 6 })]
    [InlineData("7%node == 1", new[] { 2, 3, 6 })]
    [InlineData("abs(gain) < 10% * score", new[] { 5 })]
    [InlineData("overclaim > 0", new[] { 1 })]
    [InlineData("claimed < score - error", new[] { 1 })]
    [InlineData("suspect", new[] { 1 })]
    [InlineData("!suspect && valid", new[] { 2, 4, 5 })]
    [InlineData("review contains 'test rows' && findings == 1", new[] { 1 })]
    [InlineData("rejected", new[] { 4 })]
    [InlineData("applied", new[] { 2 })]
    [InlineData("hint == 'use fewer trees'", new[] { 6 })]
    [InlineData("debugDepth > 0", new[] { 4 })]
    [InlineData("depth == 2", new[] { 5, 6 })]
    [InlineData("children >= 1 && parents == 0", new[] { 1, 3 })]
    [InlineData("stage == think", new[] { 6 })]
    [InlineData("model == 'openai:gpt-5.1' && node.dollars == $0.42 && node.tokens == 1k", new[] { 1 })]
    [InlineData("nodes == 6 && validNodes == 4 && calls == 1 && spend < $0.5 && tokens == 1_000", new[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData("budget >= 50% && budget < 51%", new[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData("budget >= 50% and best", new[] { 2 })]
    [InlineData("budget >= 50 % && memory > 500 MiB && seconds > 1.5 m", new[] { 1 })]
    [InlineData("seconds in [20 s, 1.5 s]", new[] { 2, 3 })]
    [InlineData("7 % (node) == 1 and 7 % abs(node) == 1", new[] { 2, 3, 6 })]
    [InlineData("elapsed >= 20 && elapsed < 1m", new[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData("score / 0 > 1 || score / 0 <= 1", new int[0])]
    [InlineData("score > 1 && missing == none", new int[0], true)]
    [InlineData("best.score == best.best.score && parent == none", new[] { 1, 3 })]
    [InlineData("min(score, parent.score) == score && max(1, node, 3) > 3", new int[0])]
    [InlineData("round(score, 1) == 0.5", new[] { 1, 2, 5 })]
    [InlineData("-node < -4 && +node > 0 && - - node > 0", new[] { 5, 6 })]
    [InlineData("2 + 3 * 4 == 14 && (2 + 3) * 4 == 20 && 1e1 - 2 - 3 == 5 && 8 / 2 / 2 == 2", new[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData("true || score == none", new[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData("score < 1 || true", new[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData("score < 1 && false", new int[0])]
    [InlineData("(score < 1 && false) == false", new[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData("step == node-scored", new int[0])]
    [InlineData("step == none", new[] { 1, 2, 3, 4, 5, 6 })]
    public void A_condition_holds_for_the_nodes_it_means(string condition, int[] nodes, bool isRefused = false)
    {
        if (isRefused)
        {
            Should.Throw<ConditionException>(() => Condition.ParseTruth(condition));
            return;
        }

        Condition parsed = Condition.ParseTruth(condition);
        ConditionRun.Journal.Nodes.Where(node => parsed.Holds(new ConditionScope(ConditionRun.Journal, node, null))).Select(node => node.Id).ShouldBe(nodes);
    }

    [Theory]
    [InlineData("2 * gain", ConditionRun.Best, "0.1000")]
    [InlineData("score", ConditionRun.Best, "0.4500")]
    [InlineData("gain / error", ConditionRun.Best, "5.3763")]
    [InlineData("score", ConditionRun.Broken, "none")]
    [InlineData("seconds", ConditionRun.First, "95.0 s")]
    [InlineData("cpu", ConditionRun.First, "3:00")]
    [InlineData("memory", ConditionRun.First, "600 MiB")]
    [InlineData("100 * 1kB", ConditionRun.First, "97.7 KiB")]
    [InlineData("spend", ConditionRun.First, "$0.42")]
    [InlineData("spend / 10", null, "$0.042")]
    [InlineData("budget", ConditionRun.First, "50 %")]
    [InlineData("operator", ConditionRun.Worse, "improve")]
    [InlineData("plan", ConditionRun.Best, "Clip the target's tail.")]
    [InlineData("valid", ConditionRun.Best, "true")]
    [InlineData("node", ConditionRun.Best, "2")]
    [InlineData("1234567", null, "1234567")]
    [InlineData("1 / 3", null, "0.33333")]
    [InlineData("score", null, "none")]
    [InlineData("best.score", null, "0.4500")]
    [InlineData("exception", ConditionRun.Broken, "KeyError")]
    public void Values_are_shown_with_their_units_and_as_precisely_as_their_error_allows(string expression, int? node, string shown) =>
        Condition.Parse(expression).Render(ConditionRun.At(node)).ShouldBe(shown);

    [Fact]
    public void The_step_is_asked_for_by_its_kind_and_by_what_was_said()
    {
        ConditionScope scope = ConditionRun.At(ConditionRun.First, new OutputWritten(1, 1, ExecutionPurpose.Search, "epoch 3: loss nan"));
        Condition.ParseTruth("step == output-written && said contains 'nan' && seq == 41").Holds(scope).ShouldBeTrue();
        Condition.ParseTruth("step in [node-scored, node-failed]").Holds(scope).ShouldBeFalse();
        Condition.Parse("step").Evaluate(scope).ShouldBe(ConditionValue.OfWord("output-written"));
    }

    [Fact]
    public void Where_lower_is_not_better_a_gain_is_still_positive_where_it_is_better()
    {
        Journal journal = new JournalBuilder(Samples.Task("accuracy")).Node(Operator.Draft, null, 0.8).Node(Operator.Improve, 1, 0.9).Node(Operator.Improve, 2, 0.85).Journal;
        Condition gain = Condition.ParseTruth("gain > 0 && gainOverBest > 0 && newBest");
        journal.Nodes.Where(node => gain.Holds(new ConditionScope(journal, node, null))).Select(node => node.Id).ShouldBe([2]);
        Condition.Parse("gain").Evaluate(ConditionRun.At(3, journal: journal)).Number!.Value.ShouldBe(-0.05, 1e-12);
    }

    [Fact]
    public void A_node_is_compared_with_the_best_of_its_own_time_whatever_came_after()
    {
        Journal journal = new JournalBuilder().Node(Operator.Draft, null, 0.5).Node(Operator.Draft, null, 0.6).Node(Operator.Draft, null, 0.1).Journal;
        Condition.Parse("gainOverBest").Evaluate(ConditionRun.At(1, journal: journal)).IsNone.ShouldBeTrue();
        Condition.Parse("gainOverBest").Evaluate(ConditionRun.At(2, journal: journal)).Number!.Value.ShouldBe(-0.1, 1e-12);
        Condition.Parse("gainOverBest").Evaluate(ConditionRun.At(3, journal: journal)).Number!.Value.ShouldBe(0.4, 1e-12);
    }

    [Fact]
    public void An_expression_that_is_no_condition_holds_where_it_has_a_value()
    {
        Condition.Parse("score").Holds(ConditionRun.At(ConditionRun.Best)).ShouldBeTrue();
        Condition.Parse("score").Holds(ConditionRun.At(ConditionRun.Broken)).ShouldBeFalse();
    }

    [Fact]
    public void Nothing_is_allocated_where_a_condition_is_evaluated()
    {
        Condition[] conditions = [.. new[]
        {
            "operator == improve && gain < 2 * error", "best.score < parent.parent.score || newBest", "step in [node-scored, node-failed] && budget > 50%",
            "failure == time-out || plan contains 'log'", "abs(round(gain, 3)) >= min(1, score, error) && node.tokens < 1k",
        }.Select(Condition.ParseTruth)];
        ConditionScope[] scopes = [.. ConditionRun.Journal.Nodes.Select(node => ConditionRun.At(node.Id, new NodeScored(1, ConditionRun.Journal[1].Score!)))];
        Evaluate();
        long before = GC.GetAllocatedBytesForCurrentThread();
        int held = Evaluate();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000);
        held.ShouldBe(100 * Evaluate(1));

        int Evaluate(int times = 100)
        {
            int count = 0;
            for (int time = 0; time < times; time++)
            {
                foreach (ConditionScope scope in scopes)
                {
                    foreach (Condition condition in conditions)
                    {
                        count += condition.Holds(scope) ? 1 : 0;
                    }
                }
            }

            return count;
        }
    }
}
