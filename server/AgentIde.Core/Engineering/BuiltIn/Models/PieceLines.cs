using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>
/// Pieces of words into logistic regression: where two kinds of text part almost cleanly, misspellings, marks and markup
/// tell what whole words don't, and the penalty must be weak.
/// </summary>
internal sealed class PieceLines : ModelFamily
{
    public const string Key = "piece-lines";

    public override string Name => Key;

    public override bool Fits(Problem problem) => base.Fits(problem) && problem.Texts.Any() && problem.Goal != Goal.Number;

    public override string Words(Problem problem) => "logistic regression on pieces of words";

    public override bool HasChance(Part part) => false;

    public override bool SeesFeatures => false;

    protected override ImmutableArray<Dial> Dials { get; } = [new("c", [10, 30, 100, 300, 1000]), new("longest", [3, 4, 5])];

    protected override string Reason(Problem problem, Part part) =>
        $"pieces of words of {PythonText.Names([.. problem.Texts.Select(column => column.Name)])}, 2 to {Read(part).Longest} letters, weighed by rarity: misspellings, marks and markup count too.";

    public override Part Default(Problem problem) => Make(problem.Goal == Goal.TwoClasses ? 300 : 30, 5);

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        (double c, int longest) = Read(part);
        yield return new Step("weaker penalty", "Lets the regression on pieces of words follow the data more: a third of the penalty.", 0.7, Make(c * 3, longest));
        yield return new Step("stronger penalty", "Holds the regression on pieces of words back: three times the penalty.", 0.6, Make(c / 3, longest));
        if (longest < 6)
        {
            yield return new Step("longer", $"Reads pieces of words of up to {longest + 1} letters in the regression.", 0.5, Make(c, longest + 1));
        }
    }

    public override void Write(Script script, Part part)
    {
        (double c, int longest) = Read(part);
        script.From("sklearn.linear_model", "LogisticRegression");
        WriteModel(script, part, Pieces.Into(script, longest, $"LogisticRegression(C={PythonText.Number(c)}, solver=\"liblinear\")"));
    }

    public override double Seconds(Problem problem, Part part, double rows, double others, int columns)
    {
        double letters = problem.Texts.Sum(column => Math.Max(column.MeanLength, 1)), pieces = (Read(part).Longest - 1) / 4.0;
        return pieces * letters * (((rows + others) * 2.2e-6) + (rows * problem.Outputs * 4e-7));
    }

    public override Part? Cheaper(Problem problem, Part part) => Read(part) is { Longest: > 3 } read ? Make(read.C, 3) : null;

    private static Part Make(double c, int longest) => Part.Of(Key).Set("c", c).Set("longest", longest);

    private static (double C, int Longest) Read(Part part) => (Math.Clamp(part.Number("c", 100), 1e-3, 1e6), Math.Clamp(part.Whole("longest", 5), 2, 8));
}
