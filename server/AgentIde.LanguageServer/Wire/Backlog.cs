namespace AgentIde.LanguageServer.Wire;

/// <summary>
/// Counts what is still to be answered and to be sent. With too much of it nothing more is read until some has gone, so
/// an editor that asks and never reads the answers costs a bounded amount of memory and waits for itself. What is under
/// way ends without anything being read, so the wait ends too, unless the editor never reads.
/// </summary>
internal sealed class Backlog(int most) : IDisposable
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private int _count;
    private bool _isOver;

    public void Enter()
    {
        lock (_gate)
        {
            _count++;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            _count--;
            Release(_isOver || _count < most);
        }
    }

    /// <summary>Completes as soon as more may be read, and at the end of the connection.</summary>
    public Task RoomAsync()
    {
        lock (_gate)
        {
            return _isOver || _count < most ? Task.CompletedTask : (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            Release(true);
        }
    }

    private void Release(bool isRoom)
    {
        if (isRoom)
        {
            _room?.TrySetResult();
            _room = null;
        }
    }
}
