using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Slurm;

/// <summary>What all executions of one sandbox share: the cluster, and this owner's part of the shared folder.</summary>
internal sealed class SlurmSession : IDisposable
{
    private SlurmSession(SlurmOptions options, SlurmClient client, SharedFolder folder, IReadOnlyList<string> nodeCommand)
    {
        Options = options;
        Client = client;
        Folder = folder;
        NodeCommand = nodeCommand;
        Queue = new JobQueue(client, folder.Owner.JobPrefix);
    }

    internal SlurmOptions Options { get; }

    internal SlurmClient Client { get; }

    internal SharedFolder Folder { get; }

    internal JobQueue Queue { get; }

    /// <summary>What a job starts, but for the folder of the job.</summary>
    internal IReadOnlyList<string> NodeCommand { get; }

    /// <exception cref="SandboxException">Something that it takes isn't there.</exception>
    internal static SlurmSession Open(SlurmOptions options)
    {
        SlurmClient client = SlurmClient.Find(options.Configuration);
        string program = NodeProgram.Find(options.NodeProgram);
        SharedFolder folder = SharedFolder.Open(options.Folder);
        try
        {
            return new SlurmSession(options, client, folder, NodeProgram.Command(folder.Stage(program)));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public void Dispose() => Folder.Dispose();
}
