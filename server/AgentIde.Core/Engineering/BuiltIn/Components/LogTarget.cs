namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>The logarithm as link of a target that the metric, or its own skew, measures by ratios.</summary>
internal sealed class LogTarget : Component
{
    public const string Key = "log-target";

    public override string Name => Key;

    public override Block Block => Block.Load;

    public override int Rank => 3;

    public override bool IsSound => true;

    public override bool Fits(Problem problem) => problem is { Goal: Goal.Number, Label.Numbers: { Minimum: > -1 } numbers }
        && (problem.Metric == "rmsle" || (problem is { Metric: "mae", Language: Runs.ProgramLanguage.CSharp } && numbers.Skewness > 1));

    /// <summary>Its line is the target's own: see <see cref="TargetColumn"/>.</summary>
    public override string Why(Script script, Part part) => Reason(script.Problem);

    public override void Write(Script script, Part part)
    {
    }

    public static string Reason(Problem problem) => problem.Metric == "rmsle"
        ? $"{problem.Task.Metric.DisplayName} is the plain squared error of log1p, so the models learn log1p({PythonText.Plain(problem.Task.Label)})."
        : problem.Label?.Numbers?.Skewness is not > 1 ? $"the models learn the logarithm of {PythonText.Plain(problem.Task.Label)}, so that errors count by their ratio."
        : $"{PythonText.Plain(problem.Task.Label)} is skewed to the right ({problem.Label?.Numbers?.Skewness ?? 0:0.0}), so the models learn its logarithm.";

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        if (problem is not { Goal: Goal.Number, Label.Numbers: { Minimum: > -1 } numbers })
        {
            yield break;
        }

        if (!recipe.Has(Key))
        {
            yield return new Move("link", "log target", "Learns the logarithm of the target: errors grow with its size.", problem.Metric == "rmsle" ? 3 : numbers.Skewness > 1 ? 1.6 : 0.3, recipe.Add(Part.Of(Key)));
        }
        else if (problem.Metric != "rmsle")
        {
            yield return new Move("link", "plain target", "Learns the target as it is instead of its logarithm, as the metric measures it.", 0.6, recipe.Without(Key));
        }
    }
}
