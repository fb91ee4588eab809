using AgentIde.Core.Engineering.BuiltIn.Models;

namespace AgentIde.Core.Engineering.BuiltIn.Mends;

/// <summary>A family whose module is not installed gives way to scikit-learn's own.</summary>
internal sealed class OtherModule : Mend
{
    public override string Name => "without-module";

    public override Block Block => Block.Model;

    public override string Why(Script script, Part part) => "a module is not installed where this runs.";

    public override void Write(Script script, Part part)
    {
    }

    public override Repair? Repair(Problem problem, Recipe recipe, Symptom symptom)
    {
        if (!symptom.Says("No module named", "ImportError"))
        {
            return null;
        }

        ModelFamily? missing = recipe.Models.Select(model => model.Family).FirstOrDefault(family => family.Module is { } module && symptom.Says(module));
        if (missing is null)
        {
            return null;
        }

        Recipe without = recipe.Without(missing.Name);
        ModelFamily boosted = Catalogue.Family(BoostedTrees.Key)!;
        bool has = without.Has(boosted.Name);
        return new Repair($"Does without {missing.Module}, which is not installed here{(has ? "" : "; scikit-learn's boosted trees in its place")}.",
            has ? without : without.Add(boosted.Default(problem)));
    }
}
