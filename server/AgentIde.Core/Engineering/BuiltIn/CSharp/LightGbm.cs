using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn.CSharp;

/// <summary>LightGBM through ML.NET: boosting leaf by leaf, on samples of rows and columns.</summary>
internal sealed class LightGbm : CSharpFamily
{
    public const string Key = "light-gbm";

    public override string Name => Key;

    protected override string Function => "LightGbm";

    public override string? Module => "lightgbm";

    public override string Words(Problem problem) => "LightGBM";

    protected override ImmutableArray<Dial> Dials { get; } =
    [
        new("trees", [100, 200, 350, 600]), new("rate", [0.03, 0.05, 0.08, 0.12]), new("leaves", [7, 12, 20, 31, 48, 80]), new("smallest", [5, 10, 20, 40]),
        new("rows", [0.6, 0.8, 1]), new("columns", [0.4, 0.6, 0.8, 1]), new("l2", [0.01, 1, 5, 20]),
    ];

    protected override string Reason(Problem problem, Part part) => Read(part) is { Rows: >= 1, Columns: >= 1 }
        ? "LightGBM: boosted trees, each of which grows where it gains most."
        : $"LightGBM: each tree grows where it gains most, and sees {Read(part).Rows * 100:0} % of the rows and {Read(part).Columns * 100:0} % of the columns, so that the sum follows less noise.";

    public override Part Default(Problem problem) => problem.Goal switch
    {
        Goal.Number => Make(400, 0.06, 31, 20, 0.8, 0.7, 1),
        Goal.TwoClasses => Make(150, 0.05, 8, 30, 0.8, 0.5, 5),
        _ => Make(problem.Outputs > 10 ? 120 : 200, 0.12, 20, 10, 0.8, 0.6, 1),
    };

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        (int trees, double rate, int leaves, int smallest, double rows, double columns, double l2) = Read(part);
        if (trees < 2000 && rate > 0.01)
        {
            yield return new Step("slower", $"Lets LightGBM take smaller steps: {trees * 2} trees at half the rate usually generalise better.", 1.2, Make(trees * 2, rate / 2, leaves, smallest, rows, columns, l2));
        }

        if (leaves < 128)
        {
            yield return new Step("larger", $"Gives each tree of LightGBM {leaves * 2} leaves for deeper interactions.", 0.8, Make(trees, rate, leaves * 2, smallest, rows, columns, l2));
        }

        if (leaves > 5)
        {
            yield return new Step("smaller", $"Gives each tree of LightGBM only {Math.Max(leaves / 2, 4)} leaves: less noise is learnt.", 0.7, Make(trees, rate, Math.Max(leaves / 2, 4), smallest, rows, columns, l2));
        }

        if (trees < 2000)
        {
            yield return new Step("longer", $"Lets LightGBM boost for {trees * 3 / 2} rounds instead of {trees}.", 0.9, Make(trees * 3 / 2, rate, leaves, smallest, rows, columns, l2));
        }

        if (columns > 0.3)
        {
            yield return new Step("fewer columns", $"Shows each tree of LightGBM only {Math.Max(columns - 0.2, 0.2) * 100:0} % of the columns.", 0.6, Make(trees, rate, leaves, smallest, rows, Math.Round(Math.Max(columns - 0.2, 0.2), 2), l2));
        }

        yield return new Step("steadier", $"Asks for {smallest * 2} rows a leaf of LightGBM, and a stronger penalty.", 0.5, Make(trees, rate, leaves, smallest * 2, rows, columns, (l2 * 2) + 1));
    }

    public override void WriteCSharp(Script script, Part part)
    {
        (int trees, double rate, int leaves, int smallest, double rows, double columns, double l2) = Read(part);
        string kind = script.Problem.Goal switch
        {
            Goal.Number => "Regression",
            Goal.TwoClasses => "Binary",
            _ => "Multiclass",
        };
        string classes = script.Problem.Goal == Goal.ManyClasses ? " UseSoftmax = true," : "";
        script.Import("Microsoft.ML.Trainers.LightGbm");
        WriteTrainer(script, part, $$"""
            {{Catalogue(script.Problem)}}.Trainers.LightGbm(new LightGbm{{kind}}Trainer.Options
            {
                NumberOfIterations = {{trees}}, LearningRate = {{PythonText.Number(rate)}}, NumberOfLeaves = {{leaves}}, MinimumExampleCountPerLeaf = {{smallest}},{{classes}}{{Weighed(script)}}
                Seed = seed, Deterministic = true, NumberOfThreads = 1,
                Booster = new GradientBooster.Options { FeatureFraction = {{PythonText.Number(columns)}}, SubsampleFraction = {{PythonText.Number(rows)}}, SubsampleFrequency = 1, L2Regularization = {{PythonText.Number(l2)}} },
            })
            """);
    }

    public override double Seconds(Problem problem, Part part, double rows, double others, int columns)
    {
        (int trees, _, int leaves, _, double share, double some, _) = Read(part);
        double tree = 0.0003 + (leaves * 3e-5) + (rows * share * columns * some * 1.2e-9 * Math.Log2(leaves + 1)) + (rows * 3e-8);
        return 0.3 + (problem.Outputs * trees * (tree + (others * 1.2e-7)));
    }

    public override Part? Cheaper(Problem problem, Part part)
    {
        (int trees, double rate, int leaves, int smallest, double rows, double columns, double l2) = Read(part);
        return trees <= 25 ? null : Make(trees / 3, Math.Min(rate * 2, 0.3), Math.Max(leaves * 2 / 3, 6), smallest, rows, columns, l2);
    }

    private static Part Make(int trees, double rate, int leaves, int smallest, double rows, double columns, double l2) =>
        Part.Of(Key).Set("trees", trees).Set("rate", rate).Set("leaves", leaves).Set("smallest", smallest).Set("rows", rows).Set("columns", columns).Set("l2", l2);

    private static (int Trees, double Rate, int Leaves, int Smallest, double Rows, double Columns, double L2) Read(Part part) =>
        (Math.Clamp(part.Whole("trees", 200), 1, 5000), Math.Clamp(part.Number("rate", 0.08), 1e-3, 1), Math.Clamp(part.Whole("leaves", 31), 2, 1000),
            Math.Clamp(part.Whole("smallest", 20), 1, 10_000), Math.Clamp(part.Number("rows", 0.8), 0.1, 1), Math.Clamp(part.Number("columns", 0.7), 0.05, 1),
            Math.Clamp(part.Number("l2", 1), 0, 1e6));
}
