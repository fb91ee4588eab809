namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>Keeps predicted numbers within what was ever seen: a tree can't leave it, a linear model can.</summary>
internal sealed class TargetRange : Component
{
    public const string Key = "target-range";

    public override string Name => Key;

    public override Block Block => Block.Blend;

    public override int Rank => 5;

    public override bool Fits(Problem problem) => problem.Goal == Goal.Number;

    public override string Why(Script script, Part part) =>
        $"no {PythonText.Plain(script.Problem.Task.Label)} lower or higher than any in train: there is no evidence for one.";

    public override void Write(Script script, Part part) =>
        script.Segment(Block, Why(script, part), "guess = np.clip(guess, y.min(), y.max())");

    public override void WriteCSharp(Script script, Part part) => script.Segment(Block, Why(script, part), """
        (double lowest, double highest) = (y.Min(), y.Max());
        foreach (double[] row in guess) row[0] = Math.Clamp(row[0], lowest, highest);
        """);

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        if (Fits(problem) && !recipe.Has(Key))
        {
            yield return new Move("calibration", "range", "Clips predictions to the range of train: beyond it there is no evidence.", 0.3, recipe.Add(Part.Of(Key)));
        }
    }
}
