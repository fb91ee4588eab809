namespace AgentIde.Core.Search;

/// <param name="Drafts">Starts before any is worked on.</param>
/// <param name="Debugs">Debug steps in a row, at most.</param>
public sealed record OperatorsOptions(int Drafts, int Debugs)
{
    public static OperatorsOptions Default { get; } = new(AideOptions.Default.Drafts, 3);
}
