namespace AgentIde.Core.Engineering;

/// <summary>An engineer can't go on at all, as with a wrong key: the run stops once what is under way has ended, and can be resumed.</summary>
/// <param name="message">One line for the user, with the way out; never holds a key.</param>
public sealed class EngineerException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it plays a recording that does not fit this run, rather than lacking something that it needs.</summary>
    public bool IsOfReplay { get; init; }
}
