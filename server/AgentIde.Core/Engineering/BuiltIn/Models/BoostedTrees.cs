using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>scikit-learn's histogram gradient boosting: takes missing values and any scale.</summary>
internal sealed class BoostedTrees : ModelFamily
{
    public const string Key = "boosted-trees";

    public override string Name => Key;

    public override string Words(Problem problem) => "boosted trees";

    public override bool HasChance(Part part) => false;

    protected override ImmutableArray<Dial> Dials { get; } =
    [
        new("trees", [80, 150, 250, 400, 600]), new("rate", [0.03, 0.05, 0.08, 0.12]), new("leaves", [6, 10, 15, 24, 31, 48]),
        new("smallest", [5, 10, 20, 40, 80]), new("l2", [0, 1, 5, 20]),
    ];

    protected override string Reason(Problem problem, Part part) => problem switch
    {
        { Metric: "mae" } => "boosted trees that minimise the absolute error itself; any scale and missing values are fine for them.",
        { Goal: Goal.Number } => "boosted trees: each corrects the sum of those before; they take steps, interactions and missing values as they come.",
        { Goal: Goal.TwoClasses } => "boosted trees, small and slow: a yes or no says little of each row, and noise is easily learnt.",
        _ => $"boosted trees: {problem.Outputs} small trees a round, one for each class.",
    };

    public override Part Default(Problem problem) => problem.Goal switch
    {
        Goal.Number => Make(300, 0.08, 31, 20, 1),
        Goal.TwoClasses => Make(150, 0.05, 10, 30, 5),
        _ => Make(problem.Outputs > 10 ? 90 : 150, 0.12, 15, 20, 1),
    };

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        (int trees, double rate, int leaves, int smallest, double l2) = Read(part);
        if (trees < 2000 && rate > 0.01)
        {
            yield return new Step("slower", $"Boosts in smaller steps: {trees * 2} trees at half the rate usually generalise better.", 1.1, Make(trees * 2, rate / 2, leaves, smallest, l2));
        }

        if (leaves < 128)
        {
            yield return new Step("larger", $"Gives each boosted tree {leaves * 2} leaves for deeper interactions.", 0.8, Make(trees, rate, leaves * 2, smallest, l2));
        }

        if (leaves > 5)
        {
            yield return new Step("smaller", $"Gives each boosted tree only {Math.Max(leaves / 2, 4)} leaves: less noise is learnt.", 0.7, Make(trees, rate, Math.Max(leaves / 2, 4), smallest, l2));
        }

        if (trees < 2000)
        {
            yield return new Step("longer", $"Boosts for {trees * 3 / 2} rounds instead of {trees}.", 0.8, Make(trees * 3 / 2, rate, leaves, smallest, l2));
        }

        yield return new Step("steadier", $"Asks for {smallest * 2} rows a leaf in the boosted trees, and a stronger penalty.", 0.5, Make(trees, rate, leaves, smallest * 2, (l2 * 2) + 1));
    }

    public override void Write(Script script, Part part)
    {
        (int trees, double rate, int leaves, int smallest, double l2) = Read(part);
        string loss = script.Problem.Metric == "mae" ? "loss=\"absolute_error\", " : "";
        script.From("sklearn.ensemble", $"HistGradientBoosting{Kind(script.Problem)}");
        WriteModel(script, part, OnTable(script, $"""
            HistGradientBoosting{Kind(script.Problem)}(
                {loss}max_iter={trees}, learning_rate={PythonText.Number(rate)}, max_leaf_nodes={leaves}, min_samples_leaf={smallest},
                l2_regularization={PythonText.Number(l2)}, early_stopping=False)
            """, refusesGaps: false));
    }

    public override double Seconds(Problem problem, Part part, double rows, double others, int columns)
    {
        (int trees, _, int leaves, _, _) = Read(part);
        double tree = 0.0003 + (leaves * 3e-5) + (rows * columns * 3e-9 * Math.Log2(leaves + 1));
        return problem.Outputs * trees * (tree + (others * 1e-7));
    }

    public override Part? Cheaper(Problem problem, Part part)
    {
        (int trees, double rate, int leaves, int smallest, double l2) = Read(part);
        return trees <= 25 ? null : Make(trees / 3, Math.Min(rate * 2, 0.3), Math.Max(leaves * 2 / 3, 6), smallest, l2);
    }

    private static Part Make(int trees, double rate, int leaves, int smallest, double l2) =>
        Part.Of(Key).Set("trees", trees).Set("rate", rate).Set("leaves", leaves).Set("smallest", smallest).Set("l2", l2);

    private static (int Trees, double Rate, int Leaves, int Smallest, double L2) Read(Part part) =>
        (Math.Clamp(part.Whole("trees", 150), 1, 5000), Math.Clamp(part.Number("rate", 0.08), 1e-3, 1), Math.Clamp(part.Whole("leaves", 31), 2, 1000),
            Math.Clamp(part.Whole("smallest", 20), 1, 10_000), Math.Clamp(part.Number("l2", 1), 0, 1e6));
}
