using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.LanguageServer.Tests;

/// <summary>A store through which a test can hold things up, or have them go wrong.</summary>
internal sealed class DelegatingStore(IRunStore inner) : IRunStore
{
    /// <summary>Awaited before runs are listed.</summary>
    public Task BeforeList { get; set; } = Task.CompletedTask;

    /// <summary>What reading a run says instead of reading it; null reads.</summary>
    public Func<RunId, string?> Refuses { get; set; } = static _ => null;

    public async Task<ImmutableArray<RunListing>> ListAsync(CancellationToken cancellationToken)
    {
        await BeforeList.WaitAsync(cancellationToken);
        return await inner.ListAsync(cancellationToken);
    }

    public Task<RunPage> ReadAsync(RunId run, long after, int limit, CancellationToken cancellationToken) =>
        Refuses(run) is { } refusal ? throw new RunStoreException(refusal) : inner.ReadAsync(run, after, limit, cancellationToken);

    public Task WaitForNewsAsync(RunId run, long after, Liveness known, CancellationToken cancellationToken) => inner.WaitForNewsAsync(run, after, known, cancellationToken);

    public Task<ReadOnlyMemory<byte>> ReadBlobAsync(RunId run, Digest blob, CancellationToken cancellationToken) => inner.ReadBlobAsync(run, blob, cancellationToken);

    public Task<ImmutableArray<string>> CheckAsync(RunId run, CancellationToken cancellationToken) => inner.CheckAsync(run, cancellationToken);

    public Task RequestAsync(RunId run, RunRequest request, CancellationToken cancellationToken) => inner.RequestAsync(run, request, cancellationToken);

    public Task<OwnedRun> CreateAsync(string taskId, CancellationToken cancellationToken) => inner.CreateAsync(taskId, cancellationToken);

    public Task<OwnedRun> TakeAsync(RunId run, CancellationToken cancellationToken) => inner.TakeAsync(run, cancellationToken);

    public Task<string> WriteViewAsync(RunId run, int node, string fileName, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => inner.WriteViewAsync(run, node, fileName, bytes, cancellationToken);
}
