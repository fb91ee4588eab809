namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>
/// A cure for one kind of failure. Once in a recipe it stays there and in all its descendants: what broke a program
/// once would break its children too.
/// </summary>
internal abstract class Mend : Component
{
    /// <summary>A mend is no idea for a draft; it comes with the failure it answers.</summary>
    public sealed override bool IsSound => false;

    public override bool Fits(Problem problem) => true;

    /// <summary>
    /// Whether the cause lies in the data, so that every program of the run would meet it: once such a mend has led to a
    /// score, all later recipes start with it.
    /// </summary>
    public virtual bool IsOfTheData => false;

    /// <summary>One part that does what both do.</summary>
    public virtual Part Join(Part one, Part other) => one;

    /// <summary>Null where this is no cure for the symptom, or was tried and did not help.</summary>
    public abstract Repair? Repair(Problem problem, Recipe recipe, Symptom symptom);
}

/// <param name="Plan">What was wrong and what is done, the essence in the first 80 characters.</param>
internal sealed record Repair(string Plan, Recipe After);
