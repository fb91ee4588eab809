using System.Collections.Immutable;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Search;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// One change to a parent's recipe: the move of most worth by promise and by what paid in this run, among those that
/// make a program not tried yet and that fit into the time.
/// </summary>
internal static class Improvements
{
    public const int MostModels = 5;
    private const int Redraws = 40;
    private const int LongestWalk = 5;

    /// <summary>Of a change that chance draws, before anything is known: little.</summary>
    private const double DrawnPromise = 0.2;

    private const double Tie = 0.1;
    private const string SeveralKind = "several";
    private const string RedrawnKind = "redrawn";

    /// <summary>Of leaving out what a start takes for granted: some of it is noise on some data.</summary>
    private const double WithoutPromise = 0.5;

    private const double AllKindsPromise = 3;

    /// <summary>Of what the best lacks to being perfect.</summary>
    private const double NotFarBehind = 0.15;

    /// <summary>In paired standard errors: what a program that takes twice as long must promise more.</summary>
    private const double Doubling = 0.25;

    public static Idea? Next(Problem problem, Recipe parent, double? parentScore, Experience experience, Draws draws, Allowance allowance)
    {
        List<(Move Move, double Seconds)> open = Open(problem, Moves(problem, parent, parentScore, experience).Concat(Without(problem, parent)), experience);
        return Affordable(problem, parent, open, experience, draws, allowance)
            ?? Drawn(problem, parent, parentScore, open, experience, draws, allowance)
            ?? (open.Count > 0 ? Of(open.MinBy(entry => entry.Seconds).Move) : null);
    }

    /// <summary>The recipe without each of its features, its models kept.</summary>
    private static IEnumerable<Move> Without(Problem problem, Recipe recipe) => recipe.IsConstant ? []
        : from move in Simplifications.Without(problem, recipe)
          where move.After.Models.Count() == recipe.Models.Count()
          select move with { Promise = WithoutPromise };

    /// <summary>Other parameters of the parent's models and features, and nothing else.</summary>
    public static Idea? Tune(Problem problem, Recipe parent, Experience experience, Draws draws, Allowance allowance)
    {
        IEnumerable<Move> moves = Moves(problem, parent, null, experience).Where(move =>
            move.Kind == "parameters" || (move.After.Parts.Length == parent.Parts.Length && move.Kind is "features" or "folds"));
        List<(Move Move, double Seconds)> open = Open(problem, moves, experience);
        return Affordable(problem, parent, open, experience, draws, allowance) ?? Redraw(problem, parent, [.. parent.Models], experience, draws, allowance.Improve);
    }

    /// <summary>The parent without one of its parts: the one that is expected to be worth least.</summary>
    public static Idea? Ablate(Problem problem, Recipe parent, Experience experience, Draws draws, Allowance allowance) =>
        Affordable(problem, parent, Open(problem, Simplifications.Without(problem, parent).Select(move => move with { Promise = move.Promise - Simplifications.Gained(move, experience) }), experience), experience, draws, allowance);

    private static List<(Move Move, double Seconds)> Open(Problem problem, IEnumerable<Move> moves, Experience experience) =>
    [
        .. from move in moves
           let roomy = WithRoom(problem, move, experience)
           where IsOpen(problem, roomy.After, experience)
           select (roomy, Costs.Seconds(problem, roomy.After)),
    ];

    /// <summary>A blend whose program is too long goes without what lost in this run.</summary>
    private static Move WithRoom(Problem problem, Move move, Experience experience)
    {
        if (move.Kind != "blend")
        {
            return move;
        }

        (Recipe after, ImmutableArray<string> left) = Brevity.Around(problem, move.After, experience.WorthKeeping(move.After));
        return left.IsEmpty ? move : move with { Plan = $"{move.Plan} For room it goes without {PythonText.Names([.. left])}.", After = after };
    }

    /// <summary>
    /// When no step that reason suggests is open: parameters drawn anew or several steps at once, whichever paid better so
    /// far in this run.
    /// </summary>
    private static Idea? Drawn(
        Problem problem, Recipe parent, double? parentScore, List<(Move Move, double Seconds)> open, Experience experience, Draws draws, Allowance allowance)
    {
        // Where steps are open and only too dear, several at once are dearer still.
        bool mayWalk = open.Count == 0 || (open.Min(entry => entry.Seconds) > allowance.Most && Costs.Seconds(problem, parent) <= allowance.Most);
        List<((ModelFamily Family, Part Part) Model, double Worth)> models =
            [.. parent.Models.Select(model => (model, experience.Worth(RedrawnKind, Redrawn(model.Family), DrawnPromise)))];
        double best = models.Select(model => model.Worth).DefaultIfEmpty(double.NegativeInfinity).Max();
        List<(ModelFamily Family, Part Part)> leading = [.. models.Where(model => model.Worth >= best - Tie).Select(model => model.Model)];
        return mayWalk && experience.Worth(SeveralKind, SeveralKind, DrawnPromise) > best
            ? Walk(problem, parent, parentScore, experience, draws, allowance.Most) ?? Redraw(problem, parent, leading, experience, draws, allowance.Improve)
            : Redraw(problem, parent, leading, experience, draws, allowance.Improve) ?? (mayWalk ? Walk(problem, parent, parentScore, experience, draws, allowance.Most) : null);
    }

