using System.Collections.Immutable;
using AgentIde.Core.Holdouts;

namespace AgentIde.LanguageServer;

/// <summary>What a look at the files of a task came to.</summary>
/// <param name="Problem">Why nothing can be said of them, one line for people; null where they were read.</param>
public sealed record TaskLeaks(ImmutableArray<Leak> Leaks, string? Problem = null);
