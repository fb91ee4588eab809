using System.Collections.Immutable;
using AgentIde.Core.Engineering.BuiltIn.Components;

namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>
/// A linear model with a column for each category, each day, and each pair of these: it learns what holds for one place on
/// one day, and errs elsewhere than trees, which share such rows out among their cuts.
/// </summary>
internal sealed class PairLines : ModelFamily
{
    public const string Key = "pair-lines";

    private const int MostColumns = 6;
    private const int MostValues = 5000;

    public override string Name => Key;

    /// <summary>Where pairs are of half of the columns at least: a model that leaves most of them out may win on few rows, by luck.</summary>
    public override bool Fits(Problem problem) => base.Fits(problem) && problem.Goal != Goal.ManyClasses && Columns(problem).Skip(1).Any()
        && 2 * (Names(problem).Count() + Math.Min(problem.Dates.Count(), 1)) >= problem.Inputs.Length;

    public override string Words(Problem problem) => problem.Goal == Goal.Number ? "ridge regression on pairs" : "logistic regression on pairs";

    public override bool HasChance(Part part) => false;

    public override bool SeesFeatures => false;

    protected override ImmutableArray<Dial> Dials { get; } = [new("penalty", [1, 3, 7, 20, 60])];

    protected override string Reason(Problem problem, Part part) =>
        $"{Words(problem)} of {PythonText.Names([.. Columns(problem)])}: a level for each value and for each pair of values.";

    public override Part Default(Problem problem) => Make(7);

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        double penalty = Read(part);
        yield return new Step("weaker penalty", $"Lets {Words(problem)} follow the data more: a third of the penalty.", 0.6, Make(penalty / 3));
        yield return new Step("stronger penalty", $"Holds {Words(problem)} back: three times the penalty.", 0.6, Make(penalty * 3));
    }

    public override void Write(Script script, Part part)
    {
        bool number = script.Problem.Goal == Goal.Number;
        string[] columns = [.. Columns(script.Problem).Where(name => script.Categories.Contains(name) || script.Numbers.Contains(name))];
        script.From("itertools", "combinations");
        script.From("sklearn.linear_model", number ? "Ridge" : "LogisticRegression");
        script.From("sklearn.pipeline", "make_pipeline");
        script.From("sklearn.preprocessing", "FunctionTransformer", "OneHotEncoder");
        string model = number ? $"Ridge(alpha={PythonText.Number(Read(part))})" : $"LogisticRegression(C={PythonText.Number(1 / Read(part))}, solver=\"liblinear\")";
        WriteModel(script, part, $"make_pipeline(FunctionTransformer(pairs), OneHotEncoder(handle_unknown=\"ignore\"), {model})", $$"""
            def pairs(rows):
                values = rows[{{PythonText.List(columns).Replace("\n", "\n    ", StringComparison.Ordinal)}}].fillna(-1).round().astype("int64")
                return np.column_stack([values, *(values[one] * 100_000 + values[other] for one, other in combinations(values, 2))])



            """);
    }

    public override double Seconds(Problem problem, Part part, double rows, double others, int columns)
    {
        int width = Columns(problem).Count();
        return (rows + others) * width * width * 1.5e-6;
    }

    public override Part? Cheaper(Problem problem, Part part) => null;

    public override Part? Steadier(Problem problem, Part part) => Read(part) >= 1e4 ? null : Make(Read(part) * 10);

    /// <summary>Names of categories with not too many values, those with most first, and the days, weekdays and hours of a date.</summary>
    private static IEnumerable<string> Columns(Problem problem) => Names(problem)
        .Concat(Names(problem).Any() ? problem.Dates.Take(1).SelectMany(column => (string[])[$"{column.Name} day", $"{column.Name} weekday", $"{column.Name} hour"]) : []);

    private static IEnumerable<string> Names(Problem problem) => problem.Names.Where(column => column.Distinct is > 2 and <= MostValues)
        .OrderByDescending(column => column.Distinct).Take(MostColumns - (Math.Min(problem.Dates.Count(), 1) * 3)).Select(column => column.Name);

    private static Part Make(double penalty) => Part.Of(Key).Set("penalty", penalty);

    private static double Read(Part part) => Math.Clamp(part.Number("penalty", 7), 1e-3, 1e6);
}
