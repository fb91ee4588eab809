using AgentIde.Core.Engineering.BuiltIn.CSharp;

namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>
/// The mean target of each category, shrunk to the overall mean. For the rows that a model learns from it is computed
/// out of fold, or the model would read its own answers.
/// </summary>
internal sealed class TargetMeans : Component
{
    public const string Key = "target-means";

    public override string Name => Key;

    public override Block Block => Block.Features;

    public override int Rank => 12;

    public override bool Fits(Problem problem) => CanUse(problem) && problem.Names.Any(column => column.Distinct > 5);

    public static bool CanUse(Problem problem) => problem.Goal != Goal.ManyClasses;

    public override string Why(Script script, Part part) =>
        $"the mean target of each {PythonText.Names(Columns(script), 3)}, shrunk by {Weight(part)} rows to the overall mean; out of fold for the rows learnt from.";

    public override void Write(Script script, Part part)
    {
        if (Columns(script).Count == 0)
        {
            return;
        }

        script.From("sklearn.model_selection", "KFold");
        string drop = script.Keys.Count > 0 ? ".drop(columns=keys)" : ".copy()";
        script.Segment(Block, Why(script, part), $$"""
            def add_means(learn, answers, others, weight={{Weight(part)}}):
                def mean_of(name, fit, rows):
                    known = pd.Series(answers[fit]).groupby(learn[name].to_numpy()[fit]).agg(["sum", "count"])
                    shrunk = (known["sum"] + weight * answers[fit].mean()) / (known["count"] + weight)
                    return rows[name].map(shrunk).fillna(answers[fit].mean()).to_numpy()

                own, new = learn{{drop}}, others{{drop}}
                for name in {{PythonText.List(Columns(script)).Replace("\n", "\n    ", StringComparison.Ordinal)}}:
                    for fit, rest in KFold(5, shuffle=True, random_state=SEED).split(learn):
                        own.loc[own.index[rest], name + " mean"] = mean_of(name, fit, learn.iloc[rest])
                    new[name + " mean"] = mean_of(name, slice(None), others)
                return own, new
            """);
    }

    public override void WriteCSharp(Script script, Part part)
    {
        List<string> columns = [.. Columns(script).Except(script.Keys)];
        if (columns.Count + script.Keys.Count == 0)
        {
            return;
        }

        string pairs = script.Keys.Count == 0 ? "" : columns.Count == 0 ? ".. pairs.Values" : ", .. pairs.Values";
        string names = columns.Count == 0 ? "" : $".. ({CSharpText.Array(columns)}).Select(Column)";
        script.Segment(Block, Why(script, part), $$"""
            string[][] keys = [{{names}}{{pairs}}];
            float[][] WithMeans(int[] learn)
            {
                double overall = learn.Average(row => y[row]);
                float[][] wide = [.. table.Select(row => (float[])[.. row, .. new float[keys.Length]])];
                foreach ((int at, string[] key) in keys.Index())
                {
                    void Fill(IEnumerable<int> known, IEnumerable<int> rows)
                    {
                        var means = known.GroupBy(row => key[row]).ToDictionary(group => group.Key, group => (group.Sum(row => y[row]) + {{Weight(part)}} * overall) / (group.Count() + {{Weight(part)}}));
                        foreach (int row in rows) wide[row][table[0].Length + at] = (float)means.GetValueOrDefault(key[row], overall);
                    }
                    Fill(learn, Enumerable.Range(0, table.Length));
                    for (int part = 0; part < 5; part++) Fill(learn.Where((_, i) => i % 5 != part), learn.Where((_, i) => i % 5 == part));
                }
                return wide;
            }
            """);
    }

    public static List<string> Columns(Script script) =>
    [
        .. script.Problem.Names.Where(column => column.Distinct > 5).Select(column => column.Name).Where(script.Categories.Contains),
        .. script.Keys,
    ];

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        if (!Fits(problem))
        {
            yield break;
        }

        if (recipe[Key] is not { } part)
        {
            yield return new Move("features", Key, "Adds the mean target of each category, out of fold and shrunk: codes alone say nothing of it.", 2.3, recipe.Add(Part.Of(Key)));
            yield break;
        }

        foreach (int weight in (int[])[5, 20, 80])
        {
            if (weight != Weight(part))
            {
                yield return new Move("features", $"target means weight {weight}",
                    $"Shrinks the target means by {weight} rows instead of {Weight(part)}: {(weight > Weight(part) ? "less noise of rare ones" : "more trust in rare ones")}.", 0.5, recipe.Put(part.Set("weight", weight)));
            }
        }
    }

    private static int Weight(Part part) => Math.Clamp(part.Whole("weight", 20), 1, 1000);
}
