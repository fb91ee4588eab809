using System.Collections.Concurrent;
using System.Threading.Channels;

namespace AgentIde.LanguageServer.Wire;

/// <summary>
/// Sends news about things that change in bursts: the first at once, then at most one in each interval for each key,
/// and always one after the last change. What is sent is read when it is sent, so nothing stale goes out.
/// </summary>
internal sealed class Paced<TKey>(TimeProvider time, TimeSpan interval, Func<TKey, CancellationToken, Task> send) where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, bool> _marked = new();
    private readonly Dictionary<TKey, long> _sentAt = [];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Mark(TKey key)
    {
        _marked[key] = true;
        _wake.Writer.TryWrite(true);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan wait = Timeout.InfiniteTimeSpan;
            foreach (TKey key in _marked.Keys)
            {
                TimeSpan left = _sentAt.TryGetValue(key, out long at) ? interval - time.GetElapsedTime(at) : TimeSpan.Zero;
                if (left > TimeSpan.Zero)
                {
                    wait = wait < TimeSpan.Zero || left < wait ? left : wait;
                    continue;
                }

                _marked.TryRemove(key, out _);
                _sentAt[key] = time.GetTimestamp();
                await send(key, cancellationToken).ConfigureAwait(false);
            }

            Forget();
            await WaitAsync(wait, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Keys come and go with documents and runs: what is past its interval no longer holds anything back.</summary>
    private void Forget()
    {
        foreach (TKey key in _sentAt.Where(sent => time.GetElapsedTime(sent.Value) > interval).Select(sent => sent.Key).ToArray())
        {
            _sentAt.Remove(key);
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (wait < TimeSpan.Zero)
        {
            await _wake.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task due = Task.Delay(wait, time, over.Token);
        Task<bool> woken = _wake.Reader.WaitToReadAsync(over.Token).AsTask();
        await Task.WhenAny(due, woken).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(due, woken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        _wake.Reader.TryRead(out _);
    }
}
