using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>xgboost: boosting with samples of rows and columns.</summary>
internal sealed class XgBoost : ModelFamily
{
    public const string Key = "xgboost";

    public override string Name => Key;

    public override string? Module => "xgboost";

    /// <summary>It refuses names of columns with brackets, and classes that are not numbered without a gap.</summary>
    public override bool Fits(Problem problem) => base.Fits(problem) && !problem.LacksClasses && !problem.Inputs.Any(column => column.Name.AsSpan().IndexOfAny("[]<>") >= 0);

    public override string Words(Problem problem) => "xgboost";

    protected override ImmutableArray<Dial> Dials { get; } =
    [
        new("trees", [100, 200, 350, 600]), new("rate", [0.03, 0.05, 0.08, 0.15]), new("depth", [2, 3, 4, 6, 7, 9]), new("rows", [0.6, 0.8, 1]),
        new("columns", [0.4, 0.6, 0.8, 1]), new("weight", [1, 3, 10, 30]),
    ];

    protected override string Reason(Problem problem, Part part) =>
        $"xgboost: each tree sees {Read(part).Rows:P0} of the rows and {Read(part).Columns:P0} of the columns, so that the sum follows less noise.";

    public override Part Default(Problem problem) => problem.Goal switch
    {
        Goal.Number => Make(400, 0.06, 7, 0.8, 0.7, 3),
        Goal.TwoClasses => Make(150, 0.05, 3, 0.8, 0.5, 10),
        _ => Make(problem.Outputs > 10 ? 120 : 200, 0.2, 6, 0.8, 0.6, 1),
    };

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        (int trees, double rate, int depth, double rows, double columns, double weight) = Read(part);
        if (trees < 2000 && rate > 0.01)
        {
            yield return new Step("slower", $"Lets xgboost take smaller steps: {trees * 2} trees at half the rate usually generalise better.", 1.1, Make(trees * 2, rate / 2, depth, rows, columns, weight));
        }

        if (depth < 12)
        {
            yield return new Step("deeper", $"Lets xgboost's trees grow to depth {depth + 2} for more interactions.", 0.7, Make(trees, rate, depth + 2, rows, columns, weight));
        }

        if (depth > 2)
        {
            yield return new Step("shallower", $"Keeps xgboost's trees at depth {depth - 1}: less noise is learnt.", 0.7, Make(trees, rate, depth - 1, rows, columns, weight));
        }

        if (columns > 0.3)
        {
            yield return new Step("fewer columns", $"Shows each tree of xgboost only {Math.Max(columns - 0.2, 0.2):P0} of the columns.", 0.6, Make(trees, rate, depth, rows, Math.Round(Math.Max(columns - 0.2, 0.2), 2), weight));
        }

        yield return new Step("heavier", $"Asks for {PythonText.Number(weight * 3)} rows' weight in each leaf of xgboost.", 0.5, Make(trees, rate, depth, rows, columns, weight * 3));
    }

    public override void Write(Script script, Part part)
    {
        (int trees, double rate, int depth, double rows, double columns, double weight) = Read(part);
        script.From("xgboost", $"XGB{Kind(script.Problem)}");
        WriteModel(script, part, OnTable(script, $"""
            XGB{Kind(script.Problem)}(
                n_estimators={trees}, learning_rate={PythonText.Number(rate)}, max_depth={depth}, subsample={PythonText.Number(rows)},
                colsample_bytree={PythonText.Number(columns)}, min_child_weight={PythonText.Number(weight)}, tree_method="hist", n_jobs=1)
            """, refusesGaps: false));
    }

    public override double Seconds(Problem problem, Part part, double rows, double others, int columns)
    {
        (int trees, _, int depth, double share, double some, _) = Read(part);
        double tree = 0.0004 + (rows * share * columns * some * depth * 2.2e-9) + (rows * 2e-8) + (Math.Pow(2, Math.Min(depth, 9)) * 3e-6);
        return problem.Outputs * trees * (tree + (others * 3e-8));
    }

    public override Part? Cheaper(Problem problem, Part part)
    {
        (int trees, double rate, int depth, double rows, double columns, double weight) = Read(part);
        return trees <= 25 ? null : Make(trees / 3, Math.Min(rate * 2, 0.3), Math.Max(depth - 1, 2), rows, columns, weight);
    }

    private static Part Make(int trees, double rate, int depth, double rows, double columns, double weight) =>
        Part.Of(Key).Set("trees", trees).Set("rate", rate).Set("depth", depth).Set("rows", rows).Set("columns", columns).Set("weight", weight);

    private static (int Trees, double Rate, int Depth, double Rows, double Columns, double Weight) Read(Part part) =>
        (Math.Clamp(part.Whole("trees", 200), 1, 5000), Math.Clamp(part.Number("rate", 0.08), 1e-3, 1), Math.Clamp(part.Whole("depth", 6), 1, 16),
            Math.Clamp(part.Number("rows", 0.8), 0.1, 1), Math.Clamp(part.Number("columns", 0.7), 0.05, 1), Math.Clamp(part.Number("weight", 1), 0, 1e6));
}
