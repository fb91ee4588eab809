using AgentIde.Core.Runs;

namespace AgentIde.Core.Engineering;

/// <summary>
/// What a node may spend on models. Each attempt of each call is reserved at its maximum before it is sent and ended
/// when it is known what it came to; both are durable before anything else happens, so whatever dies meanwhile, no more
/// than the budget is spent. A call without an end counts at its maximum.
/// </summary>
public sealed class Purse
{
    private readonly Func<CallReservation, CancellationToken, Task<int>> _reserve;
    private readonly Func<CallEnd, CancellationToken, Task> _end;
    private readonly Action<int, string, bool>? _hear;

    /// <param name="reserve">Checks and records in one; gives the number of the call in the run, or throws <see cref="BudgetSpentException"/>.</param>
    /// <param name="hear">Hears the number of a call, and what the model says in it while it says it; null where nobody listens.</param>
    public Purse(Func<CallReservation, CancellationToken, Task<int>> reserve, Func<CallEnd, CancellationToken, Task> end, Action<int, string, bool>? hear = null)
    {
        _hear = hear;
        _reserve = reserve;
        _end = end;
    }

    /// <summary>One for those who ask no model: whatever is reserved is refused.</summary>
    public static Purse Empty { get; } = new(
        (reservation, _) => throw new BudgetSpentException($"Nothing may be spent here on {reservation.Model}."), (_, _) => Task.CompletedTask);

    /// <summary>
    /// Waits where it fits only once calls under way come to less than their most: nobody holds one back while waiting
    /// for another.
    /// </summary>
    /// <returns>The number of the call, to end it by.</returns>
    /// <exception cref="BudgetSpentException">It does not fit into what is left.</exception>
    public Task<int> ReserveAsync(CallReservation reservation, CancellationToken cancellationToken) => _reserve(reservation, cancellationToken);

    /// <summary>Tells those who look on what the model says while it says it. It holds no secret, and need not be whole.</summary>
    public void Hear(int call, string text, bool isThinking) => _hear?.Invoke(call, text, isThinking);

    /// <summary>Not to be cancelled where the call was sent: what it cost must be recorded.</summary>
    public Task EndAsync(CallEnd end, CancellationToken cancellationToken) => _end(end, cancellationToken);
}

/// <param name="Model">As the user names it: <c>openai:gpt-5.1</c>.</param>
/// <param name="Prompt">The whole prompt as text, for the record.</param>
/// <param name="Maximum">The most tokens that it can come to.</param>
/// <param name="Dollars">The most that it can cost; null where the price is not known, which no budget in dollars allows.</param>
public sealed record CallReservation(string Model, string Prompt, TokenUsage Maximum, decimal? Dollars)
{
    /// <summary>Which of several answers to the same prompt it asks for: 1, 2, …; null where it is the only one.</summary>
    public int? Sample { get; init; }
}

/// <param name="Answer">The text of the answer; null where there is none.</param>
/// <param name="Thinking">The reasoning that was shown; empty where none was.</param>
/// <param name="Problem">Why there is no answer; null where there is one.</param>
/// <param name="Message">What the user is told of the problem, or of what was otherwise than asked for; empty where there is nothing to tell.</param>
public sealed record CallEnd(int Call, string? Answer, string Thinking, CallProblem? Problem, string Message, TokenUsage Usage, decimal? Dollars, TimeSpan Took)
{
    /// <summary>The answer is not whole: it was too long, or the provider cut it.</summary>
    public bool IsCut { get; init; }
}

/// <summary>What was about to be spent does not fit into the budget.</summary>
/// <param name="message">Which cap, how much of it is spent, what was asked for, and the flag that raises it.</param>
public sealed class BudgetSpentException(string message) : Exception(message)
{
    /// <summary>Whether it is the node's own cap: the node fails, and the search goes on.</summary>
    public bool IsOfNode { get; init; }
}
