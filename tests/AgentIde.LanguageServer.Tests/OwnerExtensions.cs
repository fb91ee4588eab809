using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Testing;

namespace AgentIde.LanguageServer.Tests;

internal static class OwnerExtensions
{
    /// <summary>Does what the owner of a run does with a request to record an application, once the expected one has come.</summary>
    public static async Task TakeRequestsUntilAsync(this OwnedRun owned, MemoryRunStore store, RunId run, AppliedRequest expected)
    {
        await store.WaitForRequestAsync(run, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        ImmutableArray<RunRequest> taken = await owned.TakeRequestsAsync(CancellationToken.None);
        taken.ShouldBe([expected]);
    }
}
