using System.Collections.Immutable;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Docker;
using AgentIde.Sandbox.Leftovers;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox;

/// <summary>Removes containers whose owner is dead. They are known by their labels, never by name or image.</summary>
public static class DockerLeftovers
{
    /// <returns>One line for each container that was removed; none where no engine answers, for then none is left running.</returns>
    public static async Task<ImmutableArray<string>> RemoveAsync(DockerOptions options, CancellationToken cancellationToken)
    {
        using DockerClientConfiguration configuration = new(options.Endpoint);
        using DockerClient client = configuration.CreateClient(new System.Version(1, 41));
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
            foreach (ContainerListResponse container in containers.Where(container => !ExecutionNote.IsAlive(container.Labels[ContainerProfile.OwnerLabel])))
            {
                await Container.RemoveAsync(client, container.ID);
                removed.Add($"container {container.Names.FirstOrDefault()?.TrimStart('/')} of a process that is gone");
            }
        }
        catch (Exception error) when (error is HttpRequestException or TimeoutException or IOException)
        {
            throw DockerFailure.Unreachable(options.Endpoint, error);
        }

        return removed.ToImmutable();
    }
}
