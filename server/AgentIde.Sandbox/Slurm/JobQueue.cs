using System.Collections.Immutable;
using System.Diagnostics;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Native;

namespace AgentIde.Sandbox.Slurm;

/// <summary>
/// What the cluster knows of one owner's jobs: one question for all that ask within a moment. That the controller does
/// not answer says nothing about a job, so it is asked again for some minutes before anything is given up.
/// </summary>
/// <param name="prefix">By which the owner's jobs are known. Never by user: a user without a name has no jobs for squeue.</param>
internal sealed class JobQueue(SlurmClient client, string prefix)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private ImmutableArray<QueuedJob> _known = [];
    private long _when;

    /// <summary>Null where the cluster doesn't know it: it came to no job, or ended a while ago.</summary>
    /// <param name="age">An answer that is younger than this will do.</param>
    internal QueuedJob? Find(string name, TimeSpan age)
    {
        lock (_gate)
        {
            if (_when == 0 || Stopwatch.GetElapsedTime(_when) > age)
            {
                _known = Read();
                _when = Stopwatch.GetTimestamp();
            }

            // Of several with a name, the living one counts.
            return _known.Where(job => job.Name == name).OrderByDescending(job => job.IsLive).FirstOrDefault();
        }
    }

    /// <summary>All jobs of the owner that the cluster knows.</summary>
    /// <exception cref="SandboxException">The controller does not answer.</exception>
    internal ImmutableArray<QueuedJob> Read()
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            (int status, string output) = client.Run(["squeue", "--noheader", "--states=all", $"--format={QueuedJob.Format}"]);
            if (status == 0)
            {
                return [.. output.Split('\n').Select(QueuedJob.Parse).OfType<QueuedJob>().Where(job => job.Name.StartsWith(prefix, StringComparison.Ordinal))];
            }

            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw SlurmFailure.Unreachable(output);
            }

            Descriptors.Wait(TimeSpan.FromSeconds(2));
        }
    }

    /// <summary>Tells jobs to end and returns when all have.</summary>
    /// <exception cref="SandboxException">They would not.</exception>
    internal void Cancel(Func<QueuedJob, bool> which)
    {
        long start = Stopwatch.GetTimestamp();
        HashSet<string> told = [];
        while (true)
        {
            QueuedJob[] living = [.. Read().Where(job => job.IsLive && which(job))];
            if (living.Length == 0)
            {
                return;
            }

            if (living.Where(job => told.Add(job.Id)).Select(job => job.Id).ToArray() is { Length: > 0 } ids)
            {
                // Its status says nothing that the queue does not: a job may have ended by itself.
                client.Run(["scancel", .. ids]);
            }

            if (Stopwatch.GetElapsedTime(start) > CancelPatience)
            {
                throw new SandboxException($"Slurm job {living[0].Id} was cancelled and does not end within {CancelPatience.TotalSeconds} s (it is {living[0].State}): look at it with scontrol show job {living[0].Id}.");
            }

            Descriptors.Wait(Look);
        }
    }
}
