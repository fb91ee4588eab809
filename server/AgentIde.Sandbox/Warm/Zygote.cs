using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;
using AgentIde.Sandbox.Leftovers;
using AgentIde.Sandbox.Limits;
using AgentIde.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox.Warm;

/// <summary>
/// A Python that has its libraries loaded and waits, in a sandbox of its own, to be copied for executions over one
/// input folder. It lives on a thread of its own, whose end is its end.
/// </summary>
internal sealed class Zygote : IDisposable
{
    /// <summary>What most solutions import; what isn't installed is left out.</summary>
    private static readonly string[] Libraries =
    [
        "numpy", "pandas", "scipy.sparse", "scipy.stats", "sklearn.compose", "sklearn.ensemble", "sklearn.feature_extraction.text", "sklearn.impute",
        "sklearn.linear_model", "sklearn.metrics", "sklearn.model_selection", "sklearn.neighbors", "sklearn.pipeline", "sklearn.preprocessing", "sklearn.svm", "xgboost",
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly PacketSocket _control;
    private readonly ChildProcess _bubblewrap;
    private readonly ExecutionSlot _slot;
    private readonly int _process;
    private readonly ConcurrentDictionary<int, WarmExecution> _executions = [];
    private readonly ManualResetEventSlim _gone = new();
    private int _numbers;

    private Zygote(PacketSocket control, ChildProcess bubblewrap, ExecutionSlot slot, int process)
    {
        _control = control;
        _bubblewrap = bubblewrap;
        _slot = slot;
        _process = process;
    }

    /// <summary>False once it has ended, by whatever.</summary>
    internal bool IsAlive => !_gone.IsSet && !ChildProcess.HasEnded(_bubblewrap.Descriptor, TimeSpan.Zero);

    internal bool IsBusy => !_executions.IsEmpty;

    /// <summary>Starts one and waits until its libraries are loaded.</summary>
    /// <returns>Null where this Python can't be copied safely, because a library of it started threads.</returns>
    /// <exception cref="SandboxException">It could not be started.</exception>
    internal static async Task<Zygote?> StartAsync(CandidateProgram program, string bubblewrap, ExecutionSlots slots, string inputFolder, int cores)
    {
        TaskCompletionSource<Zygote?> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() => Live(program, bubblewrap, slots, inputFolder, cores, ready)) { IsBackground = true, Name = "warm Python" };
        thread.Start();
        return await ready.Task;
    }

    /// <summary>Asks for a copy. The descriptors may be closed once this returns.</summary>
    internal WarmExecution Begin(Func<int, WarmRequest> request, params ReadOnlySpan<SafeFileHandle> descriptors)
    {
        WarmExecution execution = new(Interlocked.Increment(ref _numbers), done => _executions.TryRemove(done.Number, out _));
        _executions[execution.Number] = execution;
        try
        {
            _control.Send(JsonSerializer.SerializeToUtf8Bytes(request(execution.Number), WarmJson.Default.WarmRequest), descriptors);
        }
        catch (IOException error)
        {
            _executions.TryRemove(execution.Number, out _);
            throw new SandboxException($"The warm Python is gone: {error.Message}", error);
        }

        return execution;
    }

    /// <summary>The processes of this machine that are an execution's candidate and its keeper.</summary>
    internal (int Candidate, int Keeper) ProcessesOf(WarmExecution execution)
    {
        int depth = Numbers(_process).Length;
        Dictionary<string, int> below = [];
        foreach (int process in ProcessEntry.TreeBelow(_process))
        {
            if (Numbers(process) is { } numbers && numbers.Length == depth + 1)
            {
                below[numbers[^2]] = process;
            }
        }

        int Find(int inner) => below.TryGetValue(inner.ToString(CultureInfo.InvariantCulture), out int found)
            ? found
            : throw new SandboxException("A copy of the warm Python was gone before its candidate began.");
        return (Find(execution.Process), Find(execution.Keeper));
    }

    /// <summary>Waits until nothing of it is left, its note neither. False where that takes longer.</summary>
    internal bool AwaitGone(TimeSpan patience) => _gone.Wait(patience);

    public void Dispose()
    {
        // Its thread hears of the end and lets go of the rest.
        if (!_gone.IsSet)
        {
            ChildProcess.Kill(_bubblewrap.Descriptor);
        }
    }

