using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering.BuiltIn.CSharp;

/// <summary>
/// The absolute error by squares: ML.NET's trainers know no other loss for numbers. Each model is fitted a second time
/// with rows weighed by one over their error (iteratively reweighted least squares; Schlossmacher 1973), which moves
/// what is fitted from the mean to the median. Written by <see cref="Components.OutOfFold"/>.
/// </summary>
internal sealed class MedianWeights : Component
{
    public const string Key = "median-weights";

    public override string Name => Key;

    public override Block Block => Block.Model;

    public override bool Fits(Problem problem) => problem is { Language: ProgramLanguage.CSharp, Goal: Goal.Number, Metric: "mae" };

    public override string Why(Script script, Part part) => "MAE asks for the median: a second fit weighs rows of large errors less.";

    public override void Write(Script script, Part part)
    {
    }

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        if (Fits(problem) && !recipe.Has(Key))
        {
            yield return new Move("link", "median weights", "Weighs rows of large errors less in a second fit: the absolute error asks for the median, squares for the mean.", 0.6, recipe.Add(Part.Of(Key)));
        }
    }
}
