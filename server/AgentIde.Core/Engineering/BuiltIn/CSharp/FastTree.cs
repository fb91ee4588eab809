using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn.CSharp;

/// <summary>ML.NET's own gradient boosting (MART); many classes one against all.</summary>
internal sealed class FastTree : CSharpFamily
{
    public const string Key = "fast-tree";

    public override string Name => Key;

    protected override string Function => "FastTree";

    public override string Words(Problem problem) => "FastTree";

    protected override ImmutableArray<Dial> Dials { get; } =
    [
        new("trees", [80, 150, 250, 400, 600]), new("rate", [0.03, 0.05, 0.08, 0.15]), new("leaves", [6, 10, 16, 24, 32, 48]), new("smallest", [5, 10, 20, 40]),
        new("columns", [0.4, 0.6, 0.8, 1]),
    ];

    protected override string Reason(Problem problem, Part part) => problem.Goal switch
    {
        Goal.Number => "FastTree, boosted trees: each corrects the sum of those before; they take steps and interactions as they come.",
        Goal.TwoClasses => "FastTree, boosted trees, small and slow: a yes or no says little of each row, and noise is easily learnt.",
        _ => $"FastTree, boosted trees, once for each of the {problem.Outputs} classes against all others.",
    };

    public override Part Default(Problem problem) => problem.Goal switch
    {
        Goal.Number => Make(300, 0.08, 31, 20, 0.8),
        Goal.TwoClasses => Make(150, 0.05, 10, 30, 0.6),
        _ => Make(problem.Outputs > 10 ? 60 : 100, 0.2, 16, 10, 0.6),
    };

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        (int trees, double rate, int leaves, int smallest, double columns) = Read(part);
        if (trees < 2000 && rate > 0.01)
        {
            yield return new Step("slower", $"Boosts FastTree in smaller steps: {trees * 2} trees at half the rate usually generalise better.", 1.1, Make(trees * 2, rate / 2, leaves, smallest, columns));
        }

        if (leaves < 128)
        {
            yield return new Step("larger", $"Gives each tree of FastTree {leaves * 2} leaves for deeper interactions.", 0.8, Make(trees, rate, leaves * 2, smallest, columns));
        }

        if (leaves > 5)
        {
            yield return new Step("smaller", $"Gives each tree of FastTree only {Math.Max(leaves / 2, 4)} leaves: less noise is learnt.", 0.7, Make(trees, rate, Math.Max(leaves / 2, 4), smallest, columns));
        }

        if (trees < 2000)
        {
            yield return new Step("longer", $"Boosts FastTree for {trees * 3 / 2} rounds instead of {trees}.", 0.8, Make(trees * 3 / 2, rate, leaves, smallest, columns));
        }

        yield return new Step("steadier", $"Asks for {smallest * 2} rows a leaf of FastTree.", 0.5, Make(trees, rate, leaves, smallest * 2, columns));
    }

    public override void WriteCSharp(Script script, Part part)
    {
        (int trees, double rate, int leaves, int smallest, double columns) = Read(part);
        string kind = script.Problem.Goal == Goal.Number ? "Regression" : "Binary";
        string catalogue = script.Problem.Goal == Goal.Number ? "ml.Regression" : "ml.BinaryClassification";
        script.Import("Microsoft.ML.Trainers.FastTree");
        WriteTrainer(script, part, OneAgainstAll(script.Problem, $$"""
            {{catalogue}}.Trainers.FastTree(new FastTree{{kind}}Trainer.Options
            {
                NumberOfTrees = {{trees}}, LearningRate = {{PythonText.Number(rate)}}, NumberOfLeaves = {{leaves}}, MinimumExampleCountPerLeaf = {{smallest}},{{Weighed(script)}}
                FeatureFraction = {{PythonText.Number(columns)}}, Seed = seed, FeatureSelectionSeed = seed, NumberOfThreads = 1,
            })
            """));
    }

    public override double Seconds(Problem problem, Part part, double rows, double others, int columns)
    {
        (int trees, _, int leaves, _, double some) = Read(part);
        double tree = 0.001 + (leaves * 5e-5) + (rows * columns * some * 2.5e-9 * Math.Log2(leaves + 1)) + (rows * 6e-8);
        return 0.3 + (problem.Outputs * trees * (tree + (others * 1e-7)));
    }

    public override Part? Cheaper(Problem problem, Part part)
    {
        (int trees, double rate, int leaves, int smallest, double columns) = Read(part);
        return trees <= 20 ? null : Make(trees / 3, Math.Min(rate * 2, 0.4), Math.Max(leaves * 2 / 3, 6), smallest, columns);
    }

    private static Part Make(int trees, double rate, int leaves, int smallest, double columns) =>
        Part.Of(Key).Set("trees", trees).Set("rate", rate).Set("leaves", leaves).Set("smallest", smallest).Set("columns", columns);

    private static (int Trees, double Rate, int Leaves, int Smallest, double Columns) Read(Part part) =>
        (Math.Clamp(part.Whole("trees", 150), 1, 5000), Math.Clamp(part.Number("rate", 0.08), 1e-3, 1), Math.Clamp(part.Whole("leaves", 31), 2, 1000),
            Math.Clamp(part.Whole("smallest", 20), 1, 10_000), Math.Clamp(part.Number("columns", 0.8), 0.05, 1));
}
