using AgentIde.Core.Runs;
using AgentIde.Storage.Files;
using AgentIde.Storage.Ownership;

namespace AgentIde.Storage.Reading;

/// <summary>
/// Looks for news of one run on a connection that stays open: SQLite tells nobody of a commit, but a number on such a
/// connection changes with each. While nothing changes, a look costs microseconds and no lock that a writer meets.
/// </summary>
internal sealed class RunWatch(RunFolder folder) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly RunReader _reader = new(folder);
    private long? _version;
    private long _head;
    private bool _finished;

    public (long Head, Liveness Liveness) Look()
    {
        lock (_gate)
        {
            // First the lock, then the events: an owner that has let go has written all it will write.
            bool held = OwnerLock.IsHeld(folder.Lock);
            long now = _reader.DataVersion;
            if (now != _version)
            {
                _head = _reader.Head.Seq;
                _finished = _reader.HasFinished;
                _version = now;
            }

            return (_head, held ? Liveness.Live : _finished ? Liveness.Finished : Liveness.Interrupted);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _reader.Dispose();
        }
    }
}
