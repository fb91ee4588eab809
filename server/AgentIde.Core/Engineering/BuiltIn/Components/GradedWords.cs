using AgentIde.Core.Engineering;
using AgentIde.Core.Engineering.BuiltIn.CSharp;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>Words that grade (Fair &lt; Good &lt; Ideal) become ranks, so that one cut of a tree parts the better from the worse.</summary>
internal sealed class GradedWords : Component
{
    public const string Tolerant = "tolerant-grades";

    public override string Name => "graded-words";

    public override Block Block => Block.Features;

    public override bool IsSound => true;

    public override bool Fits(Problem problem) => Grades(problem).Any();

    public static IEnumerable<(string Column, IReadOnlyList<string> Order)> Grades(Problem problem) =>
        from column in problem.Categories
        where column.Kind == ColumnKind.Category && column.Top.Length == column.Distinct
        let order = Vocabulary.Order(column.Name, [.. column.Top.Select(top => top.Value)])
        where order is not null
        select (column.Name, order);

    public override string Why(Script script, Part part)
    {
        var grades = Grades(script.Problem).ToList();
        (string column, IReadOnlyList<string> order) = grades[0];
        return $"{PythonText.Names([.. grades.Select(grade => grade.Column)])} {(grades.Count == 1 ? "is graded" : "are graded")}, for instance {PythonText.Plain(column)} from {PythonText.Plain(order[0], 20)} to {PythonText.Plain(order[^1], 20)}: ranks keep the order.";
    }

    public override void Write(Script script, Part part)
    {
        var grades = Grades(script.Problem).Where(grade => script.Categories.Contains(grade.Column)).ToList();
        if (grades.Count == 0)
        {
            return;
        }

        // A word that train never showed is a surprise to stop at, unless test is known to have some.
        bool tolerant = script.Recipe.Has(Tolerant)
            || grades.Any(grade => script.Problem.Profile[grade.Column] is { UnseenInTest: > 0 } or { Missing: > 0 });
        string unknown = tolerant ? ", handle_unknown=\"use_encoded_value\", unknown_value=np.nan, encoded_missing_value=np.nan" : "";
        string[] entries = [.. grades.Select(grade => $"{PythonText.Quote(grade.Column)}: {PythonText.List(grade.Order)}")];
        string table = entries is [{ Length: < 100 } only] ? only : $"\n    {string.Join(",\n    ", entries)},\n";
        script.From("sklearn.preprocessing", "OrdinalEncoder");
        script.Segment(Block, Why(script, part), $$"""
            grades = {{{table}}}
            ranks = OrdinalEncoder(categories=list(grades.values()){{unknown}})
            data[list(grades)] = ranks.fit_transform(data[list(grades)])
            """);
        List<string> columns = [.. grades.Select(grade => grade.Column)];
        script.Forget(columns);
        script.Numbers.AddRange(columns);
        if (tolerant)
        {
            script.Gaps.UnionWith(columns);
        }
    }

    public override void WriteCSharp(Script script, Part part)
    {
        var grades = Grades(script.Problem).Where(grade => script.Categories.Contains(grade.Column)).ToList();
        if (grades.Count == 0)
        {
            return;
        }

        string[] entries = [.. grades.Select(grade => $"[{CSharpText.Quote(grade.Column)}] = {CSharpText.List(grade.Order)}")];
        string all = entries is [{ Length: < 100 } only] ? $"new() {{ {only} }}" : $"new()\n{{\n    {string.Join(",\n    ", entries)},\n}}";
        script.Segment(Block, $"{Why(script, part)} A word without a rank is missing.", $$"""
            Dictionary<string, string[]> grades = {{all}};
            foreach ((string name, string[] words) in grades)
                x[name] = [.. Column(name).Select(word => Array.IndexOf(words, word) is >= 0 and var rank ? rank : float.NaN)];
            """);
        List<string> columns = [.. grades.Select(grade => grade.Column)];
        script.Forget(columns);
        script.Numbers.AddRange(columns);
        script.Gaps.UnionWith(columns);
    }
}
