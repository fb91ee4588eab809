using System.Globalization;
using AgentIde.Core.Engineering;
using AgentIde.Core.Runs;

namespace AgentIde.Models.Prompts;

/// <summary>What a prompt tells of the other program where two are to be joined.</summary>
internal sealed class SecondParent
{
    /// <summary>Of each line of descent, from its end.</summary>
    private const int MostPlans = 8;

    private const int PlanLength = 240;

    private readonly Node _node;
    private readonly string _code;

    private SecondParent(Node node, string code)
    {
        _node = node;
        _code = code;
    }

    /// <summary>Null where the node to come has no second parent with code.</summary>
    public static async Task<SecondParent?> ReadAsync(Assignment assignment, CancellationToken cancellationToken) =>
        assignment is { Operator: Operator.Merge, Parents: [_, int second, ..] } && assignment.Journal[second] is { Code: { } code } node
            ? new SecondParent(node, VisibleText.Of(await assignment.ReadText(code, cancellationToken)))
            : null;

    public string Program(GradeWords grades, int bytes) => Templates.Of("other").Fill(
        ("node", _node.Id.ToString(CultureInfo.InvariantCulture)), ("result", PromptSections.Result(_node, grades)), ("code", MarkedData.Of("the second program", TextCut.Middle(_code, bytes))));

    /// <summary>The plans that led to each of the two, oldest first.</summary>
    public string Plans(Journal journal, Node first, GradeWords grades, int bytes) => Templates.Of("branches").Fill(
        ("plans", MarkedData.Of("plans that led to the two programs", TextCut.Middle($"{Line("The first", first, journal, grades)}\n{Line("The second", _node, journal, grades)}", bytes))));

    private static string Line(string which, Node node, Journal journal, GradeWords grades)
    {
        Node[] line = [.. journal.Lineage(node.Id).Take(MostPlans).Reverse()];
        return $"{which}:\n{string.Concat(line.Select(step => $"- node {step.Id}: {VisibleText.Line(step.Plan ?? "(no plan)", PlanLength)}{(step.Score is { } score ? $" {grades.Score(score)}" : "")}\n"))}".TrimEnd('\n');
    }
}
