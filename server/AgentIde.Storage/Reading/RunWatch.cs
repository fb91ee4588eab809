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
    private readonly Lock gate = new();
    private readonly RunReader reader = new(folder);
    private long? version;
    private long head;
    private bool finished;

    public (long Head, Liveness Liveness) Look()
    {
        lock (gate)
        {
            // First the lock, then the events: an owner that has let go has written all it will write.
            bool held = OwnerLock.IsHeld(folder.Lock);
            long now = reader.DataVersion;
            if (now != version)
            {
                head = reader.Head.Seq;
                finished = reader.HasFinished;
                version = now;
            }

            return (head, held ? Liveness.Live : finished ? Liveness.Finished : Liveness.Interrupted);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            reader.Dispose();
        }
    }
}
