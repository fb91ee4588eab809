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

        int models = script.Recipe.Models.Count();
        string loss = script.Problem.IsLogLoss ? "score(mix(free, slice(len(y))))" : "-np.log(mix(free, slice(len(y)))[np.arange(len(y)), y]).mean()";
        script.Segment(Block, Why(script, part), $$"""
            def mix(free, rows):
                logs = sum(weight * np.log(np.clip(guess[rows], 1e-6, 1)) for weight, guess in zip(np.exp(free), guesses))
                return np.clip(softmax(logs, axis=1), 1e-15, 1)


            {{guesses}}
            start = np.full(len(guesses), -np.log(len(guesses)))
            found = minimize(lambda free: {{loss}}, start, method="Nelder-Mead", options={"maxfev": {{Trials(models)}}})
            guess = mix(found.x, slice(None))
            """);
    }

    public override void WriteCSharp(Script script, Part part)
    {
        string guesses = string.Join(", ", script.Models.Select(model => $"OutOfFold({model})"));
        string loss = script.Problem switch
        {
            { Goal: Goal.Number } => $"Score({script.BackCSharp("Mix(free, y.Length)")})",
            { IsLogLoss: true } => "Score(Mix(free, y.Length))",
            { Goal: Goal.TwoClasses } => "-Mix(free, y.Length).Zip(y, (row, answer) => Math.Log(answer > 0.5 ? row[0] : 1 - row[0])).Average()",
            _ => "-Mix(free, y.Length).Zip(y, (row, answer) => Math.Log(row[(int)answer])).Average()",
        };
        string mix = script.Problem.Goal switch
        {
            Goal.Number => """
                double[][] Mix(double[] free, int rows)
                {
                    double[] weights = [.. free.Select(value => Math.Exp(value) / free.Sum(Math.Exp))];
                    return [.. Enumerable.Range(0, rows).Select(row => new[] { weights.Zip(guesses, (weight, some) => weight * some[row][0]).Sum() })];
                }
                """,
            Goal.TwoClasses => """
                double Logit(double chance) => Math.Log(Math.Clamp(chance, 1e-6, 1 - 1e-6) / (1 - Math.Clamp(chance, 1e-6, 1 - 1e-6)));
                double[][] Mix(double[] free, int rows) =>
                    [.. Enumerable.Range(0, rows).Select(row => new[] { 1 / (1 + Math.Exp(-free.Zip(guesses, (power, some) => Math.Exp(power) * Logit(some[row][0])).Sum())) })];
                """,
            _ => """
                double[][] Mix(double[] free, int rows) => [.. Enumerable.Range(0, rows).Select(row =>
                {
                    double[] logs = [.. classes.Select((_, i) => free.Zip(guesses, (power, some) => Math.Exp(power) * Math.Log(Math.Clamp(some[row][i], 1e-6, 1))).Sum())];
                    double[] chances = [.. logs.Select(value => Math.Exp(value - logs.Max()))];
                    double sum = chances.Sum();
                    return chances.Select(chance => Math.Max(chance / sum, 1e-15)).ToArray();
                })];
                """,
        };
        string start = script.Problem.Goal == Goal.Number ? "new double[guesses.Length]" : "[.. guesses.Select(_ => -Math.Log(guesses.Length))]";
        script.Segment(Block, Why(script, part), $$"""
            double[][][] guesses = [{{guesses}}];
            {{mix}}
            double Loss(double[] free) => {{loss}};
            double[] free = {{start}};
            double least = Loss(free);
            for (double step = 1; step > 0.03; step /= 2)
                for (int move = 0; move < 2 * free.Length; move++)
                {
                    double[] next = [.. free.Select((value, i) => i != move / 2 ? value : move % 2 == 0 ? value + step : value - step)];
                    if (Loss(next) is var loss && loss < least) (free, least) = (next, loss);
                }
            double[][] guess = Mix(free, table.Length);
            """);
    }

    /// <summary>Of weights: each further model is a dimension more to search.</summary>
    public static int Trials(int models) => 75 * Math.Max(models, 2);

    private static string Loss(Script script, string guess) => script.Problem.HigherIsBetter ? $"-score({guess})" : $"score({guess})";

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        if (!recipe.Has(Key) && problem.IsLogLoss)
        {
            yield return new Move("calibration", "temperature", "Finds out of fold how sure the probabilities should be: log loss punishes both too timid and too bold.", 2.1, recipe.Add(Part.Of(Key)));
        }
    }
}
