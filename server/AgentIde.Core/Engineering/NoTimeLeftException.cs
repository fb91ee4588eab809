namespace AgentIde.Core.Engineering;

/// <summary>Nothing that an engineer could still propose would end in the time that is left: the search ends.</summary>
/// <param name="message">One line for the user, without a full stop.</param>
public sealed class NoTimeLeftException(string message) : Exception(message);
