using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>
/// What chooses the next step of a run: a pure function of journal and draws. The same journal with the same draws is
/// the same decision, so a log that has the draws can be asked again. It takes a draw only where its rule draws, never
/// works on a node that somebody rejected or that has not ended, and reckons with what is under way: with K workers it
/// is asked again while the nodes that it chose before are still worked on.
/// </summary>
public interface IPolicy
{
    /// <summary>As settings keep it.</summary>
    string Name { get; }

    /// <summary>Whether what the engineer takes bears on its choices: then settings keep that too.</summary>
    bool ChoosesOperators { get; }

    Decision Choose(Journal journal, Draws draws);
}
