using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Engineering.BuiltIn.Mends;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// Wall seconds that a program should take, from rows, columns, classes and cores: as fitted to runs on a core of 2024, times
/// what this run's programs took of that (<see cref="Pace"/>).
/// </summary>
internal static class Costs
{
    private const double PythonStart = 2.0;

    /// <summary>The compiler's time and the just-in-time compiler's.</summary>
    private const double CSharpStart = 4.0;

    public static double Seconds(Problem problem, Recipe recipe)
    {
        int folds = recipe.Folds;
        double rows = RowSample.RowsOf(problem, recipe[RowSample.Key]);
        double pool = recipe.Has(Pool.Key) ? Pool.Trials(recipe.Models.Count()) * rows * problem.Outputs * recipe.Models.Count() * 1.2e-8 : 0;
        double means = recipe.Has(TargetMeans.Key) ? folds * recipe.Seeds * recipe.Models.Count() * (rows + problem.Profile.TestRows) * 3e-6 : 0;
        double table = (rows + problem.Profile.TestRows) * Columns(problem, recipe) * 1e-7;
        double words = recipe.Has(CommonWords.Key) ? (rows + problem.Profile.TestRows) * problem.Texts.Sum(column => Math.Max(column.MeanLength, 1)) * 4e-7 : 0;
        double start = Math.Min(problem.Language == Runs.ProgramLanguage.CSharp ? CSharpStart : PythonStart, problem.Pace.Quickest ?? double.PositiveInfinity);
        return start + (problem.Pace.Machine * (pool + means + table + words)) + recipe.Models.Sum(model => problem.Pace.Of(model.Family) * Of(problem, recipe, model.Family, model.Part));
    }

    /// <summary>What one of the models takes of it, as estimated.</summary>
    public static double Of(Problem problem, Recipe recipe, ModelFamily family, Part part)
    {
        int folds = recipe.Folds;
        double rows = RowSample.RowsOf(problem, recipe[RowSample.Key]), learnt = rows * (folds - 1) / folds, predicted = (rows / folds) + problem.Profile.TestRows;
        double workers = recipe.Has(LessMemory.Key) ? 1.0 : problem.Cores;
        int classes = family.IsOnScale && recipe.Has(CalendarClasses.Key) ? CalendarClasses.Width * problem.Dates.Count() : 0;
        int width = Columns(problem, recipe) + classes;
        return (recipe.Has(CSharp.MedianWeights.Key) ? 2 : 1) * (recipe.Has(AllRows.Key)
            ? recipe.Seeds * Whole(family.Seconds(problem, part, rows, problem.Profile.TestRows, width), folds * family.Seconds(problem, part, learnt, rows / folds, width), workers)
            : Math.Ceiling(folds * recipe.Seeds / workers) * family.Seconds(problem, part, learnt, predicted, width));
    }

    /// <summary>One fit on all rows beside those of the folds.</summary>
    private static double Whole(double whole, double folds, double workers) => Math.Max(whole, (whole + folds) / workers);

    private static int Columns(Problem problem, Recipe recipe) =>
        problem.Inputs.Length + (3 * problem.Dates.Count()) + (4 * problem.Texts.Count()) + (recipe.Has("ratios") ? 6 : 0) + (recipe.Has(CommonWords.Key) ? CommonWords.Width * problem.Texts.Count() : 0);
}