    private static void Live(CandidateProgram program, string bubblewrap, ExecutionSlots slots, string inputFolder, int cores, TaskCompletionSource<Zygote?> ready)
    {
        try
        {
            Zygote? zygote = null;
            using (ExecutionSlot slot = slots.Claim())
            {
                (PacketSocket control, ChildProcess child, int process) = Start(program, bubblewrap, slot, slots.StageFolder, inputFolder, cores);
                using (control)
                using (child)
                using (SafeFileHandle? inner = ChildProcess.OpenDescriptor(process))
                {
                    slot.Record([child.Id, process]);
                    zygote = new Zygote(control, child, slot, process);
                    zygote.Listen(ready);
                    ChildProcess.HasEnded(child.Descriptor, Patience);

                    // It is big, and dies a while after bubblewrap; what is still alive would stay noted.
                    _ = inner is null || ChildProcess.HasEnded(inner, Patience);
                    zygote.Abandon();
                }
            }

            zygote?._gone.Set();
        }
        catch (Exception error)
        {
            ready.TrySetException(error);
        }
    }

    private static (PacketSocket Control, ChildProcess Child, int Process) Start(
        CandidateProgram program, string bubblewrap, ExecutionSlot slot, string stageFolder, string inputFolder, int cores)
    {
        using SafeFileHandle input = InputFolder.Open(inputFolder);
        (string shown, (string, string)[] binds) = BoxStart.Place(inputFolder, program, Stage.TrySet(stageFolder));
        IReadOnlyList<string> arguments = Profile.WriteWarm(program, shown, binds, cores);
        IReadOnlyList<string> command = CommandLine.Write(
            bubblewrap, NoLimits.Group, slot, [program.Command[0], "-s", Profile.WarmProgram, .. Libraries]);
        (PacketSocket ours, SafeFileHandle theirs) = PacketSocket.Pair();
        (SafeFileHandle informationRead, SafeFileHandle informationWrite) = Descriptors.Pipe();
        (SafeFileHandle outputRead, SafeFileHandle outputWrite) = Descriptors.Pipe();
        using (theirs)
        using (informationRead)
        using (outputRead)
        {
            ChildProcess child;
            using (informationWrite)
            using (outputWrite)
            using (SafeFileHandle nothing = Descriptors.Open("/dev/null", 0))
            using (SafeFileHandle argumentsFile = Descriptors.Memory("arguments", string.Join('\0', arguments) + '\0'))
            using (SafeFileHandle code = Descriptors.Memory("zygote", Resource.Text("zygote.py")))
            using (SafeFileHandle users = Descriptors.Memory("passwd", Profile.UserFile))
            using (SafeFileHandle groups = Descriptors.Memory("group", Profile.GroupFile))
            {
                // In the order of the numbers in Profile; the control takes the place of what lets a candidate go.
                child = ChildProcess.Start(
                    command, CommandLine.Environment, [nothing, outputWrite, outputWrite, theirs, nothing, argumentsFile, nothing, informationWrite, nothing, code, users, groups]);
            }

            theirs.Dispose();
            try
            {
                return (ours, child, BoxStart.KeeperId(informationRead));
            }
            catch (JsonException)
            {
                byte[] said = new byte[4096];
                string why = Encoding.UTF8.GetString(said, 0, Math.Max(0, Descriptors.Read(outputRead, said)));
                child.Dispose();
                ours.Dispose();
                throw StartFailure.Explain(why);
            }
        }
    }

    private void Listen(TaskCompletionSource<Zygote?> ready)
    {
        byte[] packet = new byte[1 << 16];
        for (int length; (length = _control.Receive(packet)) > 0;)
        {
            WarmReport report = JsonSerializer.Deserialize(packet.AsSpan(0, length), WarmJson.Default.WarmReport)!;
            if (report.Ready is { } isReady)
            {
                ready.TrySetResult(isReady ? this : null);
                if (!isReady)
                {
                    ChildProcess.Kill(_bubblewrap.Descriptor);
                }
            }
            else if (report.Started is { } started && _executions.TryGetValue(started, out WarmExecution? begun))
            {
                begun.HasStarted(report.Process ?? 0, report.Keeper ?? 0);
            }
            else if (report.Ended is { } ended && _executions.TryGetValue(ended, out WarmExecution? over))
            {
                over.HasEnded(new BoxEnd(report.Status ?? 0, report.Seconds ?? 0, report.Peak ?? 0));
            }
        }

        ready.TrySetException(new SandboxException("The warm Python ended before it was ready."));
    }

    private void Abandon()
    {
        foreach (WarmExecution execution in _executions.Values)
        {
            execution.IsLost();
        }
    }

    /// <summary>The process's number in each namespace that it is in, from this one inwards.</summary>
    private static string[] Numbers(int process)
    {
        try
        {
            return File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("NSpid:", StringComparison.Ordinal))?.Split('\t')[1..] ?? [];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
