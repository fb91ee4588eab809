using AgentIde.Core.Engineering.BuiltIn.CSharp;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>
/// Ratios of the measures that say most of the target, which trees can only build in steps; and the volume where
/// three of them are the sides of a thing.
/// </summary>
internal sealed class Ratios : Component
{
    private const int Most = 4;

    public override string Name => "ratios";

    public override Block Block => Block.Features;

    public override int Rank => 3;

    /// <summary>Two pixels have no ratio that means anything.</summary>
    public override bool Fits(Problem problem) => Columns(problem).Count >= 2 && Pictures.Of(problem) is null;

    public static List<string> Columns(Problem problem) =>
    [
        .. problem.Numbers
            .Where(column => column.Distinct > 30 && column.Numbers is { Minimum: >= 0 } numbers && numbers.Zeros < 0.05 * problem.Rows)
            .OrderByDescending(column => Math.Abs(column.TargetCorrelation ?? 0))
            .Take(Most)
            .Select(column => column.Name),
    ];

    public override string Why(Script script, Part part) => Sides(script) is [_, _, _] sides
        ? $"{PythonText.Names(sides)} are the sides of one thing: their product is its volume, and ratios say its shape and density."
        : $"ratios of {PythonText.Names(Columns(script.Problem))}: a tree needs many cuts to see what one quotient says.";

    public override void Write(Script script, Part part)
    {
        List<string> columns = [.. Columns(script.Problem).Where(script.Numbers.Contains)];
        if (columns.Count < 2)
        {
            return;
        }

        string volume = "";
        if (Sides(script) is [var length, var width, var height])
        {
            volume = $"""
                data["volume"] = data[{PythonText.Quote(length)}] * data[{PythonText.Quote(width)}] * data[{PythonText.Quote(height)}]

                """;
            columns = ["volume", .. columns.Take(Most - 1)];
            if (script.Gaps.Overlaps(script.Numbers))
            {
                script.Gaps.Add("volume");
            }
        }

        script.From("itertools", "combinations");
        script.Segment(Block, Why(script, part), volume + $"""
            for top, bottom in combinations({PythonText.List(columns)}, 2):
                data[top + " per " + bottom] = data[top] / data[bottom].replace(0, np.nan)
            """);
        if (volume.Length > 0)
        {
            script.Numbers.Add("volume");
        }

        for (int top = 0; top < columns.Count; top++)
        {
            for (int bottom = top + 1; bottom < columns.Count; bottom++)
            {
                string name = $"{columns[top]} per {columns[bottom]}";
                script.Numbers.Add(name);
                if (script.Gaps.Contains(columns[top]) || script.Gaps.Contains(columns[bottom])
                    || script.Problem.Inputs.Any(column => column.Name == columns[bottom] && column.Numbers is { Zeros: > 0 }))
                {
                    script.Gaps.Add(name);
                }
            }
        }
    }

    public override void WriteCSharp(Script script, Part part)
    {
        List<string> columns = [.. Columns(script.Problem).Where(script.Numbers.Contains)];
        if (columns.Count < 2)
        {
            return;
        }

        string volume = "";
        if (Sides(script) is [var length, var width, var height])
        {
            volume = $"""
                x["volume"] = [.. x[{CSharpText.Quote(length)}].Zip(x[{CSharpText.Quote(width)}], x[{CSharpText.Quote(height)}]).Select(side => side.First * side.Second * side.Third)];

                """;
            columns = ["volume", .. columns.Take(Most - 1)];
            script.Numbers.Add("volume");
        }

        script.Segment(Block, Why(script, part), volume + $$"""
            string[] measures = {{CSharpText.List(columns)}};
            foreach ((int at, string top) in measures.Index())
                foreach (string bottom in measures[(at + 1)..])
                    x[$"{top} per {bottom}"] = [.. x[top].Zip(x[bottom], (above, below) => below == 0 ? float.NaN : above / below)];
            """);
        string[] added = [.. from top in columns.Index() from bottom in columns.Skip(top.Index + 1) select $"{top.Item} per {bottom}"];
        script.Numbers.AddRange(added);
        script.Gaps.UnionWith([.. added, "volume"]);
    }

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        if (Fits(problem) && !recipe.Has(Name))
        {
            yield return new Move("features", Name, $"Adds ratios of {PythonText.Names(Columns(problem))}: trees only approach a quotient in steps.", 2.7, recipe.Add(Part.Of(Name)));
        }
    }

    /// <summary>Three measures of one size that people call the sides of a thing.</summary>
    private static List<string> Sides(Script script)
    {
        foreach (string[] names in (string[][])[["x", "y", "z"], ["length", "width", "height"], ["length", "width", "depth"], ["length", "diameter", "height"]])
        {
            List<string> sides =
            [
                .. from name in names
                   from column in script.Problem.Numbers
                   where column.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && script.Numbers.Contains(column.Name)
                       && column.Numbers is { Whole: false, Minimum: >= 0 }
                   select column.Name,
            ];
            if (sides.Count == 3)
            {
                return sides;
            }
        }

        return [];
    }
}
