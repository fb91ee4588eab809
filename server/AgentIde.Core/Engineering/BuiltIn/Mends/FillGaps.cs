namespace AgentIde.Core.Engineering.BuiltIn.Mends;

/// <summary>Values that are missing or beyond all measure, where the estimators refuse them.</summary>
internal sealed class FillGaps : Mend
{
    public const string Key = "fill-gaps";

    private const double Beyond = 1e30;

    public override string Name => Key;

    public override Block Block => Block.Features;

    public override int Rank => 11;

    public override bool IsOfTheData => true;

    /// <summary>Known before anything ran: an infinity, a value that squares to one, or a word that will be missing.</summary>
    public static bool IsCalledFor(Problem problem) =>
        problem.Numbers.Any(column => column.Unreadable > 0 || column.Numbers is { } numbers && Math.Max(numbers.Maximum, -numbers.Minimum) >= Beyond);

    public override string Why(Script script, Part part) =>
        "infinite and absurdly large values were never measured: missing, and each model fills its gaps by medians.";

    public override void Write(Script script, Part part)
    {
        if (script.Numbers.Count == 0)
        {
            return;
        }

        script.Segment(Block, Why(script, part), "X = X.assign(**X[numbers].where(X[numbers].abs() < 1e30))");
        script.Gaps.UnionWith(script.Numbers);
    }

    public override Repair? Repair(Problem problem, Recipe recipe, Symptom symptom) =>
        !recipe.Has(Key) && symptom.Says("contains NaN", "contains infinity", "value too large for dtype", "Input X contains", "cannot convert float NaN", "inf or nan", "NaN or inf")
        && !symptom.Says("Input y contains")
            ? new Repair("Fills missing values and drops infinite ones: a model refused them.", recipe.Add(Part.Of(Key)))
            : null;
}
