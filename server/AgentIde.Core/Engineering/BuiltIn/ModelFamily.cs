using System.Collections.Immutable;
using AgentIde.Core.Search;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// A kind of model. It writes one unfitted estimator, which the folds copy and give their seeds, so that folds, seeds
/// and blends treat all families alike.
/// </summary>
internal abstract class ModelFamily : Component
{
    private const string Trees = "trees", Rate = "rate";

    private const int MostTrees = 3_000;

    /// <summary>Of a dial's values those nearest to the one that it has: what is far from it was seldom better.</summary>
    private const int Near = 3;

    public sealed override Block Block => Block.Model;

    public override bool Fits(Problem problem) => problem is { IsLearnable: true, Language: Runs.ProgramLanguage.Python };

    /// <summary>For people: <c>extra trees</c>.</summary>
    public abstract string Words(Problem problem);

    /// <summary>Why such a model, here.</summary>
    protected abstract string Reason(Problem problem, Part part);

    /// <summary>Grids to draw from when all handmade steps are tried.</summary>
    protected abstract ImmutableArray<Dial> Dials { get; }

    public abstract Part Default(Problem problem);

    /// <summary>Changes of this family's own parameters that are worth a try.</summary>
    protected abstract IEnumerable<Step> Steps(Problem problem, Part part);

    /// <summary>CPU seconds of one fit on <paramref name="rows"/> and prediction of <paramref name="others"/> rows, on a core of 2024.</summary>
    public abstract double Seconds(Problem problem, Part part, double rows, double others, int columns);

    /// <summary>Whether another seed gives another model.</summary>
    public virtual bool HasChance(Part part) => true;

    /// <summary>Whether it measures distances or sums: numbers on one scale, a column for each category.</summary>
    public virtual bool IsOnScale => false;

    /// <summary>Whether it looks at the features that other components make; texts, pictures and pairs are looked at as they are.</summary>
    public virtual bool SeesFeatures => true;

    /// <summary>A module beyond scikit-learn that it needs; null for none.</summary>
    public virtual string? Module => null;

    /// <summary>The same family with parameters that cost a half or less.</summary>
    public abstract Part? Cheaper(Problem problem, Part part);

    /// <summary>The same family, kept from following noise: stronger penalty, larger leaves.</summary>
    public virtual Part? Steadier(Problem problem, Part part) => null;

    public sealed override string Why(Script script, Part part) => Reason(script.Problem, part);

    public sealed override IEnumerable<Move> Moves(Problem problem, Recipe recipe)
    {
        if (recipe[Name] is { } part)
        {
            foreach (Step step in Steps(problem, part))
            {
                yield return new Move("parameters", $"{Name} {step.Name}", step.Plan, step.Promise, recipe.Put(step.Part));
            }
        }
    }

    /// <summary>One parameter at least drawn anew, each other one by even chance: what was found so far is not all thrown away.</summary>
    /// <returns>The part and the names of what is drawn.</returns>
    public (Part Part, ImmutableArray<string> Drawn) Redraw(Part part, Draws draws)
    {
        int sure = draws.NextIndex(Dials.Length);
        ImmutableArray<Dial> drawn = [.. Dials.Where((_, dial) => dial == sure || draws.NextIndex(2) == 0)];
        Part redrawn = Balanced(drawn.Aggregate(part, (made, dial) => made.Set(dial.Name, Other(dial, part))), part, drawn.Any(dial => dial.Name == Rate));
        return (redrawn, [.. Dials.Select(dial => dial.Name).Where(name => !redrawn.Number(name, double.NaN).Equals(part.Number(name, double.NaN)))]);

        double Other(Dial dial, Part from)
        {
            double known = from.Number(dial.Name, double.NaN);
            ImmutableArray<double> others = [.. dial.Values.Remove(known).OrderBy(value => double.IsNaN(known) ? 0 : Math.Abs(Math.Log((value + 1) / (known + 1)))).Take(Near)];
            return others[draws.NextIndex(others.Length)];
        }
    }

