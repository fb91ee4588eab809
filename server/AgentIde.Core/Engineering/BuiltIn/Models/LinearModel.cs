using System.Collections.Immutable;
using AgentIde.Core.Engineering.BuiltIn.Components;

namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>Ridge or logistic regression on scaled numbers and one-hot categories; squares and products where they are few.</summary>
internal sealed class LinearModel : ModelFamily
{
    public const string Key = "linear";

    public override string Name => Key;

    public override string Words(Problem problem) => problem.Goal == Goal.Number ? "ridge regression" : "logistic regression";

    public override bool HasChance(Part part) => false;

    public override bool IsOnScale => true;

    protected override ImmutableArray<Dial> Dials { get; } = [new("penalty", [0.01, 0.1, 1, 10, 100, 1000]), new("degree", [1, 2])];

    protected override string Reason(Problem problem, Part part)
    {
        string products = Read(problem, part).Degree > 1 ? " with squares and products of the numbers" : "";
        return $"{Words(problem)}{products}: quick, smooth, and right where a straight line is; the mark that others must beat.";
    }

    public override Part Default(Problem problem) =>
        Make(problem.Goal == Goal.TwoClasses ? 20 : problem.Goal == Goal.Number && Catalogue.Get(CalendarClasses.Key).Fits(problem) ? 0.1 : 1, problem.Numbers.Count() is > 0 and <= 20 && problem.Goal != Goal.TwoClasses && problem.Outputs <= 5 ? 2 : 1);

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        (double penalty, int degree) = Read(problem, part);
        if (degree == 1 && CanMultiply(problem))
        {
            yield return new Step("products", $"Gives {Words(problem)} squares and products of the numbers.", 1.2, Make(penalty, 2));
        }

        yield return new Step("weaker penalty", $"Lets {Words(problem)} follow the data more: a tenth of the penalty.", 0.6, Make(penalty / 10, degree));
        yield return new Step("stronger penalty", $"Holds {Words(problem)} back: ten times the penalty.", 0.6, Make(penalty * 10, degree));
    }

    public override void Write(Script script, Part part)
    {
        (double penalty, int degree) = Read(script.Problem, part);
        string? products = null;
        if (degree > 1)
        {
            script.From("sklearn.preprocessing", "PolynomialFeatures", "StandardScaler");
            products = "PolynomialFeatures(2, include_bias=False), StandardScaler()";
        }

        bool number = script.Problem.Goal == Goal.Number;
        script.From("sklearn.linear_model", number ? "Ridge" : "LogisticRegression");
        WriteModel(script, part, OnScale(script, number
            ? $"Ridge(alpha={PythonText.Number(penalty)})"
            : $"LogisticRegression(C={PythonText.Number(1 / penalty)}, max_iter=200)", products));
    }

    public override double Seconds(Problem problem, Part part, double rows, double others, int columns)
    {
        (_, int degree) = Read(problem, part);
        // Products are of numbers alone, not of classes of days; a name is a column for each of its values.
        double numbers = Math.Min(columns, problem.Numbers.Count() + (3 * problem.Dates.Count()) + 6), names = problem.Names.Sum(column => (double)Math.Min(column.Distinct, 200));
        double width = columns + names + (degree > 1 ? numbers * (numbers + 1) / 2 : 0);
        return problem.Goal == Goal.Number
            ? rows * width * width * 3e-10 + (rows + others) * width * 1e-8
            : (rows * width * (problem.Goal == Goal.ManyClasses ? problem.Outputs * 3e-7 : 1e-7)) + ((rows + others) * width * 2e-8);
    }

    public override Part? Cheaper(Problem problem, Part part)
    {
        (double penalty, int degree) = Read(problem, part);
        return degree > 1 ? Make(penalty, 1) : null;
    }

    public override Part? Steadier(Problem problem, Part part)
    {
        (double penalty, int degree) = Read(problem, part);
        return penalty >= 1e5 ? null : Make(penalty * 100, degree);
    }

    private static bool CanMultiply(Problem problem) => problem.Numbers.Count() is > 0 and <= 60;

    private static Part Make(double penalty, int degree) => Part.Of(Key).Set("penalty", penalty).Set("degree", degree);

    private static (double Penalty, int Degree) Read(Problem problem, Part part) =>
        (Math.Clamp(part.Number("penalty", 1), 1e-6, 1e8), CanMultiply(problem) ? Math.Clamp(part.Whole("degree", 1), 1, 2) : 1);
}
