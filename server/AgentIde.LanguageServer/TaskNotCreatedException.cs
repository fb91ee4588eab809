using System.Collections.Immutable;

namespace AgentIde.LanguageServer;

/// <summary>A folder can't become a task. The message is for the person at the editor and says the way out.</summary>
public sealed class TaskNotCreatedException(string message, ImmutableArray<string> candidates = default, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Where the column to predict has to be named, those that it could be; else empty.</summary>
    public ImmutableArray<string> Candidates { get; } = candidates.IsDefault ? [] : candidates;
}
