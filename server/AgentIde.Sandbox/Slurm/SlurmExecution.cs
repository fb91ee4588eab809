using System.Diagnostics;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox.Slurm;

/// <summary>
/// One job from its request to its result, as often as the cluster takes it away. Whatever happens, when it is over the
/// cluster has no living job of it and its folder is gone.
/// </summary>
internal sealed class SlurmExecution(
    SlurmSession session, NodeJob job, ReadOnlyMemory<byte> code, Action<ReadOnlyMemory<byte>>? listener, CancellationToken cancellationToken)
{
    private const int Attempts = 3;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan QueueLook = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan QueueAge = TimeSpan.FromSeconds(1);

    // How long a file server may take to show here what a node has written.
    private static readonly TimeSpan ResultPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LastWordsPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SubmitPatience = TimeSpan.FromSeconds(10);

    private string _why = "";

    /// <exception cref="SandboxException">The cluster or a node failed.</exception>
    internal Task<(NodeResult Result, IReadOnlyList<CollectedFile> Files)> StartAsync() => OwnThread.RunAsync($"slurm {job.Name}", Run);

    private (NodeResult Result, IReadOnlyList<CollectedFile> Files) Run()
    {
        using SafeFileHandle cancelled = Descriptors.Event();
        using CancellationTokenRegistration registration = cancellationToken.Register(() => Descriptors.Signal(cancelled));
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            ExecutionFolder folder = session.Folder.NewExecution();
            try
            {
                if (TryRun(folder, cancelled) is { } result)
                {
                    return result;
                }
            }
            finally
            {
                SharedFolder.Remove(folder.Path);
            }
        }

        throw SlurmFailure.Lost(Attempts, _why);
    }

    /// <returns>Null where the cluster took the job away: another attempt may fare better.</returns>
    private (NodeResult Result, IReadOnlyList<CollectedFile> Files)? TryRun(ExecutionFolder folder, SafeFileHandle cancelled)
    {
        folder.WriteJob(job, code.Span);
        string name = session.Folder.Owner.JobPrefix + Path.GetFileName(folder.Path);
        long start = Stopwatch.GetTimestamp();
        using OutputFollower output = new(folder.Output, listener);
        using ChildProcess srun = Submit(folder, name);
        bool released = false;
        try
        {
            released = Watch(folder, name, srun, output, cancelled) && (srun.Reap().Status & 0x7f) == 0;
            return TryTake(folder, name, output, cancelled, start, isLost: !released);
        }
        finally
        {
            // A job belongs to its srun: one that was killed, or does not hear of the end, has left it in the queue.
            if (!released)
            {
                Cancel(name, srun);
            }
        }
    }

    /// <param name="isLost">Whether srun can't tell that the job is over, nor release it.</param>
    private (NodeResult Result, IReadOnlyList<CollectedFile> Files)? TryTake(
        ExecutionFolder folder, string name, OutputFollower output, SafeFileHandle cancelled, long start, bool isLost)
    {
        bool IsCancelled() => cancellationToken.IsCancellationRequested;

        if (IsCancelled())
        {
            session.Queue.Cancel(living => living.Name == name);
        }

        QueuedJob? end = folder.HasResult() ? null : AwaitEnd(name, () => output.Pump(), folder.HasResult, cancelled);
        AwaitResult(folder, end, cancelled);
        output.Pump();
        NodeResult? said = null;
        IReadOnlyList<CollectedFile> files = Nothing();
        if (folder.HasResult())
        {
            (said, files) = folder.Take();
            if (!said.Terminated)
            {
                return said.Problem is null ? (WithClusterMemory(said, folder, name), files) : throw SlurmFailure.OnNode(said.Node, said.Problem);
            }

            if (isLost && !IsCancelled())
            {
                _why = $"{said.Node} lost it";
                return null;
            }

            // Why Slurm ended it is known when it is over.
            end = AwaitEnd(name, () => { }, () => false, cancelled);
        }

        return IsCancelled() ? (Ended(Ending.Cancelled, said, null, start), files) : Judge(end, said, files, folder, start);
    }

    private ChildProcess Submit(ExecutionFolder folder, string name)
    {
        using SafeFileHandle nothing = Descriptors.Open("/dev/null", 0);
        using SafeFileHandle log = File.OpenHandle(folder.Log, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
        return ChildProcess.Start(
            [session.Client.Submit, .. JobRequest.Write(name, job.Limits, session.Options, [.. session.NodeCommand, folder.Path])],
            session.Client.Environment,
            [nothing, log, log]);
    }

    /// <returns>Whether srun has ended; if not, the token is cancelled, or the job is over and srun does not come to know of it.</returns>
    private bool Watch(ExecutionFolder folder, string name, ChildProcess srun, OutputFollower output, SafeFileHandle cancelled)
    {
        long looked = Stopwatch.GetTimestamp();
        bool hadResult = false;
        while (true)
        {
            bool[] ready = Descriptors.Wait(listener is null ? QueueLook : Look, srun.Descriptor, cancelled);
            output.Pump();
            if (ready[1] || ready[0])
            {
                return !ready[1];
            }

            if (Stopwatch.GetElapsedTime(looked) < QueueLook)
            {
                continue;
            }

            looked = Stopwatch.GetTimestamp();
            if (hadResult)
            {
                return false;
            }

            hadResult = folder.HasResult();
            if (!hadResult && folder.StartedOn() is null && session.Queue.Find(name, QueueAge) is { WaitsInVain: true } waiting)
            {
                throw SlurmFailure.InVain(waiting);
            }
        }
    }

    /// <summary>srun is gone; the job goes on where srun was killed or lost the cluster.</summary>
    private QueuedJob? AwaitEnd(string name, Action look, Func<bool> isEnough, SafeFileHandle cancelled)
    {
        QueuedJob? known;
        for (TimeSpan wait = TimeSpan.FromMilliseconds(20); (known = session.Queue.Find(name, wait)) is { IsLive: true } && !isEnough();)
        {
            look();
            if (Descriptors.Wait(wait, cancelled)[0])
            {
                session.Queue.Cancel(living => living.Name == name);
            }

            wait = wait < QueueAge ? wait * 2 : QueueAge;
        }

        return known;
    }

    private static void AwaitResult(ExecutionFolder folder, QueuedJob? end, SafeFileHandle cancelled)
    {
        if (folder.HasResult() || end is null)
        {
            return;
        }

        folder.AwaitResult(end.State == "COMPLETED" ? ResultPatience : folder.StartedOn() is null ? TimeSpan.Zero : LastWordsPatience, cancelled);
    }

    private void Cancel(string name, ChildProcess srun)
    {
        // Slurm tells the job first and kills it later: it ends its candidate and says so.
        long start = Stopwatch.GetTimestamp();
        while (!srun.HasBeenReaped && !ChildProcess.HasEnded(srun.Descriptor, TimeSpan.Zero))
        {
            session.Queue.Cancel(living => living.Name == name);
            if (Stopwatch.GetElapsedTime(start) > SubmitPatience)
            {
                ChildProcess.Kill(srun.Descriptor);
            }

            // It has not come to a job yet, or is about to end.
            ChildProcess.HasEnded(srun.Descriptor, Look);
        }

        session.Queue.Cancel(living => living.Name == name);
    }

    /// <summary>The kernel may have killed the candidate for the limit of the job, which is the node's to know, not the sandbox's.</summary>
    private NodeResult WithClusterMemory(NodeResult result, ExecutionFolder folder, string name) =>
        result.Execution is { Ending: Ending.Signalled, Signal: Libc.SignalKill } execution
        && (ReadLog(folder).Contains("oom-kill", StringComparison.OrdinalIgnoreCase) || session.Queue.Find(name, TimeSpan.Zero) is { State: "OUT_OF_MEMORY" })
            ? result with { Execution = execution with { Ending = Ending.OutOfMemory, OutOfMemory = true } }
            : result;

    /// <summary>A job that gave no result of its own.</summary>
    private (NodeResult Result, IReadOnlyList<CollectedFile> Files)? Judge(
        QueuedJob? end, NodeResult? said, IReadOnlyList<CollectedFile> files, ExecutionFolder folder, long start)
    {
        string log = ReadLog(folder);
        string? node = said?.Node ?? folder.StartedOn() ?? (end?.Nodes is { Length: > 0 } nodes ? nodes : null);
        switch (JobEnd.Of(end, hasStarted: folder.StartedOn() is not null, log))
        {
            case JobVerdict.TakenAway:
                _why = end is null ? "it is unknown to the cluster" : $"{end.State} on {node ?? "no node"}";
                return null;
            case JobVerdict.TimeOut:
                return (Ended(Ending.TimeOut, said, node, start), files);
            case JobVerdict.OutOfMemory:
                return (Ended(Ending.OutOfMemory, said, node, start), files);
            case JobVerdict.CancelledOutside:
                (NodeResult ended, IReadOnlyList<CollectedFile> taken) = (Ended(Ending.Cancelled, said, node, start), files);
                return (ended with { Execution = ended.Execution! with { Why = SlurmFailure.CancelledOutside(end!) } }, taken);
            case JobVerdict.Unshared:
                throw SlurmFailure.Unshared(node is null ? null : $"Node {node}", session.Folder.Path);
            case JobVerdict.NodeProgramFailed:
                throw SlurmFailure.OnNode(node ?? "unknown", $"agentide-node could not run: {SlurmFailure.LastWords(log)}");
            default:
                throw SlurmFailure.Refused(log);
        }
    }

    private static NodeResult Ended(Ending ending, NodeResult? said, string? node, long start)
    {
        ExecutionResult execution = said?.Execution ?? new ExecutionResult(ending, null, null, false, Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 0, default, 0, []);
        bool outOfMemory = ending == Ending.OutOfMemory;
        execution = execution with { Ending = ending, ExitCode = null, Signal = outOfMemory ? Libc.SignalKill : null, OutOfMemory = outOfMemory };
        return new NodeResult(node ?? "", null, true, execution, [], null);
    }

    private CollectedFile[] Nothing() => [.. job.Collect.Select(file => new CollectedFile(file.Name, null, null, "the cluster ended the job, so nothing was taken"))];

    private static string ReadLog(ExecutionFolder folder) => File.Exists(folder.Log) ? File.ReadAllText(folder.Log) : "";
}
