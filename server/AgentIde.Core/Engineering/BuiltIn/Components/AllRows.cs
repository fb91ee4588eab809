namespace AgentIde.Core.Engineering.BuiltIn.Components;

/// <summary>
/// Test is predicted by models that learnt from all rows, instead of by the mean of the folds' models. That mean is
/// steadier, which trees gain by; what is smooth anyway gains more by the rows. Written by <see cref="OutOfFold"/>.
/// </summary>
internal sealed class AllRows : Component
{
    public const string Key = "all-rows";

    public override string Name => Key;

    public override Block Block => Block.Model;

    public override bool Fits(Problem problem) => problem is { IsLearnable: true, Language: Runs.ProgramLanguage.Python };

    public override string Why(Script script, Part part) => "test is predicted by models of all rows.";

    public override void Write(Script script, Part part)
    {
    }

    public override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        if (!Fits(problem))
        {
            yield break;
        }

        int share = 100 - (100 / recipe.Folds);
        if (recipe.Has(Key))
        {
            yield return new Move("rows of a model", "mean of folds", "Predicts test by the mean of the folds' models instead of one model of all rows: what errs by chance is steadier so.",
                0.5, recipe.Without(Key));
        }
        else
        {
            bool isSmooth = recipe.Models.All(model => IsSmooth(model.Family));
            yield return new Move("rows of a model", Key, $"Predicts test by models that learnt from all rows, not by those of the folds with {share} % of them.",
                isSmooth ? 2.2 : 0.4, recipe.Add(Part.Of(Key)));
        }
    }

    /// <summary>Whether a family's models differ little from fold to fold, so that a mean of them brings less than more rows do.</summary>
    private static bool IsSmooth(ModelFamily family) => family is Models.WordModel or Models.PieceModel or Models.PieceLines or Models.PictureModel or Models.PictureKernel or Models.KernelMachine or Models.LinearModel or Models.PairLines;
}
