namespace AgentIde.LanguageServer.Wire;

/// <summary>
/// Puts the requests of a connection in order. The invariant: changes happen one after the other, in the order in
/// which they arrived; a request sees exactly the changes that arrived before it, as an immutable snapshot, and runs
/// beside other requests without holding anything up. Both <see cref="Change{T}"/> and <see cref="AskAsync"/> take
/// their place before they return, so the order of calls is the order of effects, whatever the caller does next: the
/// wire calls them in arrival order, before anything is awaited. What happens elsewhere (a run goes on) is a change
/// like any other.
///
/// A change that throws leaves the state as it was and fails alone. A request that throws fails alone.
/// </summary>
internal sealed class RequestQueue<TState>(TState initial) where TState : class
{
    private readonly Lock _order = new();
    private TState _current = initial;

    public TState Current => Volatile.Read(ref _current);

    /// <summary>Told of each change, in order, while no other change can happen: must be quick and must not change anything.</summary>
    public Action<TState, TState>? Changed { get; set; }

    public T Change<T>(Func<TState, (TState State, T Result)> change)
    {
        lock (_order)
        {
            TState before = _current;
            (TState after, T result) = change(before);
            Volatile.Write(ref _current, after);
            Changed?.Invoke(before, after);
            return result;
        }
    }

    public void Change(Func<TState, TState> change) => Change(state => (change(state), true));

    public Task<TResult> AskAsync<TResult>(Func<TState, CancellationToken, Task<TResult>> answer, CancellationToken cancellationToken)
    {
        TState snapshot;
        lock (_order)
        {
            snapshot = _current;
        }

        return AnswerAsync(answer, snapshot, cancellationToken);
    }

    private static async Task<TResult> AnswerAsync<TResult>(Func<TState, CancellationToken, Task<TResult>> answer, TState snapshot, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        cancellationToken.ThrowIfCancellationRequested();
        return await answer(snapshot, cancellationToken).ConfigureAwait(false);
    }
}
