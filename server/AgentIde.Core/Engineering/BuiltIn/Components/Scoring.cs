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

    public override void WriteCSharp(Script script, Part part)
    {
        string body = script.Problem switch
        {
            { Metric: "rmsle" } => "Math.Sqrt(guess.Zip(target, (row, value) => Math.Pow(Math.Log(1 + value) - Math.Log(1 + Math.Max(row[0], 0)), 2)).Average())",
            { Metric: "mae" } => "guess.Zip(target, (row, value) => Math.Abs(value - row[0])).Average()",
            { Goal: Goal.Number } => "Math.Sqrt(guess.Zip(target, (row, value) => Math.Pow(value - row[0], 2)).Average())",
            { Metric: "accuracy", Goal: Goal.TwoClasses } => "guess.Zip(y, (row, answer) => row[0] > 0.5 == answer > 0.5 ? 1.0 : 0.0).Average()",
            { Metric: "accuracy" } => "guess.Zip(y, (row, answer) => row.IndexOf(row.Max()) == (int)answer ? 1.0 : 0.0).Average()",
            { Metric: "roc-auc", Profile.Classes.Length: 1 } => "0.5",
            { Goal: Goal.TwoClasses } => "-guess.Zip(y, (row, answer) => Math.Log(Math.Clamp(answer > 0.5 ? row[0] : 1 - row[0], 1e-15, 1))).Average()",
            _ => "-guess.Zip(y, (row, answer) => Math.Log(Math.Clamp(row[(int)answer], 1e-15, 1))).Average()",
        };
        script.Segment(Block, Why(script, part), script.Problem is { Metric: "roc-auc", Profile.Classes.Length: not 1 }
            ? """
              double Score(double[][] guess)
              {
                  double zerosBelow = 0, inOrder = 0;
                  foreach (var tie in guess.Zip(y, (row, answer) => (Chance: row[0], answer)).GroupBy(row => row.Chance, row => row.answer).OrderBy(tie => tie.Key))
                  {
                      inOrder += tie.Sum() * (zerosBelow + (tie.Count() - tie.Sum()) / 2);
                      zerosBelow += tie.Count() - tie.Sum();
                  }
                  return inOrder / (zerosBelow * y.Sum());
              }
              """
            : $"double Score(double[][] guess) => {body};");
    }
}
