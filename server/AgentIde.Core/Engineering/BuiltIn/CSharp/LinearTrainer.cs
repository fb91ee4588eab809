using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn.CSharp;

/// <summary>ML.NET's linear models on scaled columns: coordinate ascent (SDCA) for numbers, L-BFGS for classes.</summary>
internal sealed class LinearTrainer : CSharpFamily
{
    public const string Key = "ml-linear";

    public override string Name => Key;

    protected override string Function => "Linear";

    public override string Words(Problem problem) => problem.Goal == Goal.Number ? "linear regression" : "logistic regression";

    public override bool HasChance(Part part) => false;

    protected override ImmutableArray<Dial> Dials { get; } = [new("penalty", [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10])];

    protected override string Reason(Problem problem, Part part) =>
        $"{Words(problem)} on scaled columns: quick, smooth, and right where a straight line is; the mark that others must beat.";

    public override Part Default(Problem problem) => Make(problem.Goal == Goal.Number ? 1e-5 : 1);

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        double penalty = Read(part);
        yield return new Step("weaker penalty", $"Lets {Words(problem)} follow the data more: a tenth of the penalty.", 0.6, Make(penalty / 10));
        yield return new Step("stronger penalty", $"Holds {Words(problem)} back: ten times the penalty.", 0.6, Make(penalty * 10));
    }

    public override void WriteCSharp(Script script, Part part)
    {
        string penalty = PythonText.Number(Read(part));
        script.Import("Microsoft.ML.Trainers");
        string trainer = script.Problem.Goal switch
        {
            Goal.Number => $"ml.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options {{ L2Regularization = {penalty}f, L1Regularization = 0, MaximumNumberOfIterations = 30,{Weighed(script)} NumberOfThreads = 1 }})",
            Goal.TwoClasses => $"ml.BinaryClassification.Trainers.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options {{ L2Regularization = {penalty}f, L1Regularization = 0, NumberOfThreads = 1 }})",
            _ => $"ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options {{ L2Regularization = {penalty}f, L1Regularization = 0, NumberOfThreads = 1 }})",
        };
        script.Import("Microsoft.ML.Transforms");
        WriteTrainer(script, part, $"ml.Transforms.ReplaceMissingValues(\"Features\", replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean)\n    .Append(ml.Transforms.NormalizeMeanVariance(\"Features\", fixZero: false)).AppendCacheCheckpoint(ml)\n    .Append({trainer})");
    }

    public override double Seconds(Problem problem, Part part, double rows, double others, int columns)
    {
        double width = columns + problem.Categories.Sum(column => (double)Math.Min(column.Distinct, 12));
        return 0.3 + (rows * width * (problem.Goal == Goal.Number ? 2.5e-7 : 4e-7 * Math.Max(problem.Outputs, 1))) + ((rows + others) * width * 2e-8);
    }

    public override Part? Cheaper(Problem problem, Part part) => null;

    private static Part Make(double penalty) => Part.Of(Key).Set("penalty", penalty);

    private static double Read(Part part) => Math.Clamp(part.Number("penalty", 1e-4), 1e-9, 1e4);
}
