namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>What kind of thing is predicted; decides which models fit and how they are blended.</summary>
internal enum Goal
{
    Number,
    TwoClasses,
    ManyClasses,
}
