using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Docker;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox;

/// <summary>
/// Removes containers whose owner is dead. They are known by their labels, never by name or image. Of an owner that
/// can't be seen from here, on another machine or in a container of its own, only what it can't be using any more:
/// what doesn't run an hour after it was made, and what its own keeper should have ended.
/// </summary>
public static class DockerLeftovers
{
    private static readonly TimeSpan Unstarted = TimeSpan.FromHours(1);

    /// <returns>One line for each container that was removed.</returns>
    /// <exception cref="SandboxException">No engine answers.</exception>
    public static Task<ImmutableArray<string>> RemoveAsync(DockerOptions options, CancellationToken cancellationToken) =>
        RemoveAsync(options, TimeProvider.System, cancellationToken);

    internal static async Task<ImmutableArray<string>> RemoveAsync(DockerOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using DockerClientConfiguration configuration = new(options.Endpoint);
        using DockerClient client = configuration.CreateClient();
        ImmutableArray<string>.Builder removed = ImmutableArray.CreateBuilder<string>();
        try
        {
            IList<ContainerListResponse> containers = await client.Containers.ListContainersAsync(
                new ContainersListParameters
                {
                    All = true,
                    Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [ContainerProfile.OwnerLabel] = true } },
                },
                cancellationToken);
            foreach (ContainerListResponse container in containers)
            {
                if (Why(container, time.GetUtcNow()) is { } why)
                {
                    await Container.RemoveAsync(client, container.ID);
                    removed.Add($"container {container.Names.FirstOrDefault()?.TrimStart('/')} {why}");
                }
            }
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && DockerFailure.IsOfTheEngine(error))
        {
            throw DockerFailure.Explain(error, options, options.Python);
        }

        return removed.ToImmutable();
    }

    /// <summary>Why it may be removed; null where it may not.</summary>
    private static string? Why(ContainerListResponse container, DateTimeOffset now)
    {
        if (ContainerOwner.TryParse(container.Labels[ContainerProfile.OwnerLabel])?.IsAlive is { } isAlive)
        {
            return isAlive ? null : "of a process that is gone";
        }

        bool isOver = container.Labels.TryGetValue(ContainerProfile.UntilLabel, out string? until)
            && long.TryParse(until, CultureInfo.InvariantCulture, out long seconds) && now.ToUnixTimeSeconds() > seconds;
        return isOver ? "that has outlived its time, of a process that can't be seen from here"
            : container.State != "running" && now - new DateTimeOffset(container.Created.ToUniversalTime()) > Unstarted ? "that does not run, of a process that can't be seen from here"
            : null;
    }
}
