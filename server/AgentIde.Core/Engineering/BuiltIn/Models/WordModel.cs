using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>Words and pieces of words, weighed by rarity, into a linear model.</summary>
internal sealed class WordModel : ModelFamily
{
    public const string Key = "words";

    public override string Name => Key;

    public override bool Fits(Problem problem) => base.Fits(problem) && problem.Texts.Any();

    public override string Words(Problem problem) => "words";

    public override bool HasChance(Part part) => false;

    public override bool SeesFeatures => false;

    protected override ImmutableArray<Dial> Dials { get; } = [new("c", [3, 10, 30, 100, 300]), new("pieces", [0, 1])];

    protected override string Reason(Problem problem, Part part) =>
        $"words{(Read(part).Pieces ? " and pieces of words" : "")} of {PythonText.Names([.. problem.Texts.Select(column => column.Name)])}, weighed by rarity; case and marks are kept, they tell who writes.";

    public override Part Default(Problem problem) => Make(problem.Goal == Goal.TwoClasses ? 300 : 30, false);

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        (double c, bool pieces) = Read(part);
        if (!pieces)
        {
            // For classes there is a family of pieces, which blends better than it joins.
            double promise = problem.Goal == Goal.Number ? 2.2 : 0.9;
            yield return new Step("pieces", "Adds pieces of words, 2 to 5 letters: endings, misspellings and marks count too.", promise, Make(c, true));
        }

        yield return new Step("weaker penalty", "Lets the model of words follow the data more: a third of the penalty.", 0.8, Make(c * 3, pieces));
        yield return new Step("stronger penalty", "Holds the model of words back: three times the penalty.", 0.6, Make(c / 3, pieces));
    }

    public override void Write(Script script, Part part)
    {
        (double c, bool pieces) = Read(part);
        bool number = script.Problem.Goal == Goal.Number;
        script.From("sklearn.compose", "make_column_transformer");
        script.From("sklearn.feature_extraction.text", "TfidfVectorizer");
        script.From("sklearn.pipeline", "make_pipeline");
        script.From("sklearn.linear_model", number ? "Ridge" : "LogisticRegression");
        List<string> readers = ["*((TfidfVectorizer(ngram_range=(1, 2), min_df=2, lowercase=False, token_pattern=r\"\\w+|[^\\w\\s]\", sublinear_tf=True), name) for name in texts)"];
        if (pieces)
        {
            readers.Add(Pieces.Reader(5));
        }

        string model = number ? $"Ridge(alpha={PythonText.Number(30 / c)})" : $"LogisticRegression(C={PythonText.Number(c)}, solver=\"liblinear\")";
        WriteModel(script, part, $"make_pipeline(\n    make_column_transformer(\n        {string.Join(",\n        ", readers)}),\n    {model})");
    }

    public override double Seconds(Problem problem, Part part, double rows, double others, int columns)
    {
        double letters = problem.Texts.Sum(column => Math.Max(column.MeanLength, 1));
        bool pieces = Read(part).Pieces;
        return (rows + others) * letters * (pieces ? 2.5e-6 : 5e-7) + rows * letters * problem.Outputs * (pieces ? 5e-7 : 5e-8);
    }

    public override Part? Cheaper(Problem problem, Part part) => Read(part).Pieces ? Make(Read(part).C, false) : null;

    private static Part Make(double c, bool pieces) => Part.Of(Key).Set("c", c).Set("pieces", pieces ? 1 : 0);

    private static (double C, bool Pieces) Read(Part part) => (Math.Clamp(part.Number("c", 30), 1e-3, 1e6), part.Whole("pieces", 0) == 1);
}
