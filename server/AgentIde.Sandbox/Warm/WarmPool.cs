using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;
using AgentIde.Sandbox.Leftovers;

namespace AgentIde.Sandbox.Warm;

/// <summary>The warm Pythons of one sandbox: one for each input folder and number of cores, the last used few.</summary>
internal sealed class WarmPool(string bubblewrap, ExecutionSlots slots) : IDisposable
{
    private const int Most = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly List<(string Key, Task<Zygote?> Zygote)> _zygotes = [];
    private bool _disposed;

    /// <summary>Those in folders beneath which an execution has memory file systems of its own would be hidden.</summary>
    internal static bool CanHave(CandidateProgram program) =>
        !program.Folders.Any(folder => folder.StartsWith("/tmp/", StringComparison.Ordinal) || folder.StartsWith("/dev/", StringComparison.Ordinal) || folder.StartsWith("/box", StringComparison.Ordinal));

    /// <summary>One that is ready now; null otherwise, and then one is on its way.</summary>
    internal Zygote? TryGet(CandidateProgram program, ExecutionSpec spec)
    {
        Task<Zygote?> zygote = Start(program, spec);
        return zygote.IsCompletedSuccessfully ? Completed(zygote) : null;
    }

    /// <exception cref="SandboxException">This Python can't be copied, or could not be started.</exception>
    internal async Task<Zygote> GetAsync(CandidateProgram program, ExecutionSpec spec) =>
        await Start(program, spec) ?? throw new SandboxException($"{program.Command[0]} can't be kept warm: a library of it starts threads while it is loaded.");

    /// <summary>Forgets one that has failed; the next that asks starts another.</summary>
    internal void Drop(Zygote zygote)
    {
        lock (_gate)
        {
            _zygotes.RemoveAll(entry => entry.Zygote.IsCompletedSuccessfully && ReferenceEquals(Completed(entry.Zygote), zygote));
        }

        zygote.Dispose();
    }

    /// <summary>Waits until they are gone: a process that ends now would leave their notes behind.</summary>
    public void Dispose()
    {
        (string Key, Task<Zygote?> Zygote)[] last;
        lock (_gate)
        {
            _disposed = true;
            last = [.. _zygotes];
            _zygotes.Clear();
        }

        foreach ((_, Task<Zygote?> zygote) in last)
        {
            Release(zygote);
        }

        foreach ((_, Task<Zygote?> zygote) in last)
        {
            AwaitGone(zygote);
        }
    }

    private Task<Zygote?> Start(CandidateProgram program, ExecutionSpec spec)
    {
        string key = $"{program.Command[0]}\0{spec.InputFolder}\0{spec.Limits.Cores}";
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            int index = _zygotes.FindIndex(entry => entry.Key == key);
            Task<Zygote?> zygote;
            if (index >= 0)
            {
                zygote = _zygotes[index].Zygote;
                _zygotes.RemoveAt(index);
                if (zygote.IsFaulted || (zygote.IsCompletedSuccessfully && Completed(zygote) is { IsAlive: false }))
                {
                    zygote = Zygote.StartAsync(program, bubblewrap, slots, spec.InputFolder, spec.Limits.Cores);
                }
            }
            else
            {
                zygote = Zygote.StartAsync(program, bubblewrap, slots, spec.InputFolder, spec.Limits.Cores);
            }

            _zygotes.Add((key, zygote));
            while (_zygotes.Count > Most && _zygotes.FindIndex(entry => entry.Zygote.IsCompletedSuccessfully && Completed(entry.Zygote) is not { IsBusy: true }) is >= 0 and int idle)
            {
                Release(_zygotes[idle].Zygote);
                _zygotes.RemoveAt(idle);
            }

            return zygote;
        }
    }

    private static void Release(Task<Zygote?> zygote) =>
        _ = zygote.ContinueWith(done => { if (done.IsCompletedSuccessfully) { Completed(done)?.Dispose(); } }, TaskScheduler.Default);

#pragma warning disable VSTHRD002, VSTHRD103 // At the end of a process there is nobody to wait otherwise.
    private static Zygote? Completed(Task<Zygote?> task) => task.Result;

    /// <summary>One that is still loading its libraries can be ended only when it has.</summary>
    private static void AwaitGone(Task<Zygote?> zygote)
    {
        try
        {
            if (zygote.Wait(Patience))
            {
                zygote.Result?.AwaitGone(Patience);
            }
        }
        catch (AggregateException)
        {
            // It could not be started: nothing of it is there.
        }
    }
#pragma warning restore VSTHRD002, VSTHRD103
}
