using System.Collections.Immutable;
using AgentIde.Core.Engineering.BuiltIn.Mends;
using AgentIde.Core.Search;

namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>Mends a program of the engineer's own: the first cure that answers the symptom, or a simpler start.</summary>
internal static class Repairs
{
    public static Idea? Next(Problem problem, Recipe parent, Symptom symptom, Experience experience, Draws draws, Allowance allowance, double seconds)
    {
        foreach (Mend mend in Catalogue.Mends)
        {
            if (mend.Repair(problem, parent, symptom) is { } repair && repair.After.Models.Any()
                && Brevity.Below(problem, repair.After.With(experience.Lessons)) is var after && IsNew(problem, after, experience))
            {
                return new Idea("mend", mend.Name, repair.Plan, after);
            }
        }

        string broken = PythonText.Plain(symptom.Message.Split('\n')[0], 60);
        bool isTooSlow = symptom.Kind == Runs.FailureKind.TimeOut;
        ImmutableArray<Part> mends = [.. parent.Parts.Where(part => Catalogue.Get(part.Component) is Mend and not LessWork)];
        IEnumerable<ModelFamily> families =
        [
            .. parent.Models.Select(model => model.Family).Take(isTooSlow ? 0 : 1),
            .. Catalogue.Families.Where(family => family.Fits(problem) && experience.IsThere(family)).OrderBy(experience.IsBroken).Where(family => !parent.Has(family.Name)),
        ];
        string why = isTooSlow ? $"{Composer.Words(problem, parent)} can't be made to end in time" : $"the cause is not known here ({broken})";
        foreach (ModelFamily family in families)
        {
            Recipe simple = Brevity.Below(problem, Drafts.Start(problem, family, experience).With(mends));
            simple = Thrift.Below(problem, simple, seconds).Recipe;
            if (IsNew(problem, simple, experience))
            {
                return new Idea("mend", $"simpler: {family.Name}", $"Goes {(isTooSlow ? "on with" : "back to")} plain {family.Words(problem)}: {why}.", simple);
            }
        }

        return Drafts.Next(problem, experience.Journal, experience, draws, allowance) is { } start
            ? start with { Kind = "mend", Plan = $"{start.Plan} The failure before has no known cure ({broken})." }
            : null;
    }

    private static bool IsNew(Problem problem, Recipe recipe, Experience experience) => !experience.WasTried(Composer.Compose(problem, recipe).Code);
}