    /// <summary>The move of most worth that fits into the time; null where none does.</summary>
    private static Idea? Affordable(Problem problem, Recipe parent, List<(Move Move, double Seconds)> open, Experience experience, Draws draws, Allowance allowance)
    {
        if (open.Count > 0)
        {
            // What the parent cost is known to be bearable, also where the machine is slow and time is short.
            double parentSeconds = Costs.Seconds(problem, parent), bearable = Math.Min(parentSeconds * 1.25, 2 * allowance.Improve);
            List<(Move Move, double Seconds)> affordable = [.. open.Where(entry => entry.Seconds <= Math.Min(allowance.Most, Math.Max(bearable, allowance.For(problem, entry.Move.After))))];
            if (affordable.Count > 0)
            {
                double negligible = allowance.Negligible;
                List<(Move Move, double Worth)> valued =
                [
                    .. from entry in affordable
                       let seconds = Math.Max(entry.Seconds, negligible)
                       let doublings = Math.Log2(Math.Max(1, seconds / Math.Max(parentSeconds, negligible)))
                       select (entry.Move, experience.Worth(entry.Move) - (0.5 * seconds / allowance.Improve) - (Doubling * doublings)),
                ];
                double best = valued.Max(entry => entry.Worth);
                List<Move> leading = [.. valued.Where(entry => entry.Worth >= best - Tie).Select(entry => entry.Move)];
                return Of(leading[leading.Count == 1 ? 0 : draws.NextIndex(leading.Count)]);
            }
        }

        return null;
    }

    internal static IEnumerable<Move> Moves(Problem problem, Recipe recipe, double? score, Experience experience) => recipe.IsConstant
        ? Replacements(problem, experience)
        : Catalogue.All.Where(component => component.Fits(problem) || recipe.Has(component.Name))
            .SelectMany(component => component.Moves(problem, recipe))
            .Concat(Blends(problem, recipe, score, experience))
            .Where(move => move.Kind == "features" ? move.After.Models.Any(model => model.Family.SeesFeatures) : move.After.Models.Any());

    /// <summary>A guess that is the same for every row has nothing to change or to blend.</summary>
    private static IEnumerable<Move> Replacements(Problem problem, Experience experience) =>
        from family in Catalogue.Families
        where family.Fits(problem) && experience.IsThere(family)
        select new Move("blend", $"with {family.Name}", $"Puts {family.Words(problem)} in the place of the guess that is the same for every row.",
            experience.IsBroken(family) ? 0.2 : 1.8, Drafts.Start(problem, family, experience));

    private static IEnumerable<Move> Blends(Problem problem, Recipe recipe, double? score, Experience experience)
    {
        var models = recipe.Models.ToList();
        if (AllKinds(problem, recipe, models, score, experience) is { } all)
        {
            yield return all;
        }

        foreach (ModelFamily family in Catalogue.Families)
        {
            if (models.Any(model => model.Family == family))
            {
                if (models.Count > 1)
                {
                    yield return new Move("blend", $"without {family.Name}", $"Leaves {family.Words(problem)} out of the blend: it may only cost time.", -0.3, Left(problem, recipe, family));
                }
            }
            else if (models.Count < MostModels && family.Fits(problem) && experience.IsThere(family))
            {
                Part part = experience.Alone(family)?.Part ?? family.Default(problem);
                Recipe after = recipe.Add(part);
                yield return new Move("blend", $"with {family.Name}",
                    $"Blends {family.Words(problem)} in, weighed out of fold: it errs elsewhere than {PythonText.Names([.. models.Select(model => model.Family.Words(problem))])}.",
                    Promise(problem, family, score, experience) / models.Count, after.Has(Pool.Key) ? after : after.Add(Part.Of(Pool.Key)));
            }
        }
    }

