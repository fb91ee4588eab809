using System.Collections.Immutable;
using System.Globalization;

namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>
/// Pictures by their <see cref="Edges"/>, pressed into few numbers, into support vectors: for what is too many rows for
/// <see cref="PictureKernel"/>.
/// </summary>
internal sealed class PictureModel : ModelFamily
{
    public const string Key = "pictures";

    public override string Name => Key;

    /// <summary>Time grows with the square of the rows.</summary>
    public override bool Fits(Problem problem) => base.Fits(problem) && problem.Goal != Goal.Number && problem.Rows <= 25_000 && Pictures.Of(problem) is not null;

    public override string Words(Problem problem) => "support vectors on edges";

    public override bool HasChance(Part part) => false;

    public override bool SeesFeatures => false;

    protected override ImmutableArray<Dial> Dials { get; } = [new("c", [3, 10, 30]), new("cell", [3, 4, 5, 7]), new("components", [80, 120, 150, 220])];

    protected override string Reason(Problem problem, Part part)
    {
        return $"the columns are {Edges.Words(Pictures.Of(problem)?.Side ?? 0, Read(part).Cell)}, pressed into {Read(part).Components} numbers, and support vectors on these.";
    }

    public override Part Default(Problem problem) => Make(10, Pictures.Of(problem) is { Side: < 16 } ? 2 : 4, 150);

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        (double c, int cell, int components) = Read(part);
        yield return new Step("more components", $"Keeps {components * 3 / 2} numbers of each picture's edges instead of {components}.", 0.8, Make(c, cell, components * 3 / 2));
        yield return new Step("harder", "Lets the support vectors on edges err less on train: three times the cost of an error.", 0.6, Make(c * 3, cell, components));
        yield return new Step("softer", "Lets the support vectors on edges err more on train: a third of the cost of an error.", 0.6, Make(c / 3, cell, components));
        if (cell > 2)
        {
            yield return new Step("smaller cells", $"Looks at edges in cells of {cell - 1} by {cell - 1} pixels: finer.", 0.8, Make(c, cell - 1, components));
        }

        yield return new Step("larger cells", $"Looks at edges in cells of {cell + 1} by {cell + 1} pixels: a shift counts less.", 0.6, Make(c, cell + 1, components));
    }

    public override void Write(Script script, Part part)
    {
        if (Pictures.Of(script.Problem) is not { } pictures)
        {
            return;
        }

        (double c, int cell, int components) = Read(part);
        int side = pictures.Side;
        script.From("sklearn.decomposition", "PCA");
        script.From("sklearn.pipeline", "make_pipeline");
        script.From("sklearn.preprocessing", "FunctionTransformer");
        Margins.Write(script);
        Edges.Write(script, pictures);
        string kept = Math.Clamp(Components.RowSample.RowsOf(script.Problem, script.Recipe[Components.RowSample.Key]) / 3, 1, Math.Min(components, Edges.Features(side, cell) - 1)).ToString(CultureInfo.InvariantCulture);
        WriteModel(script, part, $$"""
            make_pipeline(
                FunctionTransformer(edges, kw_args={"cell": {{cell}}, "coarse": {{Edges.Coarse(side, cell)}}}), PCA({{kept}}, svd_solver="arpack", random_state=SEED),
                MarginSVC(C={{PythonText.Number(c)}}, decision_function_shape="ovo", cache_size=500))
            """);
    }

    /// <summary>
    /// Edges of each pixel, components (by ARPACK, which finds these few alone: a whole decomposition takes seven times as
    /// long, 28 s of 40 on 9,600 pictures of 28 by 28), support vectors, and the margins of the others.
    /// </summary>
    public override double Seconds(Problem problem, Part part, double rows, double others, int columns)
    {
        (_, int cell, int components) = Read(part);
        int features = Edges.Features(Pictures.Of(problem)?.Side ?? (int)Math.Sqrt(columns), cell);
        return ((rows + others) * columns * 2.6e-7) + (rows * features * components * 3e-9) + (rows * rows * components * 1.6e-10) + (rows * others * components * 5e-10);
    }

    public override Part? Cheaper(Problem problem, Part part) => Read(part) is { Components: > 50 } read ? Make(read.C, read.Cell, read.Components / 2) : null;

    private static Part Make(double c, int cell, int components) => Part.Of(Key).Set("c", c).Set("cell", cell).Set("components", components);

    private static (double C, int Cell, int Components) Read(Part part) =>
        (Math.Clamp(part.Number("c", 10), 1e-4, 1e6), Math.Clamp(part.Whole("cell", 4), 2, 8), Math.Clamp(part.Whole("components", 100), 2, 400));
}
