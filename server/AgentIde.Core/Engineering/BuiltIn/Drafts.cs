using AgentIde.Core.Engineering.BuiltIn.CSharp;
using AgentIde.Core.Engineering.BuiltIn.Components;
using AgentIde.Core.Engineering.BuiltIn.Mends;
using AgentIde.Core.Engineering.BuiltIn.Models;
using AgentIde.Core.Runs;
using AgentIde.Core.Search;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// Starts: each draft is of another family, with what task and data plainly call for and nothing more, so that drafts
/// compare families. Those made for this kind of data come first, and may take as long as a change, then those that suit it
/// best, of these the cheap ones first. What would not end in time comes only where nothing else is left.
/// </summary>
internal static class Drafts
{
    /// <summary>Of what is a start, whichever operator asked for it.</summary>
    private const string Kind = "draft";

    private const int FirstRound = 5;

    /// <summary>Values of a category from which on their codes say nothing to trees, and their mean targets much.</summary>
    private const int ManyValues = 30;
    private const int Redraws = 40;

    /// <summary>Families for texts and pictures: what others see of these is little.</summary>
    private const double MadeForIt = 4;

    /// <summary>Of a start's time, what one of another family takes.</summary>
    private const double LookAside = 3;

    /// <summary>Failures without a single score after which a valid submission goes before any further idea.</summary>
    private const int Patience = 4;

    /// <param name="redraws">Whether a family that was tried may come again, with other parameters.</param>
    public static Idea? Next(Problem problem, Journal journal, Experience experience, Draws draws, Allowance allowance, bool redraws = true)
    {
        if (Rescue(problem, journal, experience) is { } rescue)
        {
            return rescue;
        }

        HashSet<string> used =
        [
            .. journal.Nodes.Select(node => (node.Operator, Notes: Notes.Of(node))).Where(node => node.Operator == Operator.Draft || node.Notes?.Kind == Kind)
                .Select(node => node.Notes).OfType<Notes>().SelectMany(notes => notes.Recipe.Models).Select(model => model.Family.Name),
        ];
        List<ModelFamily> families = [.. Catalogue.Families.Where(family => family.Fits(problem) && experience.IsThere(family))];
        // Once what is made for the data has a score, the others are a look aside.
        double others = allowance.Draft / (families.Exists(family => Suits(problem, family) >= MadeForIt && experience.Alone(family) is not null) ? LookAside : 1);
        List<Recipe> bySuit = [.. families.OrderByDescending(family => Suits(problem, family)).Select(family => Thrift.Below(problem, Start(problem, family, experience), Suits(problem, family) >= MadeForIt ? allowance.Improve : others).Recipe)];
        IEnumerable<Recipe> order = bySuit.Take(FirstRound)
            .OrderByDescending(recipe => Suits(problem, recipe.Models.Single().Family) >= MadeForIt)
            .ThenBy(recipe => Math.Max(Costs.Seconds(problem, recipe), Math.Max(5, allowance.Negligible)))
            .Concat(bySuit.Skip(FirstRound));
        Idea? tooLong = null;
        foreach (Recipe recipe in order)
        {
            ModelFamily family = recipe.Models.Single().Family;
            if (!used.Contains(family.Name) && !experience.WasTried(Composer.Compose(problem, recipe).Code))
            {
                Idea start = new(Kind, family.Name, $"Starts with {Composer.Words(problem, recipe)}: {Because(problem, family)}", recipe);
                if (Costs.Seconds(problem, recipe) <= allowance.Most)
                {
                    return start;
                }

                tooLong ??= start;
            }
        }

        for (int i = 0; redraws && i < Redraws && families.Count > 0; i++)
        {
            ModelFamily family = families[draws.NextIndex(families.Count)];
            Recipe start = Start(problem, family, experience);
            Recipe drawn = start.Put(family.Redraw(family.Default(problem), draws).Part);
            Recipe recipe = i < Redraws / 2 ? Thrift.Below(problem, drawn, allowance.Draft).Recipe : drawn;
            if (Costs.Seconds(problem, recipe) <= allowance.Most && !experience.WasTried(Composer.Compose(problem, recipe).Code))
            {
                return new Idea(Kind, $"{family.Name} redrawn", $"Starts over with {Composer.Words(problem, recipe)} and other parameters, drawn at random: {(tooLong is null ? "every family was tried" : "other families would not end in time")}.", recipe);
            }
        }

        return tooLong;
    }

    /// <summary>A start with a family that a person asks for; null where that was tried.</summary>
    public static Idea? With(Problem problem, ModelFamily family, Experience experience, double seconds)
    {
        Recipe recipe = Thrift.Below(problem, Start(problem, family, experience), seconds).Recipe;
        return experience.WasTried(Composer.Compose(problem, recipe).Code)
            ? null
            : new Idea(Kind, family.Name, $"Starts with {Composer.Words(problem, recipe)}, as a person's hint asks.", recipe);
    }

    /// <summary>A valid submission, where nothing has come to a score yet and it is time to have one.</summary>
    private static Idea? Rescue(Problem problem, Journal journal, Experience experience)
    {
        ModelFamily baseline = Catalogue.Family(Baseline.Key)!;
        if (journal.ValidNodes > 0 || journal.Nodes.Count(node => node.IsBuggy) < Patience)
        {
            return null;
        }

        Recipe recipe = Start(problem, baseline, experience);
        return experience.WasTried(Composer.Compose(problem, recipe).Code)
            ? null
            : new Idea(Kind, baseline.Name, $"Starts with {baseline.Words(problem)}, the same for every row: nothing has come to a score yet, and this always does.", recipe);
    }

