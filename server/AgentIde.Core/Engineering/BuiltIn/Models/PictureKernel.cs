using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>
/// Pictures by their <see cref="Edges"/>, and kernel ridge regression on these (Saunders and others, 1998), a goal of 1 and -1 for each
/// class. One factorisation serves all classes, and what a picture means in the mirror costs one kernel more, not rows: the
/// kernel is the mean of both views (Haasdonk and others, 2005), where the cells lie alike in both.
/// </summary>
internal sealed class PictureKernel : ModelFamily
{
    public const string Key = "picture-kernel";

    /// <summary>The kernel of as many rows fills 900 MB.</summary>
    private const int MostRows = 15_000;

    public override string Name => Key;

    public override bool Fits(Problem problem) => base.Fits(problem) && problem.Goal != Goal.Number && problem.Rows <= MostRows && Pictures.Of(problem) is not null;

    public override string Words(Problem problem) => "a kernel on edges";

    public override bool HasChance(Part part) => false;

    public override bool SeesFeatures => false;

    protected override ImmutableArray<Dial> Dials { get; } =
        [new("width", [0.4, 0.55, 0.7, 1, 1.4]), new("penalty", [0.003, 0.01, 0.03, 0.1]), new("cell", [3, 4, 5, 7]), new("mirrored", [0, 1])];

    protected override string Reason(Problem problem, Part part)
    {
        (_, _, int cell, bool mirrored) = Read(problem, part);
        return $"the columns are {Edges.Words(Side(problem), cell)}; a Gaussian kernel says how near two of them are{(mirrored ? ", as they are and in the mirror" : "")}, and ridge regression on that which class.";
    }

    public override Part Default(Problem problem) => Make(0.7, 0.03, Side(problem) < 16 ? 2 : 4, false);

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        (double width, double penalty, int cell, bool mirrored) = Read(problem, part);
        if (mirrored)
        {
            yield return new Step("not mirrored", "Looks at pictures as they are alone: in the mirror some may be another thing.", 0.2, Make(width, penalty, cell, false));
        }
        else if (Edges.IsSymmetric(Side(problem), cell))
        {
            yield return new Step("mirrored", "Takes a picture and the same in the mirror for the same thing: what is true of one is true of the other.", 1.8, Make(width, penalty, cell, true));
        }

        yield return new Step("weaker penalty", "Lets the kernel on edges follow train more closely: a third of the penalty.", 0.7, Make(width, penalty / 3, cell, mirrored));
        yield return new Step("stronger penalty", "Lets the kernel on edges follow train less closely: three times the penalty.", 0.5, Make(width, penalty * 3, cell, mirrored));
        yield return new Step("narrower", "Makes the kernel on edges narrower, so that borders bend more.", 0.5, Make(width * 1.4, penalty, cell, mirrored));
        yield return new Step("wider", "Makes the kernel on edges wider, so that borders are smoother.", 0.7, Make(width / 1.4, penalty, cell, mirrored));
        if (cell > 2)
        {
            yield return new Step("smaller cells", $"Looks at edges in cells of {cell - 1} by {cell - 1} pixels: finer.", 0.8, Make(width, penalty, cell - 1, mirrored));
        }

        yield return new Step("larger cells", $"Looks at edges in cells of {cell + 1} by {cell + 1} pixels: a shift counts less.", 0.6, Make(width, penalty, cell + 1, mirrored));
    }

    public override void Write(Script script, Part part)
    {
        if (Pictures.Of(script.Problem) is not { } pictures)
        {
            return;
        }

        (double width, double penalty, int cell, bool mirrored) = Read(script.Problem, part);
        script.From("scipy.linalg", "cho_factor", "cho_solve");
        script.From("scipy.special", "softmax");
        script.From("sklearn.base", "BaseEstimator");
        Edges.Write(script, pictures);
        (string sides, string mean) = mirrored
            ? ($"for mirrored in (False, True)", " / 2")
            : ("for mirrored in (False,)", "");
        string seen = $"edges(rows, {cell}, {Edges.Coarse(pictures.Side, cell)}, mirrored)";
        WriteModel(script, part, "EdgeKernel()", $$"""
            class EdgeKernel(BaseEstimator):
                def near(self, rows):
                    def one(seen):  # exp(-width * distance squared), in place
                        kernel = seen @ (2 * self.width * self.seen.T)
                        kernel -= self.width * (seen ** 2).sum(1)[:, None]
                        kernel -= self.width * (self.seen ** 2).sum(1)
                        return np.exp(kernel, out=kernel)

                    return sum(one({{seen}}) {{sides}}){{mean}}

                def fit(self, rows, answers):
                    self.classes_, self.seen = np.unique(answers), edges(rows, {{cell}}, {{Edges.Coarse(pictures.Side, cell)}})
                    self.width = np.float32({{PythonText.Number(width)}} / max(self.seen.var(0).sum(), 1e-9))
                    kernel = self.near(rows)
                    kernel[np.diag_indices(len(kernel))] += {{PythonText.Number(penalty)}}
                    goal = np.where(answers[:, None] == self.classes_, 1, -1).astype("float32")
                    self.weights = cho_solve(cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False), goal)
                    return self

                def predict_proba(self, rows, steepness=5.0):
                    return softmax(steepness * (self.near(rows) @ self.weights), axis=1)



            """);
    }

    /// <summary>Edges of each pixel, the kernel, and its factorisation: with a BLAS that knows the processor, as wheels have it; with the plain one of Netlib ten times as long.</summary>
    public override double Seconds(Problem problem, Part part, double rows, double others, int columns)
    {
        (_, _, int cell, bool mirrored) = Read(problem, part);
        int features = Edges.Features(Side(problem), cell);
        double views = mirrored ? 2 : 1;
        return (views * (rows + others) * ((columns * 2.6e-7) + (rows * features * 6e-11) + (rows * 5e-9))) + (rows * rows * rows * 1.1e-11);
    }

    public override Part? Cheaper(Problem problem, Part part) => Read(problem, part) is { Mirrored: true } read ? Make(read.Width, read.Penalty, read.Cell, false) : null;

    private static Part Make(double width, double penalty, int cell, bool mirrored) =>
        Part.Of(Key).Set("width", width).Set("penalty", penalty).Set("cell", cell).Set("mirrored", mirrored ? 1 : 0);

    private static (double Width, double Penalty, int Cell, bool Mirrored) Read(Problem problem, Part part)
    {
        int cell = Math.Clamp(part.Whole("cell", 4), 2, 8);
        return (Math.Clamp(part.Number("width", 0.7), 1e-3, 1e3), Math.Clamp(part.Number("penalty", 0.03), 1e-4, 1e3), cell, part.Whole("mirrored", 0) > 0 && Edges.IsSymmetric(Side(problem), cell));
    }

    /// <summary>That of the smallest where a recipe comes to data that are no pictures.</summary>
    private static int Side(Problem problem) => Pictures.Of(problem)?.Side ?? 8;
}
