using System.Collections.Immutable;
using System.Threading.Channels;
using AgentIde.Core.Runs;

namespace AgentIde.Storage.Ownership;

/// <summary>
/// The queue before the appender, and the one thread that writes: while a commit waits for the disk, the next group
/// gathers, so that a sync is paid once for many events and a lone event never waits for company.
/// </summary>
internal sealed class GroupCommit
{
    private const int LargestGroup = 1000;
    private const int LongestQueue = 1024;

    private readonly Channel<PendingAppend> _queue = Channel.CreateBounded<PendingAppend>(
        new BoundedChannelOptions(LongestQueue) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EventAppender _appender;
    private readonly RunId _run;

    public GroupCommit(RunId run, EventAppender appender)
    {
        _run = run;
        _appender = appender;
        new Thread(WriteGroups) { IsBackground = true, Name = $"writer of {run}" }.Start();
    }

    /// <summary>Returns when the events are durable. Cancellation counts until they are in the queue, and no longer.</summary>
    public async Task<ImmutableArray<RecordedEvent>> AppendAsync(PendingAppend append, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(append, cancellationToken);
        }
        catch (ChannelClosedException error)
        {
            throw new RunStoreException($"The run {_run} has been released: nothing can be appended to it any more.", error);
        }

        return await append.Done;
    }

    /// <summary>Takes no more appends and returns when those that wait are written.</summary>
    public Task CloseAsync()
    {
        _queue.Writer.TryComplete();
        return _ended.Task;
    }

    private void WriteGroups()
    {
        List<PendingAppend> group = [];
        while (WaitForWork())
        {
            group.Clear();
            int events = 0;
            while (_queue.Reader.TryPeek(out PendingAppend? next) && (group.Count == 0 || events + next.Events.Length <= LargestGroup) && _queue.Reader.TryRead(out next))
            {
                group.Add(next);
                events += next.Events.Length;
            }

            _appender.Write(group);
        }

        _ended.SetResult();
    }

#pragma warning disable VSTHRD002 // The writer's own thread has nothing else to do than to wait here.
    private bool WaitForWork() => _queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
}
