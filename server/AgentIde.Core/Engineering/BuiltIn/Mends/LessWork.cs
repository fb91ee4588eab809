namespace AgentIde.Core.Engineering.BuiltIn.Mends;

/// <summary>
/// A program that ran out of time gets less to do, once: fewer seeds, folds, models, trees, and rows at last. What does not
/// end even so teaches ever less on ever fewer rows.
/// </summary>
internal sealed class LessWork : Mend
{
    private const double Share = 0.4;

    /// <summary>Kept in a recipe, so that it is not mended so twice.</summary>
    public const string Key = "less-work";

    public override string Name => Key;

    public override Block Block => Block.Model;

    public override string Why(Script script, Part part) => "a run did not end in time, so there is less to do.";

    public override void Write(Script script, Part part)
    {
    }

    public override Repair? Repair(Problem problem, Recipe recipe, Symptom symptom) =>
        symptom.Kind == Runs.FailureKind.TimeOut && !recipe.Has(Key) && Thrift.Below(problem, recipe, Costs.Seconds(problem, recipe) * Share) is var (after, saved) && saved.Count > 0
            ? new Repair($"Does less, since it ran out of time: {string.Join("; ", saved)}.", after.Put(Part.Of(Key)))
            : null;
}