    /// <summary>What is plain from task and data, one family, and what the run's failures have taught.</summary>
    public static Recipe Start(Problem problem, ModelFamily family, Experience? experience = null)
    {
        bool constant = family is Baseline;
        List<Part> parts =
        [
            .. Catalogue.All.Where(component => component.IsSound && component.Fits(problem) && !(constant && component.Block is (Block.Clean or Block.Features)))
                .Select(component => Part.Of(component.Name)),
        ];
        parts.Add(family.Default(problem));
        if (!constant && NumbersFromText.IsCalledFor(problem))
        {
            parts.Add(Part.Of(NumbersFromText.Key));
        }

        if (!constant && FillGaps.IsCalledFor(problem))
        {
            parts.Add(Part.Of(FillGaps.Key));
        }

        if (problem.Label is { Missing: > 0 })
        {
            parts.Add(Part.Of(KnownAnswers.Key));
        }

        if (problem.Goal == Goal.Number && family is (LinearModel or LinearTrainer))
        {
            // Squares of an odd row run away; the range of what was seen holds them.
            parts.Add(Part.Of(TargetRange.Key));
        }

        if (family is LinearModel && Catalogue.Get(CalendarClasses.Key).Fits(problem))
        {
            parts.Add(Part.Of(CalendarClasses.Key));
            if (Catalogue.Get(DaysOff.Key).Fits(problem))
            {
                parts.Add(Part.Of(DaysOff.Key));
            }
        }

        if (family is BoostedTrees or XgBoost or ExtraTrees && TargetMeans.CanUse(problem) && problem.Names.Any(column => column.Distinct >= ManyValues))
        {
            parts.Add(Part.Of(TargetMeans.Key));
            if (Catalogue.Get(PairKeys.Key).Fits(problem))
            {
                parts.Add(Part.Of(PairKeys.Key));
            }
        }

        if (family is BoostedTrees or XgBoost or ExtraTrees && Catalogue.Get(CommonWords.Key).Fits(problem))
        {
            parts.Add(Part.Of(CommonWords.Key));
        }

        if (family is WordModel or PieceModel or PieceLines or PictureModel or PictureKernel)
        {
            parts.Add(Part.Of(AllRows.Key));
        }

        Recipe start = new([.. parts]);
        if (family is PictureModel or PictureKernel)
        {
            // Models of all rows predict test: folds tell the score alone, and each takes as long as two thirds of them.
            start = start.Put(Part.Of(FoldSplit.Key).Set(FoldSplit.Setting, 3));
        }

        if (problem.Goal == Goal.ManyClasses && problem.IsLogLoss && family is (ExtraTrees or KernelMachine or PictureKernel or FastForest or FastTree))
        {
            // The mean of many trees is far too timid, and margins are no chances: uncalibrated they look worse than they are.
            start = start.Add(Part.Of(Pool.Key));
        }

        return Brevity.Below(problem, start.With(experience?.Lessons ?? []));
    }

    private static double Suits(Problem problem, ModelFamily family) => family switch
    {
        PictureModel => Catalogue.Family(PictureKernel.Key)!.Fits(problem) ? 1.1 : MadeForIt,
        WordModel or PieceModel or PieceLines or PictureKernel => MadeForIt,
        BoostedTrees or FastTree => 3,
        _ when OnlyTexts(problem) => family is ExtraTrees ? 0.9 : family is XgBoost ? 0.8 : 0.5,
        XgBoost or LightGbm => 3,
        ExtraTrees or FastForest => 2.5,
        KernelMachine => IsDense(problem) && problem.Goal == Goal.ManyClasses ? 2.8 : 1.2,
        LinearModel or LinearTrainer => 2,
        PairLines => 1.9,
        _ => IsDense(problem) ? 1.6 : 1,
    };

    /// <summary>Whether all there is to learn from is read, so that families of numbers see no more than its shape.</summary>
    private static bool OnlyTexts(Problem problem) => problem.Inputs.All(column => column.Kind == ColumnKind.Text);

    private static bool IsDense(Problem problem) =>
        !problem.Categories.Any() && !problem.Texts.Any() && problem.Numbers.All(column => column.Missing == 0);

    private static string Because(Problem problem, ModelFamily family) => family switch
    {
        WordModel or PieceModel or PieceLines => "the task is read, not measured.",
        PictureModel or PictureKernel => "the task is looked at: edges say more than single pixels.",
        LinearModel or LinearTrainer => "seconds to run, and the mark that others must beat.",
        PairLines => "what holds for one value of two columns together is learnt at once.",
        Neighbours => "assumes no shape at all.",
        ExtraTrees or FastForest => "little variance without tuning.",
        KernelMachine => $"{problem.Numbers.Count()} dense numbers make smooth borders.",
        Baseline => problem.Inputs.IsEmpty ? "no column tells one row from another." : "all answers in train are the same.",
        BoostedTrees or FastTree => "takes steps, interactions and gaps as they come.",
        _ => "boosting on samples of rows and columns.",
    };
}
