namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>Folds for an honest score; each model of a fold predicts test too, and the mean of them is steadier than one.</summary>
internal sealed class FoldSplit : Component
{
    public const string Key = "folds";
    public const string Setting = "k";

    public override string Name => Key;

    public override Block Block => Block.Folds;

    public override bool IsSound => true;

    public override bool Fits(Problem problem) => true;

    public override string Why(Script script, Part part)
    {
        int folds = script.Recipe.Folds;
        return $"{folds} folds{(Mixes(script) ? "" : " with equal shares of the classes")}: each row is predicted by a model that learnt from the other {100 - (100 / folds)} %.";
    }

    public override void Write(Script script, Part part)
    {
        bool number = Mixes(script);
        string kind = number ? "KFold" : "StratifiedKFold";
        script.From("sklearn.model_selection", kind);
        script.Segment(Block, Why(script, part),
            $"folds = list({kind}({script.Recipe.Folds}, shuffle=True, random_state=SEED).split(y{(number ? "" : ", y")}))");
    }

    public override void WriteCSharp(Script script, Part part)
    {
        bool number = Mixes(script);
        script.Segment(Block, Why(script, part), $"""
            const int Folds = {script.Recipe.Folds};
            int[] shuffled = [.. Enumerable.Range(0, y.Length)], foldOf = new int[y.Length];
            new Random(Seed).Shuffle(shuffled);
            foreach ((int at, int row) in shuffled{(number ? "" : ".OrderBy(row => y[row])")}.Index()) foldOf[row] = at % Folds;
            """);
    }

    /// <summary>Shares of classes need not be kept for numbers, nor for a guess that must work with any answers.</summary>
    private static bool Mixes(Script script) => script.Problem.Goal == Goal.Number || script.Recipe.IsConstant;

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        // Where all rows predict test, folds decide weights alone.
        if (recipe.Has(Mends.FewerFolds.Key) || recipe.Has(AllRows.Key))
        {
            yield break;
        }

        int folds = recipe.Folds;
        int more = folds switch { < 5 => 5, < 8 => 8, < 10 => 10, _ => 0 };
        if (more > 0)
        {
            yield return new Move("folds", $"{more} folds", $"Uses {more} folds instead of {folds}: each model learns from {100 - (100 / more)} % of the rows, and more are averaged.",
                folds < 5 ? 1.4 : 0.6, recipe.Put((recipe[Key] ?? Part.Of(Key)).Set("k", more)));
        }
    }
}
