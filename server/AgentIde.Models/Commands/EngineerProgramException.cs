namespace AgentIde.Models.Commands;

/// <summary>The user's own engineer did not say what to do next: it died, broke the protocol, or reported an error.</summary>
/// <param name="message">One line for the user, with what the program last wrote and the way out.</param>
public sealed class EngineerProgramException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the run's time was over before the program answered: then the search has ended and nothing is broken.</summary>
    public bool IsTimeUp { get; init; }
}
