using System.Collections.Immutable;

namespace AgentIde.Tasks.Drafting;

/// <summary>Which column is to be predicted can't be told from the files. The message names the candidates and the way out.</summary>
public sealed class LabelUnclearException(string message, ImmutableArray<string> candidates) : Exception(message)
{
    public ImmutableArray<string> Candidates => candidates;
}
