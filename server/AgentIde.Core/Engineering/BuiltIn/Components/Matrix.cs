namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>The table that the models see: numbers, and categories as codes.</summary>
internal sealed class Matrix : Component
{
    private const int Listed = 40;

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
