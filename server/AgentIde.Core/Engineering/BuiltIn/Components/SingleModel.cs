namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>Nothing to blend: the one model's predictions are the result.</summary>
internal sealed class SingleModel : Component
{
    public override string Name => "single-model";

    public override Block Block => Block.Blend;

    public override int Rank => 1;

    public override bool IsStructure => true;

    public override bool Fits(Problem problem) => true;

    public override string Why(Script script, Part part) => script.Recipe.Models.Count() == 1
        ? "one model, so there is nothing to weigh yet."
        : "the plain mean of the models.";

    public override void Write(Script script, Part part)
    {
        if (!script.Recipe.Has(Pool.Key))
        {
            script.Segment(Block, Why(script, part), script.Recipe.Models.Count() == 1
                ? "inside, outside = insides[0], outsides[0]"
                : "inside, outside = np.mean(insides, axis=0), np.mean(outsides, axis=0)");
        }
    }
}
