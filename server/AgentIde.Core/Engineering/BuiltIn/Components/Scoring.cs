namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>The task's metric, so that the program judges itself as it will be judged.</summary>
internal sealed class Scoring : Component
{
    public override string Name => "scoring";

    public override Block Block => Block.Folds;

    public override int Rank => -1;

    public override bool IsStructure => true;

    public override bool Fits(Problem problem) => true;

    public override string Why(Script script, Part part) =>
        $"{script.Problem.Task.Metric.DisplayName} as the task defines it; {(script.Problem.HigherIsBetter ? "higher" : "lower")} is better.";

    public override void Write(Script script, Part part)
    {
        string body = script.Problem.Metric switch
        {
            "rmsle" => "return np.sqrt(np.mean((np.log1p(target) - np.log1p(np.clip(guess, 0, None))) ** 2))",
            "rmse" => "return np.sqrt(np.mean((target - guess) ** 2))",
            "mae" => "return np.mean(np.abs(target - guess))",
            "accuracy" => "return np.mean(guess.argmax(axis=1) == y)",
            "roc-auc" when script.Problem.Profile.Classes.Length == 1 => "return 0.5  # with one class there is nothing to rank",
            "roc-auc" => "return roc_auc_score(y, guess[:, 1])",
            "log-loss" or "multi-class-log-loss" => "return -np.mean(np.log(np.clip(guess[np.arange(len(y)), y], 1e-15, 1)))",
            _ when script.Problem.Goal == Goal.Number => "return np.sqrt(np.mean((target - guess) ** 2))",
            _ => "return -np.mean(np.log(np.clip(guess[np.arange(len(y)), y], 1e-15, 1)))",
        };
        if (body.Contains("roc_auc_score", StringComparison.Ordinal))
        {
            script.From("sklearn.metrics", "roc_auc_score");
        }

        script.Segment(Block, Why(script, part), $"""
            def score(guess):
                {body}
            """);
    }
}
