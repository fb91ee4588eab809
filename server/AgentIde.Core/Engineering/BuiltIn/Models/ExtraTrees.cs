using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>Trees that cut at random and are averaged.</summary>
internal sealed class ExtraTrees : ModelFamily
{
    public const string Key = "extra-trees";

    public override string Name => Key;

    public override string Words(Problem problem) => "extra trees";

    protected override ImmutableArray<Dial> Dials { get; } =
        [new("trees", [100, 150, 250, 400]), new("leaf", [1, 2, 3, 5, 10]), new("share", [0.2, 0.35, 0.5, 0.7, 1])];

    protected override string Reason(Problem problem, Part part) => problem.Goal == Goal.ManyClasses
        ? "extra trees: random cuts, averaged over many; quick with many classes, and wrong in other places than boosting."
        : "extra trees: random cuts, averaged over many; little variance, and wrong in other places than boosting.";

    public override Part Default(Problem problem) => problem.Goal switch
    {
        Goal.Number => Make(120, 2, 0.7),
        Goal.TwoClasses => Make(200, 8, 0.3),
        _ => Make(150, 1, 0.4),
    };

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        (int trees, int leaf, double share) = Read(part);
        if (trees < 1000)
        {
            yield return new Step("more", $"Averages {trees * 2} extra trees instead of {trees}.", 0.7, Make(trees * 2, leaf, share));
        }

        yield return new Step("larger leaves", $"Asks for {leaf * 2} rows a leaf in the extra trees: smoother.", 0.6, Make(trees, leaf * 2, share));
        if (leaf > 1)
        {
            yield return new Step("smaller leaves", $"Allows {leaf / 2} rows a leaf in the extra trees: finer.", 0.6, Make(trees, leaf / 2, share));
        }

        if (share < 1)
        {
            yield return new Step("more columns", $"Lets each cut of the extra trees choose among {Math.Min(share * 1.5, 1):P0} of the columns.", 0.7, Make(trees, leaf, Math.Round(Math.Min(share * 1.5, 1), 3)));
        }
    }

    public override void Write(Script script, Part part)
    {
        (int trees, int leaf, double share) = Read(part);
        script.From("sklearn.ensemble", $"ExtraTrees{Kind(script.Problem)}");
        WriteModel(script, part, OnTable(script,
            $"ExtraTrees{Kind(script.Problem)}(n_estimators={trees}, min_samples_leaf={leaf}, max_features={(share >= 1 ? "1.0" : PythonText.Number(share))})",
            refusesGaps: true));
    }

    public override double Seconds(Problem problem, Part part, double rows, double others, int columns)
    {
        (int trees, int leaf, double share) = Read(part);
        double depth = Math.Log2(Math.Max(rows / leaf, 2));
        double perCut = Math.Max(columns * share, 1) * (problem.Goal == Goal.Number ? 1.3e-8 : 1.0e-8 + (problem.Outputs * 4e-10));
        return trees * ((rows * depth * perCut) + (others * (2e-7 + (problem.Outputs * 1e-8))));
    }

    public override Part? Cheaper(Problem problem, Part part)
    {
        (int trees, int leaf, double share) = Read(part);
        return trees <= 10 ? null : Make(trees / 3, leaf * 2, Math.Round(share * 0.7, 3));
    }

    private static Part Make(int trees, int leaf, double share) => Part.Of(Key).Set("trees", trees).Set("leaf", leaf).Set("share", share);

    private static (int Trees, int Leaf, double Share) Read(Part part) =>
        (Math.Clamp(part.Whole("trees", 150), 1, 5000), Math.Clamp(part.Whole("leaf", 1), 1, 10_000), Math.Clamp(part.Number("share", 0.5), 0.01, 1));
}
