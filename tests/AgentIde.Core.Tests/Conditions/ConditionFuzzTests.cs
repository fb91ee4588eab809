using AgentIde.Core.Conditions;
using AgentIde.Core.Runs;
using CsCheck;

namespace AgentIde.Core.Tests.Conditions;

/// <summary>A condition may be a stranger's: whatever it is, it is read or refused, and what was read is evaluated.</summary>
public sealed class ConditionFuzzTests
{
    private static readonly string[] Pieces =
    [
        "(", ")", "[", "]", ",", "!", "-", "+", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "=", "&&", "||", "&", " and ", " or ", " not ", " in ", " contains ", " matches ", " ", "\n", "{", "}", "{{", "}}",
        "true", "false", "none", "0", "1", "3.5", "1e308", "90s", "512MB", "50%", "$1", "0x1", "1..2", "'x'", "\"log.*\"", "'(a+)+$'", "'", "\"", "\\", "improve", "time-out", "parent.", "best.", ".", "…", "😀", "\ud83d", "\0", "é",
        "abs(", "min(", "round(", "len(", "has(", "lower(", .. ConditionNames.All.Select(name => name.Name), .. ConditionNames.All.Select(name => name.FullName),
    ];

    private static readonly Gen<string> Text = Gen.OneOf(Gen.String, Gen.Int[0, Pieces.Length - 1].Array[0, 60].Select(indices => string.Concat(indices.Select(index => Pieces[index]))));

    [Fact]
    public void Any_text_is_read_or_refused_and_what_was_read_is_evaluated() => Text.Sample(text =>
    {
        try
        {
            Try(Condition.Parse(text));
        }
        catch (ConditionException problem)
        {
            Check(problem, text);
        }

        try
        {
            LogTemplate.Parse(text).Render(ConditionRun.At(2)).ShouldNotBeNull();
        }
        catch (ConditionException problem)
        {
            Check(problem, text);
        }
    }, iter: 3_000);

    [Fact]
    public void Expressions_whose_types_fit_are_read_and_evaluated_everywhere()
    {
        Gen<string> number = OneOf("score", "error", "gain", "1", "2.5", "parent.score", "best.error", "claimed");
        Gen<string> truth = OneOf("valid", "buggy", "best", "true", "newBest", "parent.valid", "operator == improve", "failure == none", "plan contains 'x'", "step in [node-scored]");
        Gen<string> Numbers(int depth) => depth == 0 ? number : Gen.OneOf(
            number, Gen.Select(Numbers(depth - 1), OneOf("+", "-", "*", "/", " % "), Numbers(depth - 1)).Select((one, sign, other) => $"({one} {sign} {other})"),
            Numbers(depth - 1).Select(one => $"-{one}"), Gen.Select(Numbers(depth - 1), Numbers(depth - 1)).Select((one, other) => $"max({one}, {other})"));
        Gen<string> Truths(int depth) => depth == 0 ? truth : Gen.OneOf(
            truth, Gen.Select(Truths(depth - 1), OneOf("&&", "||", "and", "or", "==", "!="), Truths(depth - 1)).Select((one, sign, other) => $"({one}) {sign} ({other})"),
            Gen.Select(Numbers(depth - 1), OneOf("<", "<=", ">", ">=", "==", "!="), Numbers(depth - 1)).Select((one, sign, other) => $"{one} {sign} {other}"),
            Truths(depth - 1).Select(one => $"!({one})"), Numbers(depth - 1).Select(one => $"has({one})"));
        Truths(4).Where(text => text.Length <= Condition.MaximumLength).Sample(text =>
        {
            Condition condition = Condition.ParseTruth(text);
            Try(condition);
            Condition negated = Condition.ParseTruth($"!({text[..Math.Min(text.Length, Condition.MaximumLength - 3)]})");
            foreach (Node node in ConditionRun.Journal.Nodes)
            {
                ConditionScope scope = ConditionRun.At(node.Id);
                ConditionValue value = condition.Evaluate(scope);
                negated.Evaluate(scope).ShouldBe(value.IsNone ? value : ConditionValue.Of(value.IsFalse));
            }
        }, iter: 1_000);
    }

    [Fact]
    public void A_pattern_that_would_never_end_elsewhere_ends()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft);
        run.Add(new NodeFailed(1, new Failure(FailureKind.Exit, new string('a', 100_000) + "!", null, null)));
        ConditionScope scope = new(run.Journal, run.Journal[1], null);
        foreach (string pattern in new[] { "(a+)+$", "(a|aa)+$", "(.*a){20}x", "[ab]*a[ab]{200}x", "(a{1,15}){1,16}x", "^(([a-z])+.)+[A-Z]([a-z])+$" })
        {
            Condition.ParseTruth($"message matches '{pattern}'").Holds(scope).ShouldBeFalse(pattern);
        }
    }

    [Fact]
    public void Patterns_of_all_sorts_are_taken_or_refused() => Gen.OneOf(
        Gen.String[Gen.Char["abc()[]{}|*+?.^$\\-,0123456789:<>=!dwsbDWSBpPuxk"], 0, 60]).Sample(pattern =>
    {
        string quoted = pattern.Replace("\\", "\\\\", StringComparison.Ordinal);
        try
        {
            Condition.ParseTruth($"plan matches \"{quoted}\"").Evaluate(ConditionRun.At(1));
        }
        catch (ConditionException problem)
        {
            problem.Problem.ShouldContain("pattern");
        }
    }, iter: 2_000);

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static void Try(Condition condition)
    {
        foreach (Node node in ConditionRun.Journal.Nodes)
        {
            ConditionScope scope = ConditionRun.At(node.Id, ConditionRun.Events[node.Id].Event);
            ConditionValue value = condition.Evaluate(scope);
            (value.Number is not { } number || double.IsFinite(number)).ShouldBeTrue(condition.Text);
            (value.IsNone || value.Kind == condition.Kind).ShouldBeTrue(condition.Text);
            condition.Render(scope).ShouldNotBeNull();
        }

        condition.Evaluate(new ConditionScope(Journal.Empty, null, null)).Kind.ShouldBeOneOf(ConditionKind.None, condition.Kind);
    }

    private static void Check(ConditionException problem, string text)
    {
        problem.Position.ShouldBeInRange(0, text.Length);
        problem.Problem.ShouldNotBeNullOrWhiteSpace();
        problem.Problem.ShouldAllBe(letter => letter != '\n' && letter != '\0');
    }
}
