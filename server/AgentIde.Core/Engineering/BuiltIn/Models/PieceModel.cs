using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>
/// Pieces of words into naive Bayes: fitted in one pass, and wrong in other places than a linear model of whole words.
/// </summary>
internal sealed class PieceModel : ModelFamily
{
    public const string Key = "word-pieces";

    public override string Name => Key;

    public override bool Fits(Problem problem) => base.Fits(problem) && problem.Texts.Any() && problem.Goal != Goal.Number;

    public override string Words(Problem problem) => "naive Bayes on pieces of words";

    public override bool HasChance(Part part) => false;

    public override bool SeesFeatures => false;

    protected override ImmutableArray<Dial> Dials { get; } = [new("smoothing", [0.01, 0.02, 0.05, 0.1, 0.3]), new("longest", [4, 5, 6])];

    protected override string Reason(Problem problem, Part part) =>
        $"naive Bayes on pieces of words of {PythonText.Names([.. problem.Texts.Select(column => column.Name)])}, 2 to {Read(part).Longest} letters: endings, names and marks; fitted in one pass.";

    public override Part Default(Problem problem) => Make(0.05, 5);

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        (double smoothing, int longest) = Read(part);
        yield return new Step("less smoothing", "Believes rare pieces of words more: a third of the smoothing.", 0.6, Make(smoothing / 3, longest));
        yield return new Step("more smoothing", "Believes rare pieces of words less: three times the smoothing.", 0.6, Make(smoothing * 3, longest));
        if (longest < 6)
        {
            yield return new Step("longer", $"Reads pieces of words of up to {longest + 1} letters.", 0.5, Make(smoothing, longest + 1));
        }
    }

    public override void Write(Script script, Part part)
    {
        (double smoothing, int longest) = Read(part);
        script.From("sklearn.naive_bayes", "MultinomialNB");
        WriteModel(script, part, Pieces.Into(script, longest, $"MultinomialNB(alpha={PythonText.Number(smoothing)})"));
    }

    public override double Seconds(Problem problem, Part part, double rows, double others, int columns) =>
        (rows + others) * problem.Texts.Sum(column => Math.Max(column.MeanLength, 1)) * (Read(part).Longest - 1) * 5e-7;

    public override Part? Cheaper(Problem problem, Part part) => Read(part) is { Longest: > 3 } read ? Make(read.Smoothing, 3) : null;

    private static Part Make(double smoothing, int longest) => Part.Of(Key).Set("smoothing", smoothing).Set("longest", longest);

    private static (double Smoothing, int Longest) Read(Part part) => (Math.Clamp(part.Number("smoothing", 0.05), 1e-6, 1e3), Math.Clamp(part.Whole("longest", 5), 2, 8));
}
