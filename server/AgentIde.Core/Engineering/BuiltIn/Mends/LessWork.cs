namespace AgentIde.Core.Engineering.BuiltIn.Mends;

/// <summary>A program that ran out of time gets less to do: fewer seeds, folds, models, trees, and rows at last.</summary>
internal sealed class LessWork : Mend
{
    /// <summary>How much slower than estimated this program turned out: its children are planned with it.</summary>
    public const string Key = "less-work";

    public override string Name => Key;

    public override Block Block => Block.Model;

    public override string Why(Script script, Part part) => "a run did not end in time, so there is less to do.";

    public override void Write(Script script, Part part)
    {
    }

    public override Repair? Repair(Problem problem, Recipe recipe, Symptom symptom) =>
        symptom.Kind == Runs.FailureKind.TimeOut && Thrift.Below(problem, recipe, Costs.Seconds(problem, recipe) * 0.4) is var (after, saved) && saved.Count > 0
            ? new Repair($"Does less, since it ran out of time: {string.Join("; ", saved)}.",
                after.Put(Part.Of(Key).Set("slower", Math.Min(Factor(recipe) * 2, 64))))
            : null;

    public static double Factor(Recipe recipe) => Math.Clamp(recipe[Key]?.Number("slower", 1) ?? 1, 1, 64);
}
