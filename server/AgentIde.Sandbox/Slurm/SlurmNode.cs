using System.Runtime.InteropServices;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;
using AgentIde.Sandbox.Native;
using AgentIde.Sandbox.Slurm;

namespace AgentIde.Sandbox;

/// <summary>
/// What a job does on its node: one execution in the node's own bubblewrap. Slurm's jobs are no sandbox: they have the
/// user's files and network. Whatever happens, a result is committed; only the death of this very program leaves none.
/// </summary>
public static class SlurmNode
{
    private static readonly TimeSpan ParentLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SignalPatience = TimeSpan.FromMilliseconds(100);

    /// <param name="folder">Where the job is described, and its result is awaited.</param>
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(string folder)
    {
        ExecutionFolder shared = new(folder);
        string node = Environment.GetEnvironmentVariable("SLURMD_NODENAME") ?? Environment.MachineName;
        using CancellationTokenSource terminated = new();
        using PosixSignalRegistration registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            // Slurm kills some seconds later; until then the candidate is ended and what it said is kept.
            signal.Cancel = true;
            terminated.Cancel();
        });
        int parent = ProcessEntry.Read(Environment.ProcessId)!.Parent;
        await using Timer orphaned = new(
            _ =>
            {
                // What serves the step here has died: the cluster believes the job to be gone, and may run it elsewhere.
                if (ProcessEntry.Read(Environment.ProcessId)!.Parent != parent)
                {
                    terminated.Cancel();
                }
            },
            null,
            ParentLook,
            ParentLook);
        shared.WriteStarted(node);
        NodeResult result;
        try
        {
            (NodeJob job, byte[] code) = shared.ReadJob();
            result = await RunAsync(shared, node, job, code, terminated.Token);
        }
        catch (OperationCanceledException)
        {
            result = new NodeResult(node, null, Terminated: true, null, [], null);
        }
        catch (Exception error)
        {
            // Translated here, for here the process ends: the runner shows it.
            string problem = error is SandboxException ? error.Message : $"agentide-node failed: {error.GetType().Name}: {error.Message}";
            result = new NodeResult(node, problem, terminated.IsCancellationRequested, null, [], null);
        }

        shared.Commit(result);
        return 0;
    }

    private static async Task<NodeResult> RunAsync(ExecutionFolder shared, string node, NodeJob job, byte[] code, CancellationToken cancellationToken)
    {
        BubblewrapOptions options = BubblewrapOptions.Default with { Python = job.Python };
        // Of programs like this one that were killed on this node.
        SandboxLeftovers.Remove(options);
        using BubblewrapSandbox sandbox = new(options);
        if (job.Program is not { } program)
        {
            return new NodeResult(node, null, false, null, [], await sandbox.ProbeAsync(cancellationToken));
        }

        CheckProgram(program);
        ExecutionSpec spec = new(job.Name, ProgramLanguage.Python, code, job.Input, job.Limits, job.Collect, job.Environment);
        ExecutionResult result;
        using (FileStream? output = job.Follow ? new FileStream(shared.Output, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0) : null)
        {
            result = await sandbox.ExecuteAsync(spec, _ => program, output is null ? null : piece => output.Write(piece.Span), cancellationToken);
        }

        NodeFile[] files = [.. result.Files.Select((file, number) => Keep(shared, file, number))];
        return new NodeResult(node, null, WasTerminated(result, cancellationToken), result with { Files = [] }, [.. files], null);
    }

    /// <summary>
    /// Slurm tells every process of a job to end, the candidate too: it may be dead of that before this program has
    /// heard of it.
    /// </summary>
    private static bool WasTerminated(ExecutionResult result, CancellationToken cancellationToken) =>
        result is not { Ending: Ending.Exited, ExitCode: 0 }
        && (cancellationToken.IsCancellationRequested || (result.Ending == Ending.Signalled && cancellationToken.WaitHandle.WaitOne(SignalPatience)));

    private static NodeFile Keep(ExecutionFolder shared, CollectedFile file, int number)
    {
        if (file.Bytes is not { } bytes)
        {
            return new NodeFile(file.Name, file.Path, file.Problem, null);
        }

        shared.WriteFile(number, bytes.Span);
        return new NodeFile(file.Name, file.Path, file.Problem, ExecutionFolder.Digest(bytes.Span));
    }

    private static void CheckProgram(CandidateProgram program)
    {
        if (!File.Exists(program.Command[0]) || program.Folders.FirstOrDefault(folder => !Directory.Exists(folder)) is not null)
        {
            string missing = program.Folders.FirstOrDefault(folder => !Directory.Exists(folder)) ?? program.Command[0];
            throw new SandboxException($"{missing}, which candidates need, is not there: install it on the nodes too, or put it on the file system that they share.");
        }
    }
}