    /// <summary>Every other kind of model that is not far behind by itself, at once: what each errs by averages out, though the holdout may tell none of the steps there.</summary>
    private static Move? AllKinds(Problem problem, Recipe recipe, List<(ModelFamily Family, Part Part)> models, double? score, Experience experience)
    {
        if (score is not { } best)
        {
            return null;
        }

        List<(ModelFamily Family, Part Part)> others =
        [
            .. (from family in Catalogue.Families
                where !recipe.Has(family.Name) && family.Fits(problem) && experience.IsThere(family)
                let alone = experience.Alone(family)
                where alone is not null
                let behind = Behind(problem, best, alone.Value.Score)
                where behind < NotFarBehind
                orderby behind
                select (family, alone.Value.Part)).Take(MostModels - models.Count),
        ];
        if (others.Count < 2)
        {
            return null;
        }

        Recipe after = others.Aggregate(recipe, (blended, other) => blended.Add(other.Part));
        return new Move("blend", "with all kinds",
            $"Blends {PythonText.Names([.. others.Select(other => other.Family.Words(problem))])} in at once, weighed out of fold: by themselves they are not far behind, and they err elsewhere.",
            AllKindsPromise, after.Has(Pool.Key) ? after : after.Add(Part.Of(Pool.Key)));
    }

    /// <summary>How much worse a score is, as a share of what the best lacks to being perfect.</summary>
    private static double Behind(Problem problem, double best, double score) =>
        problem.Task.Metric.Gain(best, score) / (problem.HigherIsBetter ? Math.Max(1 - best, 1e-9) : Math.Max(Math.Abs(best), 1e-9));

    /// <summary>Without the family; one model alone has nothing to weigh, and only a log loss cares how sure it is.</summary>
    internal static Recipe Left(Problem problem, Recipe recipe, ModelFamily family)
    {
        Recipe left = recipe.Without(family.Name);
        return !problem.IsLogLoss && left.Models.Count() == 1 ? left.Without(Pool.Key) : left;
    }

    /// <summary>A partner is worth most where it is about as good by itself.</summary>
    private static double Promise(Problem problem, ModelFamily family, double? score, Experience experience)
    {
        if (experience.IsBroken(family))
        {
            return 0.2;
        }

        if (experience.Alone(family) is not { } alone || score is not { } best)
        {
            return 1.8;
        }

        return Behind(problem, best, alone.Score) switch
        {
            < 0.1 => 2.6,
            < 0.5 => 2.4,
            < 1.5 => 1.6,
            _ => 0.8,
        };
    }

    /// <summary>Some of the parameters of one of the models anew.</summary>
    private static Idea? Redraw(Problem problem, Recipe parent, List<(ModelFamily Family, Part Part)> models, Experience experience, Draws draws, double seconds)
    {
        Idea? cheapest = null;
        double least = double.PositiveInfinity;
        for (int i = 0; i < Redraws && models.Count > 0 && least > seconds; i++)
        {
            (ModelFamily family, Part part) = models[draws.NextIndex(models.Count)];
            (Part redrawn, ImmutableArray<string> dials) = family.Redraw(part, draws);
            Recipe recipe = parent.Put(redrawn);
            double cost = Costs.Seconds(problem, recipe);
            if (cost < least && IsOpen(problem, recipe, experience))
            {
                least = cost;
                cheapest = new Idea(RedrawnKind, Redrawn(family), $"Draws {PythonText.Names(dials)} of {family.Words(problem)} anew: the steps that reason suggests are tried.", recipe);
            }
        }

        return cheapest;
    }

    private static string Redrawn(ModelFamily family) => $"{family.Name} redrawn";

    /// <summary>When all that is one step away is tried: several steps at once, drawn at random.</summary>
    private static Idea? Walk(Problem problem, Recipe parent, double? parentScore, Experience experience, Draws draws, double most)
    {
        for (int walk = 0; walk < Redraws; walk++)
        {
            Recipe recipe = parent;
            List<string> names = [];
            HashSet<string> been = [Composer.Compose(problem, parent).Code];
            for (int step = 0; step < LongestWalk; step++)
            {
                List<Move> moves = [.. Moves(problem, recipe, parentScore, experience)];
                if (moves.Count == 0)
                {
                    break;
                }

                Move move = moves[draws.NextIndex(moves.Count)];
                if (!been.Add(Composer.Compose(problem, move.After).Code))
                {
                    continue; // A step back is none.
                }

                recipe = move.After;
                names.Add(move.Name);
                if (names.Count > 1 && Costs.Seconds(problem, recipe) <= most && IsOpen(problem, recipe, experience))
                {
                    return new Idea(SeveralKind, SeveralKind, $"Makes {names.Count} changes at once, since each by itself is tried: {string.Join(", ", names)}.", recipe);
                }
            }
        }

        return null;
    }

    internal static bool IsOpen(Problem problem, Recipe recipe, Experience experience) =>
        Composer.Compose(problem, recipe).Code is var code && Brevity.Holds(code) && !experience.WasTried(code);

    private static Idea Of(Move move) => new(move.Kind, move.Name, move.Plan, move.After);
}
