using AgentIde.Core.Engineering.BuiltIn.CSharp;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>How common a category is: a rare origin is another kind of place than a busy one.</summary>
internal sealed class Frequencies : Component
{
    private const int FewValues = 8;

    public override string Name => "frequencies";

    public override Block Block => Block.Features;

    public override int Rank => 4;

    public override bool Fits(Problem problem) => Columns(problem).Any();

    private static IEnumerable<string> Columns(Problem problem) =>
        problem.Names.Where(column => column.Distinct > FewValues).Select(column => column.Name);

    public override string Why(Script script, Part part) =>
        $"how often each {PythonText.Names([.. Columns(script.Problem)])} occurs: the rare ones behave alike.";

    public override void Write(Script script, Part part)
    {
        List<string> columns = [.. Columns(script.Problem).Where(script.Categories.Contains)];
        if (columns.Count == 0)
        {
            return;
        }

        script.Segment(Block, Why(script, part), $"""
            for name in {PythonText.List(columns)}:
                data[name + " count"] = data[name].map(data[name].value_counts()).fillna(0)
            """);
        script.Numbers.AddRange(columns.Select(name => $"{name} count"));
    }

    public override void WriteCSharp(Script script, Part part)
    {
        List<string> columns = [.. Columns(script.Problem).Where(script.Categories.Contains)];
        if (columns.Count == 0)
        {
            return;
        }

        script.Segment(Block, Why(script, part), $$"""
            foreach (string name in {{CSharpText.Array(columns)}})
            {
                Dictionary<string, int> counts = Column(name).CountBy(value => value).ToDictionary();
                x[name + " count"] = [.. Column(name).Select(value => (float)counts[value])];
            }
            """);
        script.Numbers.AddRange(columns.Select(name => $"{name} count"));
    }

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        if (Fits(problem) && !recipe.Has(Name))
        {
            yield return new Move("features", Name, $"Counts how often each {PythonText.Names([.. Columns(problem)])} occurs: rare ones behave alike.", 0.8, recipe.Add(Part.Of(Name)));
        }
    }
}
