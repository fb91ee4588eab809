using AgentIde.Core.Engineering.BuiltIn.CSharp;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>Two categories, or a category and the day, taken together as one key for target means.</summary>
internal sealed class PairKeys : Component
{
    public const string Key = "pair-keys";

    private const int Most = 4;

    public override string Name => Key;

    public override Block Block => Block.Features;

    public override int Rank => 5;

    public override bool Fits(Problem problem) => TargetMeans.CanUse(problem) && Pairs(problem).Any();

    /// <summary>The pairs of the categories with most values; a date counts by its day.</summary>
    private static IEnumerable<(string First, string Second)> Pairs(Problem problem)
    {
        List<string> names =
        [
            .. problem.Names.Where(column => column.Distinct > 5).OrderByDescending(column => column.Distinct).Take(3).Select(column => column.Name),
            .. problem.Dates.Take(1).Select(column => $"{column.Name} day"),
        ];
        return (from first in names.Index() from second in names.Skip(first.Index + 1) select (first.Item, second)).Reverse().Take(Most).Reverse();
    }

    public override string Why(Script script, Part part) =>
        $"{string.Join("; ", Pairs(script.Problem).Select(pair => $"{PythonText.Plain(pair.First)} with {PythonText.Plain(pair.Second)}"))}: together they say what neither says alone.";

    public override void Write(Script script, Part part)
    {
        List<(string First, string Second)> pairs =
            [.. Pairs(script.Problem).Where(pair => IsThere(script, pair.First) && IsThere(script, pair.Second))];
        if (pairs.Count == 0)
        {
            return;
        }

        string list = string.Join(", ", pairs.Select(pair => $"({PythonText.Quote(pair.First)}, {PythonText.Quote(pair.Second)})"));
        script.Segment(Block, Why(script, part), $"""
            for first, second in [{list}]:
                data[first + " with " + second] = data[first].astype(str) + "|" + data[second].astype(str)
            """);
        script.Keys.AddRange(pairs.Select(pair => $"{pair.First} with {pair.Second}"));
    }

    public override void WriteCSharp(Script script, Part part)
    {
        List<(string First, string Second)> pairs =
            [.. Pairs(script.Problem).Where(pair => IsThere(script, pair.First) && IsThere(script, pair.Second))];
        if (pairs.Count == 0)
        {
            return;
        }

        string list = string.Join(", ", pairs.Select(pair => $"({CSharpText.Quote(pair.First)}, {CSharpText.Quote(pair.Second)})"));
        script.Segment(Block, Why(script, part), $$"""
            OrderedDictionary<string, string[]> pairs = [];
            foreach ((string first, string second) in new[] { {{list}} })
            {
                IEnumerable<string> others = x.TryGetValue(second, out float[] days) ? days.Select(day => $"{day}") : Column(second);
                pairs[$"{first} with {second}"] = [.. Column(first).Zip(others, (one, other) => $"{one}|{other}")];
            }
            """);
        script.Keys.AddRange(pairs.Select(pair => $"{pair.First} with {pair.Second}"));
    }

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        if (Fits(problem) && !recipe.Has(Name))
        {
            Recipe after = recipe.Has(TargetMeans.Key) ? recipe : recipe.Add(Part.Of(TargetMeans.Key));
            yield return new Move("features", Name, "Adds target means of pairs of categories: together they say what neither says alone.",
                recipe.Has(TargetMeans.Key) ? 2.4 : 2.0, after.Add(Part.Of(Name)));
        }
    }

    private static bool IsThere(Script script, string name) => script.Categories.Contains(name) || script.Numbers.Contains(name);
}
