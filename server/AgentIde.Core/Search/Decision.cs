using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>What to do next, as a policy chose it.</summary>
/// <param name="Why">In plain words, one line.</param>
public sealed record Decision(Operator Operator, ImmutableArray<int> Parents, string Why);
