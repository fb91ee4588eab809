using System.Collections.Immutable;
using AgentIde.Core.Engineering.BuiltIn.Components;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// Keeps programs short enough to be read in one go; blank lines between their blocks cost nothing. What an experiment added goes
/// before what data and task plainly call for; mends and the last model never go.
/// </summary>
internal static class Brevity
{
    /// <summary>Lines that are not blank.</summary>
    public const int MostLines = 120;

    /// <summary>In the order in which a long program does without them.</summary>
    private static readonly string[] Luxuries = ["frequencies", PairKeys.Key, "ratios", TargetMeans.Key, TargetRange.Key, DaysOff.Key, CalendarClasses.Key, "calendar", CommonWords.Key, "text-shape", Pool.Key, "ranges-as-numbers"];

    public static bool Holds(string code) => Lines(code) <= MostLines;

    /// <summary>Lines that are not blank.</summary>
    public static int Lines(string code)
    {
        int lines = 0;
        foreach (ReadOnlySpan<char> line in code.AsSpan().EnumerateLines())
        {
            lines += line.IsWhiteSpace() ? 0 : 1;
        }

        return lines;
    }

    /// <summary>The recipe itself where its program is short enough, else as near as it comes.</summary>
    public static Recipe Below(Problem problem, Recipe recipe)
    {
        while (!Holds(Composer.Compose(problem, recipe).Code) && Shorter(problem, recipe) is { } shorter)
        {
            recipe = shorter;
        }

        return recipe;
    }

    /// <summary>As <see cref="Below"/>, with models and what is to be kept untouched; it may stay too long.</summary>
    public static (Recipe Recipe, ImmutableArray<string> Left) Around(Problem problem, Recipe recipe, IReadOnlySet<string> kept)
    {
        ImmutableArray<string>.Builder left = ImmutableArray.CreateBuilder<string>();
        while (!Holds(Composer.Compose(problem, recipe).Code) && Luxuries.FirstOrDefault(name => name != Pool.Key && recipe.Has(name) && !kept.Contains(name)) is { } luxury)
        {
            recipe = recipe.Without(luxury);
            left.Add(luxury.Replace('-', ' '));
        }

        return (recipe, left.ToImmutable());
    }

    private static Recipe? Shorter(Problem problem, Recipe recipe)
    {
        var models = recipe.Models.ToList();
        if (models.Count > 1)
        {
            Recipe left = recipe.Without(models[^1].Family.Name);
            return !problem.IsLogLoss && models.Count == 2 ? left.Without(Pool.Key) : left;
        }

        return Luxuries.FirstOrDefault(recipe.Has) is { } luxury ? recipe.Without(luxury) : null;
    }
}