    /// <summary>Of boosting, trees times rate tell how far it goes: the trees follow a rate that was drawn, else the rate the trees.</summary>
    private static Part Balanced(Part redrawn, Part before, bool byRate)
    {
        double far = before.Number(Trees, double.NaN) * before.Number(Rate, double.NaN), trees = redrawn.Number(Trees, double.NaN);
        return double.IsNaN(far) ? redrawn
            : byRate ? redrawn.Set(Trees, Math.Clamp(Math.Round(far / redrawn.Number(Rate, double.NaN)), 10, MostTrees))
            : trees != before.Number(Trees, double.NaN) ? redrawn.Set(Rate, Math.Clamp(Math.Round(far / trees, 3), 0.005, 0.5))
            : redrawn;
    }

    /// <summary>Writes the model; <paramref name="estimator"/> may be several lines, <paramref name="before"/> what it calls.</summary>
    protected void WriteModel(Script script, Part part, string estimator, string before = "")
    {
        string model = Name.Replace('-', '_');
        script.Segment(Block, Reason(script.Problem, part), $"{before}{model} = {estimator}");
        script.Models.Add(model);
    }

    /// <summary>For estimators that take the table as it is: only what they can't read or lack goes.</summary>
    protected static string OnTable(Script script, string estimator, bool refusesGaps)
    {
        List<string> steps = [];
        if (script.Texts.Count > 0)
        {
            script.From("sklearn.compose", "make_column_transformer");
            steps.Add("make_column_transformer((\"drop\", texts), remainder=\"passthrough\")");
        }

        if (refusesGaps && script.HasGaps)
        {
            script.From("sklearn.impute", "SimpleImputer");
            steps.Add("SimpleImputer(strategy=\"median\")");
        }

        if (steps.Count == 0)
        {
            return estimator;
        }

        script.From("sklearn.pipeline", "make_pipeline");
        return $"make_pipeline(\n    {string.Join(",\n    ", steps)},\n    {estimator.Replace("\n", "\n    ", StringComparison.Ordinal)})";
    }

    /// <summary>For estimators that measure distances or sums: numbers on one scale, a column for each category.</summary>
    protected static string OnScale(Script script, string estimator, string? afterScale = null, int columnsAtLeast = 5)
    {
        script.From("sklearn.pipeline", "make_pipeline");
        script.From("sklearn.preprocessing", "StandardScaler");
        string fill = "";
        if (script.HasGaps)
        {
            script.From("sklearn.impute", "SimpleImputer");
            fill = "SimpleImputer(strategy=\"median\"), ";
        }

        string scale = $"{fill}StandardScaler(){(afterScale is null ? "" : $", {afterScale}")}";
        if (script.Categories.Count == 0 && script.Texts.Count == 0)
        {
            return $"make_pipeline({scale}, {estimator})";
        }

        script.From("sklearn.compose", "make_column_transformer");
        List<string> columns = [];
        if (script.Texts.Count > 0)
        {
            columns.Add("(\"drop\", texts)");
        }

        if (script.Categories.Count > 0)
        {
            script.From("sklearn.preprocessing", "OneHotEncoder");
            columns.Add($"(OneHotEncoder(handle_unknown=\"ignore\", min_frequency={columnsAtLeast}, sparse_output=False), categories)");
        }

        columns.Add($"remainder=make_pipeline({scale})");
        string apart = columns.Sum(column => column.Length + 2) > 110 ? ",\n        " : ", ";
        return $"make_pipeline(\n    make_column_transformer({string.Join(apart, columns)}),\n    {estimator})";
    }

    protected static string Kind(Problem problem) => problem.Goal == Goal.Number ? "Regressor" : "Classifier";
}

/// <param name="Name">A parameter's name in the notes.</param>
internal sealed record Dial(string Name, ImmutableArray<double> Values);

/// <summary>A change of a family's parameters.</summary>
internal sealed record Step(string Name, string Plan, double Promise, Part Part);
