namespace AgentIde.Core.Engineering;

/// <summary>An engineer came to nothing for one node: the node fails, and the search goes on.</summary>
/// <param name="message">One line for the user and for whoever works on the node next; never holds a key.</param>
public sealed class NoAnswerException(string message, Exception? inner = null) : Exception(message, inner);
