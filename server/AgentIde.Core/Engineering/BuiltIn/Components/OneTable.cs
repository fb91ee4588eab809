using AgentIde.Core.Engineering.BuiltIn.CSharp;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>Train above test in one table: a step on one can't differ from the same step on the other.</summary>
internal sealed class OneTable : Component
{
    private const int Listed = 40;

    public override string Name => "one-table";

    public override Block Block => Block.Clean;

    public override int Rank => -10;

    public override bool IsStructure => true;

    public override bool Fits(Problem problem) => true;

    public override string Why(Script script, Part part) => "train and test in one table, so that both are treated alike; the answers are not in it.";

    public override void Write(Script script, Part part)
    {
        if (!script.Recipe.IsConstant)
        {
            script.Segment(Block, Why(script, part), "data = pd.concat([train.reindex(columns=test.columns), test], ignore_index=True)");
        }
    }

    public override void WriteCSharp(Script script, Part part)
    {
        if (script.Recipe.IsConstant)
        {
            return;
        }

        if (script.Recipe[Mends.AbsentColumns.Key] is { } absent)
        {
            script.Forget(Mends.AbsentColumns.Columns(absent));
        }

        // Too many to list: all of them but the id, and what is no number by nature.
        string list = script.Numbers.Count <= Listed
            ? CSharpText.Array(script.Numbers)
            : $"test.Keys.Except({CSharpText.List([script.Problem.Task.IdColumn, .. script.Categories, .. script.Texts, .. script.Dates])})";
        string numbers = script.Numbers.Count == 0 ? "" : $"\nforeach (string name in {list}) x[name] = [.. Column(name).Select(Number)];";
        string cells = script.Recipe.Has(Mends.SafeSubmission.Key) ? "row < 0 ? \"\" : test[name][row]" : "test[name][row]";
        script.Segment(Block, "train above test in each column, so that both are treated alike; a number that can't be read is missing.", $"""
            string[] Column(string name) => [.. train[name], .. order.Select(row => {cells})];
            OrderedDictionary<string, float[]> x = [];{numbers}
            """);
    }
}
