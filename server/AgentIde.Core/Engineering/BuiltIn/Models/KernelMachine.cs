using System.Collections.Immutable;

namespace AgentIde.Core.Engineering.BuiltIn.Models;

/// <summary>Support vectors with a Gaussian kernel: strong where a few dense numbers make smooth borders.</summary>
internal sealed class KernelMachine : ModelFamily
{
    public const string Key = "kernel-machine";

    public override string Name => Key;

    /// <summary>Time grows with the square of the rows.</summary>
    public override bool Fits(Problem problem) => base.Fits(problem) && problem.Numbers.Count() is >= 2 and <= 1000 && problem.Rows <= 25_000;

    public override string Words(Problem problem) => "support vectors";

    public override bool HasChance(Part part) => false;

    public override bool IsOnScale => true;

    protected override ImmutableArray<Dial> Dials { get; } = [new("c", [1, 3, 10, 30, 100]), new("width", [0.5, 1, 2, 3, 4])];

    protected override string Reason(Problem problem, Part part) =>
        $"support vectors with a Gaussian kernel: they draw the smooth borders best that {PythonText.Count(problem.Numbers.Count(), "dense number")} make.";

    public override Part Default(Problem problem) => problem.Goal switch
    {
        Goal.ManyClasses => Make(problem.Numbers.Count() > 200 ? 10 : 30, problem.Numbers.Count() > 200 ? 1 : 2),
        _ => Make(1, 1),
    };

    protected override IEnumerable<Step> Steps(Problem problem, Part part)
    {
        (double c, double width) = Read(part);
        yield return new Step("harder", "Lets the support vectors err less on train: three times the cost of an error.", 0.6, Make(c * 3, width));
        yield return new Step("softer", "Lets the support vectors err more on train: a third of the cost of an error.", 0.5, Make(c / 3, width));
        yield return new Step("narrower", "Makes the kernel narrower, so that borders bend more.", 0.6, Make(c, width * 1.5));
        yield return new Step("wider", "Makes the kernel wider, so that borders are smoother.", 0.6, Make(c, width / 1.5));
    }

    public override void Write(Script script, Part part)
    {
        (double c, double width) = Read(part);
        bool number = script.Problem.Goal == Goal.Number;
        string gamma = PythonText.Number(width / Math.Max(script.Numbers.Count, 1));
        if (number)
        {
            script.From("sklearn.svm", "SVR");
        }
        else
        {
            Margins.Write(script);
        }

        WriteModel(script, part, OnScale(script, number
            ? $"SVR(C={PythonText.Number(c)}, gamma={gamma}, epsilon={PythonText.Number(Epsilon(script))})"
            : $"MarginSVC(C={PythonText.Number(c)}, gamma={gamma}, decision_function_shape=\"ovo\", cache_size=500)"));
    }

    public override double Seconds(Problem problem, Part part, double rows, double others, int columns)
    {
        // Many classes part cleanly, but each pair of them is a fit; two noisy ones keep more of the rows.
        double width = Math.Max(columns / 16.0, 0.5);
        (double fit, double margin) = problem.Goal switch
        {
            Goal.ManyClasses => (1.1e-8, 2.5e-8),
            Goal.TwoClasses => (1.3e-8, 8e-9),
            _ => (2.5e-8, 1.2e-8),
        };
        return (rows * rows * fit * width) + (rows * others * margin * width);
    }

    public override Part? Cheaper(Problem problem, Part part) => null;

    private static double Epsilon(Script script) => script.LogTarget ? 0.02 : 0.05 * (script.Problem.Label?.Numbers?.StandardDeviation ?? 1);

    private static Part Make(double c, double width) => Part.Of(Key).Set("c", c).Set("width", width);

    private static (double C, double Width) Read(Part part) => (Math.Clamp(part.Number("c", 1), 1e-4, 1e6), Math.Clamp(part.Number("width", 1), 1e-4, 1e4));
}
