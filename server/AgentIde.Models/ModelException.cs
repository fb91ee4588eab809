using AgentIde.Core.Runs;

namespace AgentIde.Models;

/// <summary>A model gave no answer that could be read.</summary>
/// <param name="message">One line for the user, with the way out; never holds a key.</param>
/// <param name="spent">What it may have cost: nothing where the provider said so by its status or was never reached; the most that was asked for where nobody knows.</param>
public sealed class ModelException(CallProblem problem, string message, TokenUsage spent, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    public CallProblem Problem { get; } = problem;

    public TokenUsage Spent { get; } = spent;

    /// <summary>How long the provider wants to be left alone; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Whether the same request may get an answer later: the provider was busy, slow or out of reach.</summary>
    public bool IsTransient => Problem is CallProblem.Busy or CallProblem.Broken or CallProblem.TimedOut or CallProblem.Cut or CallProblem.Unreachable;
}

/// <summary>A request was given up before any model was asked: it has cost nothing, and never will.</summary>
public sealed class NeverAskedException(string message, CancellationToken cancellationToken) : OperationCanceledException(message, cancellationToken);
