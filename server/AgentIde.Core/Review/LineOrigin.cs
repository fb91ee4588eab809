namespace AgentIde.Core.Review;

/// <summary>Who wrote a line.</summary>
/// <param name="Node">The node that first had it; null where a person changed or added it.</param>
/// <param name="Line">1-based, in that node's own code; 0 for a person's line.</param>
public readonly record struct LineOrigin(int? Node, int Line)
{
    public static LineOrigin Person { get; } = new(null, 0);
}
