using AgentIde.Core.Engineering.BuiltIn.Components;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>Makes a recipe cheaper, dearest luxuries first, until it should end in the time it has.</summary>
internal static class Thrift
{
    private const int FewestRows = 500;

    /// <summary>The recipe within <paramref name="seconds"/>, or as near as it comes, and what was saved in words.</summary>
    public static (Recipe Recipe, IReadOnlyList<string> Saved) Below(Problem problem, Recipe recipe, double seconds)
    {
        List<string> saved = [];
        while (Costs.Seconds(problem, recipe) > seconds && Next(problem, recipe) is var (cheaper, what))
        {
            recipe = cheaper;
            if (!saved.Contains(what))
            {
                saved.Add(what);
            }
        }

        return (recipe, saved);
    }

    private static (Recipe Cheaper, string What)? Next(Problem problem, Recipe recipe)
    {
        if (recipe.Seeds > 1)
        {
            return (recipe.Without(SeedBag.Key), "one seed");
        }

        if (recipe.Folds > 3)
        {
            return (recipe.Put(Part.Of(FoldSplit.Key).Set("k", recipe.Folds > 5 ? 5 : 3)), "fewer folds");
        }

        var models = recipe.Models.ToList();
        if (models.Count > 1)
        {
            ModelFamily dearest = models.MaxBy(model => Costs.Seconds(problem, Only(recipe, models, model.Family))).Family;
            return (recipe.Without(dearest.Name), $"no {dearest.Words(problem)}");
        }

        if (models[0].Family.Cheaper(problem, models[0].Part) is { } part)
        {
            return (recipe.Put(part), $"smaller {models[0].Family.Words(problem)}");
        }

        int rows = RowSample.RowsOf(problem, recipe[RowSample.Key]);
        return rows >= FewestRows * 2 && Catalogue.Get(RowSample.Key).Fits(problem)
            ? (recipe.Put(Part.Of(RowSample.Key).Set("rows", rows / 2)), "fewer rows")
            : null;
    }

    private static Recipe Only(Recipe recipe, List<(ModelFamily Family, Part Part)> models, ModelFamily family) =>
        models.Where(model => model.Family != family).Aggregate(recipe, (left, model) => left.Without(model.Family.Name));
}
