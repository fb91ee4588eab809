using System.Collections.Immutable;
using System.Globalization;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;
using AgentIde.Sandbox.Slurm;

namespace AgentIde.Sandbox;

/// <summary>
/// Cancels jobs of processes of this machine that died, and removes their part of the shared folder. Owners that live,
/// or are another machine's, are not touched; two that clean at once don't disturb each other.
/// </summary>
public static class SlurmLeftovers
{
    /// <returns>One line for each job that was cancelled and each folder that was removed.</returns>
    /// <exception cref="SandboxException">The cluster does not answer, or a job would not end.</exception>
    public static Task<ImmutableArray<string>> RemoveAsync(SlurmOptions options, CancellationToken cancellationToken) =>
        OwnThread.RunAsync("slurm leftovers", () => Remove(options)).WaitAsync(cancellationToken);

    private static ImmutableArray<string> Remove(SlurmOptions options)
    {
        (string Path, OwnerName Owner)[] dead = [.. SharedFolder.Owners(options.Folder).Where(part => part.Owner.IsDead)];
        if (dead.Length == 0)
        {
            return [];
        }

        SlurmClient client = SlurmClient.Find(options.Configuration);
        ImmutableArray<string>.Builder removed = ImmutableArray.CreateBuilder<string>();
        foreach ((string path, OwnerName owner) in dead)
        {
            string process = owner.Process.Id.ToString(CultureInfo.InvariantCulture);
            JobQueue queue = new(client, owner.JobPrefix);
            removed.AddRange(queue.Read().Where(job => job.IsLive).Select(job => $"Slurm job {job.Id} of process {process}, which is gone"));
            queue.Cancel(_ => true);
            try
            {
                SharedFolder.Remove(path);
            }
            catch (DirectoryNotFoundException)
            {
                // Another that cleans was faster.
            }

            removed.Add($"folder of process {process}, which is gone: {path}");
        }

        return removed.ToImmutable();
    }
}
