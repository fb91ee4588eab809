using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering.BuiltIn.CSharp;

/// <summary>
/// A kind of model of ML.NET. It writes one function from a context and a seed to an unfitted trainer, which the folds
/// call, so that folds, seeds and blends treat all families alike.
/// </summary>
internal abstract class CSharpFamily : ModelFamily
{
    public sealed override bool Fits(Problem problem) => problem is { IsLearnable: true, Language: ProgramLanguage.CSharp } && Suits(problem);

    /// <summary>Whether the data are of a kind and size for it.</summary>
    protected virtual bool Suits(Problem problem) => true;

    public sealed override void Write(Script script, Part part) =>
        throw new InvalidOperationException($"{Name} is written in C# alone.");

    /// <summary>The name of its function: <c>FastTree</c>.</summary>
    protected abstract string Function { get; }

    /// <summary><paramref name="trainer"/> is an expression of <c>ml</c> and <c>seed</c>, and may be several lines.</summary>
    protected void WriteTrainer(Script script, Part part, string trainer)
    {
        script.Import("Microsoft.ML");
        script.Segment(Block, Reason(script.Problem, part), $"IEstimator<ITransformer> {Function}(MLContext ml, int seed) => {trainer};");
        script.Models.Add(Function);
    }

    /// <summary>ML.NET's catalogue for what is predicted.</summary>
    protected static string Catalogue(Problem problem) => problem.Goal switch
    {
        Goal.Number => "ml.Regression",
        Goal.TwoClasses => "ml.BinaryClassification",
        _ => "ml.MulticlassClassification",
    };

    /// <summary>An option for programs that weigh their rows.</summary>
    protected static string Weighed(Script script) => script.Recipe.Has(MedianWeights.Key) ? " ExampleWeightColumnName = \"Weight\"," : "";

    /// <summary>A trainer of two classes once for each class, against all others.</summary>
    protected static string OneAgainstAll(Problem problem, string trainer) =>
        problem.Goal == Goal.ManyClasses ? $"ml.MulticlassClassification.Trainers.OneVersusAll({trainer})" : trainer;
}
