using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>Independent starts and nothing else, each mended at most so many times in a row: the best of them is the result. It draws nothing.</summary>
public sealed class BestOfNPolicy(int debugs) : IPolicy
{
    public const int UsualDebugs = 2;

    public string Name => "best-of-n";

    public bool ChoosesOperators => false;

    public Decision Choose(Journal journal, Draws draws) =>
        Mending.Next(journal, debugs) ?? new Decision(Operator.Draft, [], $"Start {journal.Drafts + 1}: the best of independent ones is what this search is for.");
}
