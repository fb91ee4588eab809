using System.Text;
using AgentIde.Core.Conditions;
using AgentIde.Testing;

namespace AgentIde.Core.Tests.Conditions;

/// <summary>What is said of a condition that can't be read: where, why, and what to write instead.</summary>
public sealed class ConditionErrorTests
{
    private static readonly string[] Broken =
    [
        "", "   ", "score", "operator", "none", "'text'",
        "oprator == improve", "operater", "improve", "parent.scor > 1", "parnt.score > 1", "parent.parnt.scor > 1", "parent.executon.seconds > 1", "executon.seconds > 3", "parent.elapsed > 3", "best.step == node-scored", "foo.bar.baz == 1",
        "operator == improv", "operator == 3", "operator == plan_a", "operator < 3", "operator == failure", "operator in [draft, improv]", "operator == \"imrpove\"", "failure == timeoutt", "step == nodescore",
        "operator =improve", "score <> 1", "valid & buggy", "valid | buggy", "score ≤ 1", "plan == “x”", "score < 1; drop", "score < 1 #", "score < 1 \u0007", "a\u202eb < 1",
        "score <", "score < 0.1 &&", "(score < 0.1", "score < 0.1)", "score < (0.1 + )", "&& valid", "valid buggy", "valid true", "score == == 1", "[1, 2]", "operator in draft", "operator in []", "operator in [draft", "not", "!",
        "score && valid", "!score", "valid + 1 > 2", "-valid", "plan > 3", "plan + plan", "valid < buggy", "0 < gain < 2", "valid == 1", "plan == 3", "score == 'x'", "none < 3", "none", "(none)", "node in [1, none]",
        "seconds < 512MB", "memory > 3s", "seconds + memory > 3", "score < 90s", "spend > 3s", "seconds < 3d", "seconds < 3sec", "1.2.3 < score", "1e999 < score", "$1k < spend", "node == 1x", "max(seconds, memory) > 3",
        "plan contains log", "plan contains 3", "score contains 'x'", "plan matches log", "plan matches '('", "plan matches '(?=x)'", "plan matches '(a)\\1'", "plan matches 'a{1000}{1000}'", "plan matches 'a{99999999999}'",
        "abs() > 3", "abs(1, 2) > 3", "abs(plan) > 3", "len(3) > 3", "sqr(3) > 3", "abz(3) > 3", "round(1, 2, 3) > 1", "abs(1 > 2", "plan == 'x", "plan == \"x\\\"",
        "score < 0.1 && operator == improve && (gain > 2 * error || debugDepth > 3) && exceptoin == \"KeyError\" && seconds < 90s && memory < 512MB",
    ];

    [Fact]
    public void Each_mistake_is_told_with_its_place_and_a_way_out()
    {
        StringBuilder told = new();
        foreach (string condition in Broken)
        {
            ConditionException problem = Should.Throw<ConditionException>(() => Condition.ParseTruth(condition), condition);
            problem.Position.ShouldBeInRange(0, condition.Length);
            problem.Length.ShouldBeGreaterThan(0);
            problem.Message.Split('\n').Length.ShouldBe(3, condition);
            problem.Message.ShouldStartWith(problem.Problem);
            told.Append(problem.Message).Append("\n\n");
        }

        ExpectedText.Compare(told.ToString(), "Expected/errors.txt");
    }

    [Fact]
    public void What_is_too_long_or_too_deep_is_refused()
    {
        Should.Throw<ConditionException>(() => Condition.Parse(new string(' ', Condition.MaximumLength + 1))).Problem.ShouldContain("at most 2,000 are read");
        foreach (string nested in new[] { "(", "!", "-", "not ", "abs(", "-(" })
        {
            string deep = string.Concat(Enumerable.Repeat(nested, Condition.MaximumDepth + 1));
            Should.Throw<ConditionException>(() => Condition.Parse(deep + "1")).Problem.ShouldContain("deeper than 40 levels");
        }

        string parents = string.Concat(Enumerable.Repeat("parent.", 9));
        Should.Throw<ConditionException>(() => Condition.Parse(parents + "score")).Problem.ShouldContain("further than 8 nodes");
    }

    [Fact]
    public void The_longest_chain_there_can_be_is_evaluated()
    {
        string sum = string.Join('+', Enumerable.Repeat("1", Condition.MaximumLength / 2));
        Condition.Parse(sum).Evaluate(ConditionRun.At(1)).Number.ShouldBe(Condition.MaximumLength / 2);
        Condition.Parse(new string('(', Condition.MaximumDepth) + "1" + new string(')', Condition.MaximumDepth)).Evaluate(ConditionRun.At(1)).Number.ShouldBe(1);
    }
}
