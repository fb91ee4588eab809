using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// How long a run's programs took, in times of what was estimated: by family of models where one was executed, and over
/// all of them, which is the machine's speed, for the others. Read from the journal alone. A program that was ended for
/// its time took longer than that: what it is made of is taken to need half as long again at least.
/// </summary>
internal sealed class Pace
{
    public static Pace AsEstimated { get; } = new([]);

    /// <summary>A program of fewer seconds, as estimated and as measured, tells of its start and of chance.</summary>
    private const double Telling = 6;

    private const double BeyondItsEnd = 1.5;
    private const int Newest = 5;
    private const int NewestOfAll = 9;
    private const double Fastest = 0.02;
    private const double Slowest = 64;

    private readonly Dictionary<string, double> _families;

    private Pace(Dictionary<string, double> families) => _families = families;

    /// <summary>Of families that no program had, and of what surrounds the models.</summary>
    public double Machine { get; private init; } = 1;

    /// <summary>Seconds of the quickest program with a score: none needs longer to begin. Null where there is none.</summary>
    public double? Quickest { get; private init; }

    public double Of(ModelFamily family) => _families.GetValueOrDefault(family.Name, Machine);

    /// <summary>Whether each of its models was measured in this run.</summary>
    public bool Knows(Recipe recipe) => recipe.Models.All(model => _families.ContainsKey(model.Family.Name));

    /// <param name="problem">Of the run, as estimated.</param>
    /// <param name="negligible">Seconds below which no program tells of the machine, for they count for nothing.</param>
    public static Pace Of(Problem problem, Journal journal, double negligible = 0)
    {
        double telling = Math.Max(Telling, negligible);
        List<double> all = [];
        Dictionary<string, List<double>> alone = new(StringComparer.Ordinal), blended = new(StringComparer.Ordinal);
        List<(Recipe Recipe, double Seconds)> ended = [];
        double? quickest = null;
        for (int i = journal.Nodes.Count - 1; i >= 0; i--)
        {
            if (journal.Nodes[i] is not { Execution.Seconds: { } seconds } node || Notes.Of(node) is not { } notes || !(node.IsValid || node.Failure?.Kind == FailureKind.TimeOut))
            {
                continue;
            }

            if (!node.IsValid)
            {
                ended.Add((notes.Recipe, seconds));
                continue;
            }

            quickest = Math.Min(seconds, quickest ?? seconds);
            double estimated = Costs.Seconds(problem, notes.Recipe), models = notes.Recipe.Models.Sum(model => Costs.Of(problem, notes.Recipe, model.Family, model.Part));
            if (Math.Max(seconds, estimated) < telling)
            {
                continue;
            }

            all.Add(seconds / estimated);
            foreach ((ModelFamily family, _) in notes.Recipe.Models.Where(_ => models > estimated / 2))
            {
                Dictionary<string, List<double>> of = notes.Recipe.Models.Skip(1).Any() ? blended : alone;
                of.TryAdd(family.Name, []);
                of[family.Name].Add(seconds / estimated);
            }
        }

        Dictionary<string, double> families = new(StringComparer.Ordinal);
        foreach (string family in alone.Keys.Concat(blended.Keys).Distinct())
        {
            families[family] = Median(alone.GetValueOrDefault(family) ?? blended[family], Newest);
        }

        Pace measured = new(families) { Machine = Median(all, NewestOfAll), Quickest = quickest };
        return ended.Aggregate(measured, (pace, one) => pace.Beyond(problem, one.Recipe, one.Seconds));
    }

    /// <summary>Slower, where a program that was ended was forecast to end before: what of it nobody has measured, or else all of it.</summary>
    private Pace Beyond(Problem problem, Recipe recipe, double seconds)
    {
        double lacking = (seconds * BeyondItsEnd) - Costs.Seconds(problem with { Pace = this }, recipe);
        (ModelFamily Family, double Seconds)[] models = [.. recipe.Models.Select(model => (model.Family, Of(model.Family) * Costs.Of(problem, recipe, model.Family, model.Part)))];
        (ModelFamily Family, double Seconds)[] unknown = [.. models.Where(model => !_families.ContainsKey(model.Family.Name))], slower = unknown.Length > 0 ? unknown : models;
        double sum = slower.Sum(model => model.Seconds);
        if (lacking <= 0 || sum <= 0)
        {
            return this;
        }

        Dictionary<string, double> families = new(_families, StringComparer.Ordinal);
        foreach ((ModelFamily family, _) in slower)
        {
            families[family.Name] = Math.Min(Of(family) * (sum + lacking) / sum, Slowest);
        }

        return new Pace(families) { Machine = Machine, Quickest = Quickest };
    }

    /// <summary>Of the first so many; 1 where there are none.</summary>
    private static double Median(List<double> values, int count)
    {
        double[] newest = [.. values.Take(count).Order()];
        return newest.Length == 0 ? 1 : Math.Clamp((newest[newest.Length / 2] + newest[(newest.Length - 1) / 2]) / 2, Fastest, Slowest);
    }
}
