using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Docker;

/// <summary>What is fixed when a container is made; everything else is told to it with the program.</summary>
/// <param name="Image">By digest.</param>
internal sealed record ContainerKind(string Image, string InputFolder, long MemoryBytes, int Processes, long DiskBytes, int Cores)
{
    internal static ContainerKind Of(string image, string inputFolder, ExecutionLimits limits) =>
        new(image, inputFolder, limits.MemoryBytes, limits.Processes, limits.DiskBytes, limits.Cores);
}
