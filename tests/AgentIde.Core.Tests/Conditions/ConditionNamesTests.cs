using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentIde.Core.Conditions;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Testing;

namespace AgentIde.Core.Tests.Conditions;

/// <summary>The one table of names: whole, true, and the same as its page.</summary>
public sealed partial class ConditionNamesTests
{
    [Fact]
    public void No_name_means_two_things()
    {
        string[] written = [.. ConditionNames.All.SelectMany(name => new[] { name.Name, name.FullName }.Distinct())];
        written.Distinct(StringComparer.OrdinalIgnoreCase).Count().ShouldBe(written.Length);
        ConditionNames.All.ShouldAllBe(name => !ConditionNames.Relatives.Any(relative => name.FullName.StartsWith($"{relative}.", StringComparison.Ordinal)));
        ConditionNames.All.ShouldAllBe(name => new Delegate?[] { name.OfNode, name.OfRun, name.OfStep }.Count(read => read != null) == 1);
        ConditionNames.All.ShouldAllBe(name => name.Meaning.Length > 0 && !name.Meaning.EndsWith('.'));
    }

    [Fact]
    public void Each_name_is_read_in_short_and_in_full_and_comes_to_what_it_says()
    {
        foreach (ConditionName name in ConditionNames.All)
        {
            Condition condition = Condition.Parse(name.Name);
            condition.Kind.ShouldBe(name.Kind, name.Name);
            condition.Unit.ShouldBe(name.Unit, name.Name);
            ConditionValue[] values = [.. ConditionRun.Journal.Nodes.SelectMany(node => ConditionRun.Events.Select(step => condition.Evaluate(ConditionRun.At(node.Id, step.Event))))];
            values.ShouldAllBe(value => value.IsNone || value.Kind == name.Kind, name.Name);
            if (name.Words is { } words)
            {
                values.ShouldAllBe(value => value.IsNone || words.Words.Contains(value.Text!), name.Name);
            }

            string[] neverThere = ["sameAs", "signal"];
            values.All(value => value.IsNone).ShouldBe(neverThere.Contains(name.Name), name.Name);
            Condition.Parse(name.FullName).Evaluate(ConditionRun.At(1)).ShouldBe(condition.Evaluate(ConditionRun.At(1)), name.FullName);
            Condition.Parse(name.Name.ToUpperInvariant()).Kind.ShouldBe(name.Kind);
        }
    }

    [Fact]
    public void Words_are_those_of_the_log()
    {
        Check<Operator>("operator");
        Check<FailureKind>("failure");
        Check<Ending>("ending");
        Check<ScoreKind>("score.kind");
        Check<ProgramLanguage>("language");
        ConditionNames.Find("stage")!.Words!.Words.ShouldBe(Enum.GetValues<NodeStage>().Select(stage => stage.ToString().ToLowerInvariant()));
        ConditionRun.Events.Select(step => RunJson.Write(step.Event).Kind).ShouldAllBe(kind => ConditionNames.Find("step")!.Words!.Words.Contains(kind));

        static void Check<T>(string name)
            where T : struct, Enum =>
            ConditionNames.Find(name)!.Words!.Words.ShouldBe(Enum.GetValues<T>().Select(value =>
                typeof(T).GetField(value.ToString())!.GetCustomAttributes(false).OfType<System.Text.Json.Serialization.JsonStringEnumMemberNameAttribute>().Single().Name));
    }

    [Fact]
    public void The_page_on_conditions_has_the_same_names_functions_and_units()
    {
        const string begin = "<!-- made from the table of names: AGENTIDE_RENEW=1 renews it -->\n", end = "<!-- end -->\n";
        string page = File.ReadAllText(Repository.PathOf("docs", "CONDITIONS.md"));
        int start = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length, rest = page.IndexOf(end, StringComparison.Ordinal);
        StringBuilder table = new("| name | in full | type | meaning |\n|---|---|---|---|\n");
        foreach (ConditionName name in ConditionNames.All)
        {
            table.Append(CultureInfo.InvariantCulture, $"| `{name.Name}` | {(name.FullName == name.Name ? "" : $"`{name.FullName}`")} | {name.Type} | {name.Meaning} |\n");
        }

        table.Append("\n| function | meaning |\n|---|---|\n");
        foreach (ConditionFunction function in ConditionFunction.All)
        {
            table.Append(CultureInfo.InvariantCulture, $"| `{function.Signature}` | {function.Meaning} |\n");
        }

        table.Append(CultureInfo.InvariantCulture, $"\nUnits, after a number: {ConditionUnits.All}; and `$` before it.\n");
        ExpectedText.Compare($"{page[..start]}{table}{page[rest..]}", "../../../docs/CONDITIONS.md");
    }

    [Fact]
    public void The_conditions_of_the_page_can_be_read()
    {
        string[] examples = [.. Examples().Matches(File.ReadAllText(Repository.PathOf("docs", "CONDITIONS.md"))).Select(match => match.Groups[1].Value)];
        examples.Length.ShouldBeGreaterThan(8);
        examples.ShouldAllBe(example => Condition.ParseTruth(example).Kind == ConditionKind.Truth);
    }

    [Fact]
    public void A_list_is_read_expression_by_expression()
    {
        Condition.ParseList(" node, max(score, error) ,plan contains 'a, b'").Select(condition => condition.Text).ShouldBe(["node", "max(score, error)", "plan contains 'a, b'"]);
        Should.Throw<ConditionException>(() => Condition.ParseList("node,")).Position.ShouldBe(5);
        Should.Throw<ConditionException>(() => Condition.ParseList("")).Problem.ShouldStartWith("Nothing is asked here");
    }

    [GeneratedRegex("^- `([^`]+)`: ", RegexOptions.Multiline)]
    private static partial Regex Examples();

    [Fact]
    public void A_log_that_names_what_is_not_there_is_none_and_no_failure()
    {
        JournalBuilder run = new JournalBuilder().Begin(Operator.Draft);
        run.Add(new NodeProposed(1, "The same.", Digest.Of("code"), [], null, null, 3));
        run.Add(new NodeScored(1, new Score(double.NaN, (ScoreKind)9, double.PositiveInfinity, null, [new Comparison(99, 1, 1)])));
        run.Begin((Operator)42, 1);
        foreach (ConditionName name in ConditionNames.All)
        {
            foreach (Node node in run.Journal.Nodes)
            {
                ConditionValue value = Condition.Parse(name.Name).Evaluate(new ConditionScope(run.Journal, node, null));
                (value.IsNone || value.Kind == name.Kind).ShouldBeTrue(name.Name);
            }

            Condition.Parse(name.Name).Evaluate(new ConditionScope(Journal.Empty, null, null)).Kind.ShouldBeOneOf(ConditionKind.None, name.Kind);
        }

        Condition.Parse("score").Evaluate(new ConditionScope(run.Journal, run.Journal[1], null)).IsNone.ShouldBeTrue();
        Condition.Parse("operator").Evaluate(new ConditionScope(run.Journal, run.Journal[2], null)).IsNone.ShouldBeTrue();
    }
}
