namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>Each model several times with other seeds: the mean has less of each one's chance in it. Written by <see cref="OutOfFold"/>.</summary>
internal sealed class SeedBag : Component
{
    public const string Key = "seed-bag";

    public const string Setting = "seeds";

    public override string Name => Key;

    public override Block Block => Block.Model;

    public override bool Fits(Problem problem) => true;

    public override string Why(Script script, Part part) => $"each model {script.Recipe.Seeds} times with other seeds, averaged.";

    public override void Write(Script script, Part part)
    {
    }

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        int seeds = recipe.Seeds;
        if (seeds >= 6 || !recipe.Models.Any(model => model.Family.HasChance(model.Part)))
        {
            yield break;
        }

        int more = seeds == 1 ? 2 : seeds * 2 > 6 ? 6 : seeds * 2;
        yield return new Move("seeds", $"{more} seeds", $"Fits each model {more} times with other seeds and averages: less chance in the result.",
            seeds == 1 ? 1.2 : 0.6, recipe.Put(Part.Of(Key).Set(Setting, more)));
    }
}
