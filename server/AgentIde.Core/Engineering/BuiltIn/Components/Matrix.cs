using AgentIde.Core.Engineering.BuiltIn.CSharp;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>The table that the models see: numbers, and categories as codes.</summary>
internal sealed class Matrix : Component
{
    private const int Listed = 40;
    private const int MostColumns = 12;

    public override string Name => "matrix";

    public override Block Block => Block.Features;

    public override int Rank => 10;

    public override bool IsStructure => true;

    public override bool Fits(Problem problem) => true;

    public override string Why(Script script, Part part)
    {
        if (script.Recipe.IsConstant)
        {
            return "the model looks at no column: its guess comes from the answers alone.";
        }

        string texts = script.Texts.Count > 0 ? $", {script.Texts.Count} of text" : "";
        string codes = script.Categories.Count > 0 ? $", {script.Categories.Count} of categories as codes" : "";
        return $"what the models see: {PythonText.Count(script.Numbers.Count, "column")} of numbers{codes}{texts}; the id is not among them.";
    }

    public override void Write(Script script, Part part)
    {
        if (script.Recipe.IsConstant)
        {
            script.Segment(Block, Why(script, part), "X = pd.DataFrame(index=range(len(train) + len(test)))");
            return;
        }

        List<string> lines = [];
        List<string> sets = ["numbers"];
        if (script.Categories.Count > 0)
        {
            lines.Add($"categories = {PythonText.List(script.Categories)}");
            sets.Add("categories");
        }

        if (script.Keys.Count > 0)
        {
            lines.Add($"keys = {PythonText.List(script.Keys)}");
            sets.Add("keys");
        }

        if (script.Texts.Count > 0)
        {
            lines.Add($"texts = {PythonText.List(script.Texts)}");
            sets.Add("texts");
        }

        string coded = (script.Categories.Count > 0, script.Keys.Count > 0) switch
        {
            (true, true) => "categories + keys",
            (true, false) => "categories",
            (false, true) => "keys",
            _ => "",
        };
        if (coded.Length > 0)
        {
            lines.Add($"data[{coded}] = data[{coded}].apply(lambda column: column.astype(\"category\").cat.codes)");
        }

        lines.Insert(0, Numbers(script));
        lines.Add($"X = data[{string.Join(" + ", sets)}]");
        script.Segment(Block, Why(script, part), string.Join('\n', lines));
    }

    public override void WriteCSharp(Script script, Part part)
    {
        if (script.Recipe.IsConstant)
        {
            return;
        }

        string categories = script.Categories.Count == 0 ? "" : $$"""
            foreach (string name in {{CSharpText.Array(script.Categories)}})
            {
                string[] column = Column(name);
                string[] values = [.. column.CountBy(value => value).OrderByDescending(value => value.Value).ThenBy(value => value.Key, StringComparer.Ordinal).Select(value => value.Key)];
                Dictionary<string, int> rank = values.Index().ToDictionary(value => value.Item, value => value.Index);
                if (values.Length > {{MostColumns}}) x[name] = [.. column.Select(value => (float)rank[value])];
                else foreach (string value in values) x[$"{name} is {value}"] = [.. column.Select(cell => cell == value ? 1f : 0f)];
            }

            """;
        string words = script.Categories.Count == 0 ? "" : $"; of categories with up to {MostColumns} values a column each, of others the rank by how common they are";
        script.Segment(Block, $"what the models see: {PythonText.Count(script.Numbers.Count, "column")} of numbers{words}; the id is not among them.", categories + """
            float[][] table = [.. Enumerable.Range(0, y.Length + order.Length).Select(row => x.Values.Select(column => column[row]).ToArray())];
            """);
    }

    private static string Numbers(Script script)
    {
        if (script.Numbers.Count <= Listed)
        {
            return $"numbers = {PythonText.List(script.Numbers)}";
        }

        // Too many to list: all of them but the id, and what is no number by nature.
        List<string> others = [script.Problem.Task.IdColumn, .. script.Categories];
        return $"numbers = list(data.select_dtypes(\"number\").columns.drop({PythonText.List(others)}, errors=\"ignore\"))";
    }
}
