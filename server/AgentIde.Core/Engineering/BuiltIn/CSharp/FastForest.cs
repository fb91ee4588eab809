using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn.CSharp;

/// <summary>ML.NET's random forest: trees on samples of rows, averaged.</summary>
internal sealed class FastForest : CSharpFamily
{
    private const int MostClasses = 10;

    public const string Key = "fast-forest";

    public override string Name => Key;

    protected override string Function => "FastForest";

    /// <summary>One against all, it takes too long with many classes.</summary>
    protected override bool Suits(Problem problem) => problem.Outputs <= MostClasses;

    public override string Words(Problem problem) => "FastForest";

    protected override ImmutableArray<Dial> Dials { get; } =
        [new("trees", [60, 100, 200]), new("leaves", [64, 128, 256]), new("smallest", [2, 5, 10]), new("columns", [0.4, 0.7, 1])];

    protected override string Reason(Problem problem, Part part) =>
        "FastForest: trees on samples of rows, averaged; little variance, and wrong in other places than boosting.";

    public override Part Default(Problem problem) => problem.Goal == Goal.Number ? Make(80, 200, 4, 0.7) : Make(100, 64, 10, 0.5);

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        (int trees, int leaves, int smallest, double columns) = Read(part);
        if (trees < 800)
        {
            yield return new Step("more", $"Averages {trees * 2} trees of FastForest instead of {trees}.", 0.6, Make(trees * 2, leaves, smallest, columns));
        }

        if (leaves < 1000)
        {
            yield return new Step("larger", $"Gives each tree of FastForest {leaves * 2} leaves: finer.", 0.7, Make(trees, leaves * 2, smallest, columns));
        }

        yield return new Step("steadier", $"Asks for {smallest * 2} rows a leaf of FastForest: smoother.", 0.5, Make(trees, leaves, smallest * 2, columns));
    }

    public override void WriteCSharp(Script script, Part part)
    {
        (int trees, int leaves, int smallest, double columns) = Read(part);
        bool number = script.Problem.Goal == Goal.Number;
        script.Import("Microsoft.ML.Trainers.FastTree");
        string trainer = $$"""
            ml.{{(number ? "Regression" : "BinaryClassification")}}.Trainers.FastForest(new FastForest{{(number ? "Regression" : "Binary")}}Trainer.Options
            {
                NumberOfTrees = {{trees}}, NumberOfLeaves = {{leaves}}, MinimumExampleCountPerLeaf = {{smallest}},{{Weighed(script)}}
                FeatureFraction = {{PythonText.Number(columns)}}, Seed = seed, FeatureSelectionSeed = seed, NumberOfThreads = 1,
            })
            """;
        // A forest of two classes votes; the logistic curve of Platt makes a chance of its votes.
        WriteTrainer(script, part, script.Problem.Goal == Goal.TwoClasses ? $"{trainer}.Append(ml.BinaryClassification.Calibrators.Platt())" : OneAgainstAll(script.Problem, trainer));
    }

    public override double Seconds(Problem problem, Part part, double rows, double others, int columns)
    {
        (int trees, int leaves, _, double some) = Read(part);
        double tree = 0.002 + (leaves * 1.5e-4) + (rows * columns * some * 4e-9 * Math.Log2(leaves + 1)) + (rows * 1e-7);
        return 0.3 + (problem.Outputs * trees * (tree + (others * 1.5e-7)));
    }

    public override Part? Cheaper(Problem problem, Part part)
    {
        (int trees, int leaves, int smallest, double columns) = Read(part);
        return trees <= 10 ? null : Make(trees / 2, Math.Max(leaves / 2, 16), smallest, columns);
    }

    private static Part Make(int trees, int leaves, int smallest, double columns) =>
        Part.Of(Key).Set("trees", trees).Set("leaves", leaves).Set("smallest", smallest).Set("columns", columns);

    private static (int Trees, int Leaves, int Smallest, double Columns) Read(Part part) =>
        (Math.Clamp(part.Whole("trees", 100), 1, 5000), Math.Clamp(part.Whole("leaves", 100), 2, 5000), Math.Clamp(part.Whole("smallest", 5), 1, 10_000), Math.Clamp(part.Number("columns", 0.7), 0.05, 1));
}
