namespace AgentIde.Core.Engineering.BuiltIn;

/// <summary>One change to a recipe: the unit in which the engineer improves and learns.</summary>
/// <param name="Kind">Class of moves that tend to pay alike: <c>features</c>, <c>blend</c>, <c>seeds</c>.</param>
/// <param name="Name">The move itself, the same on each recipe: <c>ratios</c>, <c>boosted-trees slower</c>.</param>
/// <param name="Plan">What it does and why, for people; the essence in the first 80 characters.</param>
/// <param name="Promise">Gain to expect before anything is known of this data, in paired standard errors, 0 to 3.</param>
internal sealed record Move(string Kind, string Name, string Plan, double Promise, Recipe After);
