using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>
/// The same guess for every row, by the answers alone: for data that nothing can be learnt from, and where all else
/// failed. It reads no column, so that nothing in the data can break it.
/// </summary>
internal sealed class Baseline : ModelFamily
{
    public const string Key = "baseline";

    public override string Name => Key;

    /// <summary>Where something can be learnt it is no idea of its own, but the last resort of <see cref="Drafts"/>.</summary>
    public override bool Fits(Problem problem) => !problem.IsLearnable;

    public override string Words(Problem problem) => problem switch
    {
        { Goal: Goal.Number, Metric: "mae" } => "the median",
        { Goal: Goal.Number } => "the mean",
        { Task.Metric.Predicts: Runs.PredictionKind.Labels } => "the most frequent class",
        _ => "the shares of the classes",
    };

    public override bool HasChance(Part part) => false;

    protected override ImmutableArray<Dial> Dials => [];

    protected override string Reason(Problem problem, Part part) =>
        $"{Words(problem)} for every row: of all guesses that look at no column, the best by {problem.Task.Metric.DisplayName}.";

    public override Part Default(Problem problem) => Part.Of(Key);

    protected override IEnumerable<Step> Steps(Problem problem, Part part) => [];

    public override void Write(Script script, Part part)
    {
        bool number = script.Problem.Goal == Goal.Number;
        string strategy = !number ? "prior" : script.Problem.Metric == "mae" ? "median" : "mean";
        script.From("sklearn.dummy", $"Dummy{Kind(script.Problem)}");
        WriteModel(script, part, $"Dummy{Kind(script.Problem)}(strategy=\"{strategy}\")");
    }

    public override void WriteCSharp(Script script, Part part)
    {
        string shares = "[.. classes.Select((_, i) => answers.Count(answer => answer == i) / (double)answers.Length)]";
        string guess = script.Problem switch
        {
            { Goal: Goal.Number, Metric: "mae" } => "[answers.Order().ElementAt(answers.Length / 2)]",
            { Goal: Goal.ManyClasses } => shares,
            _ => "[answers.Average()]",
        };
        script.Segment(Block, Reason(script.Problem, part), $"""
            double[] Guess(double[] answers) => {guess};
            double[][] folds = [.. Enumerable.Range(0, Folds).Select(fold => Guess([.. y.Where((_, row) => foldOf[row] != fold)]))];
            double[][] guess = [.. foldOf.Select(fold => folds[fold]), .. order.Select(_ => Guess(y))];
            """);
    }

    public override double Seconds(Problem problem, Part part, double rows, double others, int columns) => (rows + others) * 1e-8;

    public override Part? Cheaper(Problem problem, Part part) => null;
}
