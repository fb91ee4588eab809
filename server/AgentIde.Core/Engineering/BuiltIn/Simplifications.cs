using AgentIde.Core.Engineering.BuiltIn.Components;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>Recipes with less in them: without one part, or with fewer seeds and folds.</summary>
internal static class Simplifications
{
    /// <summary>What to do without first: chance that is averaged away, then the part that brought least in this run.</summary>
    public static Idea? Next(Problem problem, Recipe parent, Experience experience)
    {
        IEnumerable<Move> parts = Without(problem, parent).OrderBy(move => Gained(move, experience)).ThenBy(move => Costs.Seconds(problem, move.After));
        return Fewer(parent).Concat(parts)
            .Where(move => Improvements.IsOpen(problem, move.After, experience))
            .Select(move => new Idea("simpler", move.Name, move.Plan, move.After))
            .FirstOrDefault();
    }

    /// <summary>What the part that a move leaves out brought in this run; 0 where nobody knows.</summary>
    public static double Gained(Move without, Experience experience)
    {
        string name = without.Name["without ".Length..];
        return experience.Gained(Catalogue.Family(name) is null ? name : $"with {name}");
    }

    /// <summary>The recipe without each of the parts that it can do without: features, and all models but one. How sure a model is made is fitted out of fold, which no leaving out betters.</summary>
    public static IEnumerable<Move> Without(Problem problem, Recipe recipe)
    {
        bool isBlend = recipe.Models.Skip(1).Any();
        foreach (Part part in recipe.Parts)
        {
            Component component = Catalogue.Get(part.Component);
            if (component is ModelFamily family && isBlend)
            {
                yield return new Move("ablation", $"without {family.Name}", $"Leaves {family.Words(problem)} out of the blend, to see what it is worth there.", 0.3, Improvements.Left(problem, recipe, family));
            }
            else if ((component is not Mend && component.Block is Block.Features or Block.Clean) || (component is TargetRange && !isBlend))
            {
                yield return new Move("ablation", $"without {component.Name}", $"Leaves {component.Name.Replace('-', ' ')} out, to see what it is worth.", 0.3, recipe.Without(component.Name));
            }
        }
    }

    /// <summary>The recipe with fewer seeds, and with fewer folds.</summary>
    public static IEnumerable<Move> Fewer(Recipe recipe)
    {
        if (recipe.Seeds > 1)
        {
            int half = recipe.Seeds / 2;
            yield return new Move("seeds", "fewer seeds", $"Fits each model {(half == 1 ? "once" : $"{half} times")} instead of {recipe.Seeds} times: less time, and nearly the same result.", 0,
                half == 1 ? recipe.Without(SeedBag.Key) : recipe.Put(Part.Of(SeedBag.Key).Set("seeds", half)));
        }

        if (recipe.Folds > 5)
        {
            yield return new Move("folds", "fewer folds", $"Uses 5 folds instead of {recipe.Folds}: less time, and nearly the same result.", 0, recipe.Put((recipe[FoldSplit.Key] ?? Part.Of(FoldSplit.Key)).Set("k", 5)));
        }
    }
}
