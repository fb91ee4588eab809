using AgentIde.Core.Engineering.BuiltIn.Components;

namespace AgentIde.Core.Engineering.BuiltIn.Mends;

/// <summary>Too few rows, or too few of a class, for so many folds.</summary>
internal sealed class FewerFolds : Mend
{
    public const string Key = "fewer-folds";

    public override string Name => Key;

    public override Block Block => Block.Folds;

    public override bool IsOfTheData => true;

    public override string Why(Script script, Part part) => "there were too few rows for more folds.";

    public override void Write(Script script, Part part)
    {
    }

    public override Repair? Repair(Problem problem, Recipe recipe, Symptom symptom) =>
        symptom.Says("n_splits", "number of splits") && recipe.Folds > 2
            ? new Repair("Uses two folds: there are too few rows, or too few of a class, for more.", recipe.Put(Part.Of(FoldSplit.Key).Set("k", 2)).Add(Part.Of(Key)))
            : null;
}
