using System.Collections.Immutable;
using AgentIde.Core.Runs;

namespace AgentIde.Testing;

public static class OwnedRunExtensions
{
    /// <summary>Reads what waits and removes it: an owner that answers by doing nothing that must be durable.</summary>
    public static async Task<ImmutableArray<RunRequest>> TakeRequestsAsync(this OwnedRun owned, CancellationToken cancellationToken)
    {
        ImmutableArray<WaitingRequest> waiting = await owned.ReadRequestsAsync(cancellationToken).ConfigureAwait(false);
        await owned.RemoveRequestsAsync(waiting, cancellationToken).ConfigureAwait(false);
        return [.. waiting.Select(request => request.Request)];
    }
}
