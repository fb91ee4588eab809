using AgentIde.Core.Engineering.BuiltIn.Components;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>One recipe of two: the better one, with the other's models in the blend, and its features where that is new.</summary>
internal static class Merges
{
    public static Idea? Next(Problem problem, Recipe better, Recipe other, Experience experience, Allowance allowance)
    {
        if (better.IsConstant || other.IsConstant)
        {
            return null;
        }

        Recipe blended = Blended(problem, better, other, experience), all = Featured(blended, other), features = Featured(better, other);
        foreach ((Recipe recipe, string what) in new[] { (all, "models and features"), (blended, "models"), (features, "features") })
        {
            Recipe after = recipe.With(other.Parts.Where(part => Catalogue.Get(part.Component) is Mend));
            if (recipe == blended && blended != better)
            {
                // Room for the models: what lost in this run goes first.
                after = Brevity.Around(problem, after, experience.WorthKeeping(after)).Recipe;
            }

            if (Improvements.IsOpen(problem, after, experience) && Costs.Seconds(problem, after) <= Math.Min(allowance.Most, Math.Max(2 * allowance.Improve, allowance.For(problem, after))))
            {
                string plan = recipe == features
                    ? $"Gives {Composer.Words(problem, better)} the features of the other branch: what helped there may help here."
                    : $"Blends {Composer.Words(problem, after)}, weighed out of fold: the two branches err in different places ({what} of both).";
                return new Idea("merge", $"merge of {what}", plan, after);
            }
        }

        return null;
    }

    /// <summary>With the other's models, each with the parameters that it has there, as far as a blend holds them.</summary>
    private static Recipe Blended(Problem problem, Recipe better, Recipe other, Experience experience)
    {
        Recipe blended = better;
        foreach ((ModelFamily family, Part part) in other.Models.Where(model => !better.Has(model.Family.Name) && model.Family.Fits(problem) && experience.IsThere(model.Family)))
        {
            if (blended.Models.Count() < Improvements.MostModels)
            {
                blended = blended.Add(part);
            }
        }

        return blended == better || blended.Has(Pool.Key) ? blended : blended.Add(Part.Of(Pool.Key));
    }

    private static Recipe Featured(Recipe recipe, Recipe other) => other.Parts
        .Where(part => Catalogue.Get(part.Component) is { Block: Block.Features } component and not Mend && !recipe.Has(component.Name))
        .Aggregate(recipe, (featured, part) => featured.Add(part));
}
