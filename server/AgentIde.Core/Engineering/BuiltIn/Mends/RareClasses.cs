using System.Collections.Immutable;
using AgentIde.Core.Engineering.BuiltIn.Models;

namespace AgentIde.Core.Engineering.BuiltIn.Mends;

/// <summary>A fold may lack a class so rare that it stands in the others alone; some models can't take that.</summary>
internal sealed class RareClasses : Mend
{
    public const string Key = "rare-classes";

    /// <summary>Families that refuse a fold without one of the classes.</summary>
    public static ImmutableArray<string> Fragile { get; } = [XgBoost.Key, KernelMachine.Key];

    public override string Name => Key;

    public override Block Block => Block.Model;

    public override bool IsOfTheData => true;

    public override string Why(Script script, Part part) => "a class is too rare to be in each fold.";

    public override void Write(Script script, Part part)
    {
    }

    public override Repair? Repair(Problem problem, Recipe recipe, Symptom symptom)
    {
        if (problem.Goal == Goal.Number || !symptom.Says("Invalid classes inferred", "number of classes has to be greater", "least populated class", "needs samples of at least 2 classes", "cross-validator"))
        {
            return null;
        }

        Recipe after = Fragile.Aggregate(recipe, (left, name) => left.Without(name));
        if (after.Parts.Length == recipe.Parts.Length)
        {
            return null;
        }

        after = after.Put(Part.Of(Key));
        ModelFamily trees = Catalogue.Family(ExtraTrees.Key)!;
        return new Repair("Uses extra trees, which can do without a class in a fold: one is too rare to be in each.", after.Has(trees.Name) ? after : after.Add(trees.Default(problem)));
    }
}
