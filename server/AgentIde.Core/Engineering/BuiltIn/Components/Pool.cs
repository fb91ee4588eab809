namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>
/// Joins the models by weights found out of fold. Probabilities are joined by their logarithms; the weights need not
/// sum to one there, so the same numbers set the temperature as well, also of a single model.
/// </summary>
internal sealed class Pool : Component
{
    public const string Key = "pool";

    public override string Name => Key;

    public override Block Block => Block.Blend;

    public override bool Fits(Problem problem) => true;

    public override string Why(Script script, Part part)
    {
        int models = script.Recipe.Models.Count();
        return (script.Problem.Goal, models) switch
        {
            (Goal.Number, _) => $"a weighted mean of the {models} models; weights are found out of fold, where no model knew the answer.",
            (_, 1) => "one exponent found out of fold makes the probabilities as sure as they deserve to be.",
            _ => $"the {models} models' probabilities multiplied, each with an exponent found out of fold: weight and sureness in one.",
        };
    }

    public override void Write(Script script, Part part)
    {
        script.From("scipy.optimize", "minimize");
        script.From("scipy.special", "softmax");
        string guesses = $"guesses = [out_of_fold(model) for model in [{string.Join(", ", script.Models)}]]";
        if (script.Problem.Goal == Goal.Number)
        {
            script.Segment(Block, Why(script, part), $"""
                def mix(free, rows):
                    return np.average([guess[rows] for guess in guesses], axis=0, weights=softmax(free))


                {guesses}
                found = minimize(lambda free: {Loss(script, script.Back("mix(free, slice(len(y)))"))}, np.zeros(len(guesses)), method="Nelder-Mead")
                guess = mix(found.x, slice(None))
                """);
            return;
        }

        string loss = script.Problem.IsLogLoss ? "score(mix(free, slice(len(y))))" : "-np.log(mix(free, slice(len(y)))[np.arange(len(y)), y]).mean()";
        script.Segment(Block, Why(script, part), $$"""
            def mix(free, rows):
                logs = sum(weight * np.log(np.clip(guess[rows], 1e-6, 1)) for weight, guess in zip(np.exp(free), guesses))
                return np.clip(softmax(logs, axis=1), 1e-15, 1)


            {{guesses}}
            start = np.full(len(guesses), -np.log(len(guesses)))
            found = minimize(lambda free: {{loss}}, start, method="Nelder-Mead", options={"maxfev": 150})
            guess = mix(found.x, slice(None))
            """);
    }

    private static string Loss(Script script, string guess) => script.Problem.HigherIsBetter ? $"-score({guess})" : $"score({guess})";

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        if (!recipe.Has(Key) && problem.IsLogLoss)
        {
            yield return new Move("calibration", "temperature", "Finds out of fold how sure the probabilities should be: log loss punishes both too timid and too bold.", 2.1, recipe.Add(Part.Of(Key)));
        }
    }
}
