using System.Collections.Immutable;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Storage.Database;

namespace AgentIde.Storage.Ownership;

/// <summary>Events that wait for their transaction, already encoded: the writer's thread only writes.</summary>
internal sealed class PendingAppend
{
    private readonly TaskCompletionSource<ImmutableArray<RecordedEvent>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <exception cref="RunStoreException">An event or a blob is too large.</exception>
    public PendingAppend(ImmutableArray<RunEvent> events, ImmutableArray<Blob> blobs)
    {
        Events = [.. events.Select(EncodedEvent.Of)];
        Blobs = [.. blobs.Select(Database.Blobs.Pack)];
    }

    public ImmutableArray<EncodedEvent> Events { get; }

    public ImmutableArray<PackedBlob> Blobs { get; }

    /// <summary>What the transaction made of the events; told to the caller only once it is durable.</summary>
    public ImmutableArray<RecordedEvent> Recorded { get; set; } = [];

    /// <summary>Why the events can't be written, where that lies in themselves: the rest of the group goes on.</summary>
    public RunStoreException? Refusal { get; set; }

    public Task<ImmutableArray<RecordedEvent>> Done => _done.Task;

    public void Acknowledge()
    {
        if (Refusal is null)
        {
            _done.SetResult(Recorded);
        }
        else
        {
            _done.SetException(Refusal);
        }
    }

    public void Fail(Exception error) => _done.SetException(Refusal ?? error);
}

/// <param name="Names">The blobs that the event names.</param>
internal sealed record EncodedEvent(RunEvent Event, string Kind, byte[] KindBytes, int Version, byte[] Payload, ImmutableArray<Digest> Names)
{
    public static EncodedEvent Of(RunEvent @event)
    {
        (string kind, int version, byte[] payload) = RunJson.Write(@event);
        return payload.Length <= RunJson.MaximumPayloadBytes
            ? new EncodedEvent(@event, kind, Encoding.UTF8.GetBytes(kind), version, payload, NamedBlobs.Of(@event))
            : throw new RunStoreException($"An event '{kind}' has {payload.Length:N0} bytes; at most {RunJson.MaximumPayloadBytes:N0} are stored.");
    }
}
