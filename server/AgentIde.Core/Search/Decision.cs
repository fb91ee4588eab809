using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Core.Search;

/// <summary>What a policy chose to do next.</summary>
/// <param name="Parents">Empty for a draft, the node to debug or improve otherwise.</param>
/// <param name="Why">In plain words.</param>
public sealed record Decision(Operator Operator, ImmutableArray<int> Parents, string Why);
