using AgentIde.Core.Engineering.BuiltIn.Components;

namespace AgentIde.Core.Engineering.BuiltIn.Mends;

/// <summary>A graded column with a word that train never showed: <see cref="GradedWords"/> writes it as missing.</summary>
internal sealed class TolerantGrades : Mend
{
    public override string Name => GradedWords.Tolerant;

    public override Block Block => Block.Features;

    public override bool Fits(Problem problem) => GradedWords.Grades(problem).Any();

    public override bool IsOfTheData => true;

    public override string Why(Script script, Part part) => "a word that train never showed has no rank: missing.";

    public override void Write(Script script, Part part)
    {
    }

    public override Repair? Repair(Problem problem, Recipe recipe, Symptom symptom) =>
        !recipe.Has(Name) && Fits(problem) && symptom.Says("unknown categories", "unknown category")
            ? new Repair("Takes words without a known rank as missing: test has some that train never showed.", recipe.Add(Part.Of(Name)))
            : null;
}
