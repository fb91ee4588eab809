namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>Train above test in one table: a step on one can't differ from the same step on the other.</summary>
internal sealed class OneTable : Component
{
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
}
