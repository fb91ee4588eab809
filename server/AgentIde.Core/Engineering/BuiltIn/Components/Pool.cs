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
        if (script.Problem.Goal == Goal.Number)
        {
            script.From("scipy.optimize", "minimize");
            script.Segment(Block, Why(script, part), $$"""
                def mix(free, guesses):
                    weights = np.exp(free) / np.exp(free).sum()
                    return sum(weight * guess for weight, guess in zip(weights, guesses))


                found = minimize(lambda free: {{Loss(script, script.Back("mix(free, insides)"))}}, np.zeros(len(insides)), method="Nelder-Mead")
                inside, outside = mix(found.x, insides), mix(found.x, outsides)
                """);
            return;
        }

        script.From("scipy.optimize", "minimize");
        string loss = script.Problem.IsLogLoss ? "score(mix(free, insides))" : "-np.log(mix(free, insides)[np.arange(len(y)), y]).mean()";
        script.Segment(Block, Why(script, part), $$"""
            def mix(free, guesses):
                logs = sum(weight * np.log(np.clip(guess, 1e-6, 1)) for weight, guess in zip(np.exp(free), guesses))
                odds = np.exp(logs - logs.max(axis=1, keepdims=True))
                return np.clip(odds / odds.sum(axis=1, keepdims=True), 1e-15, 1)


            start = np.zeros(len(insides)) - np.log(len(insides))
            found = minimize(lambda free: {{loss}}, start, method="Nelder-Mead", options={"maxfev": 150})
            inside, outside = mix(found.x, insides), mix(found.x, outsides)
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
