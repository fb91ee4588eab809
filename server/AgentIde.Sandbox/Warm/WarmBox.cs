using System.Collections.Immutable;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;
using AgentIde.Sandbox.Limits;
using AgentIde.Sandbox.Native;
using AgentIde.Sandbox.Seccomp;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox.Warm;

/// <summary>A sandbox that a zygote makes for one candidate: a keeper and a candidate, at the same line.</summary>
internal sealed class WarmBox : IBox
{
    // The keeper.
    private const int OwnProcesses = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DeathPatience = TimeSpan.FromSeconds(20);

    private readonly WarmExecution _execution;
    private readonly SafeFileHandle _go;
    private BoxEnd? _end;

    private WarmBox(WarmExecution execution, Candidate candidate, SafeFileHandle output, SafeFileHandle go)
    {
        _execution = execution;
        _go = go;
        Candidate = candidate;
        Output = output;
    }

    public Candidate Candidate { get; }

    public SafeFileHandle Output { get; }

    public IReadOnlyList<int> Processes => [Candidate.KeeperId];

    /// <exception cref="SandboxException">The zygote could not make it.</exception>
    internal static WarmBox Make(ExecutionSpec spec, CandidateProgram program, Zygote zygote, IResourceLimits resources, IResourceGroup group)
    {
        using SafeFileHandle input = InputFolder.Open(spec.InputFolder);
        (SafeFileHandle outputRead, SafeFileHandle outputWrite) = Descriptors.Pipe();
        (SafeFileHandle goRead, SafeFileHandle goWrite) = Descriptors.Pipe();
        (SafeFileHandle readyRead, SafeFileHandle readyWrite) = Descriptors.Pipe();
        SafeFileHandle[] entries = [];
        WarmBox? box = null;
        WarmExecution? execution = null;
        try
        {
            group.BoundProcesses(spec.Limits.Processes + OwnProcesses);
            entries = [.. group.EntryFiles.Select(file => Descriptors.Open(file, Libc.OpenWriteOnly))];
            using (goRead)
            using (readyWrite)
            using (outputWrite)
            using (SafeFileHandle code = Descriptors.Memory("code", spec.Code.Span))
            using (SafeFileHandle filter = Descriptors.Memory("seccomp", SyscallTable.OfThisMachine is { } calls ? SeccompFilter.Write(calls) : []))
            {
                execution = zygote.Begin(number => Request(number, spec, program, resources), [code, outputWrite, readyWrite, goRead, filter, .. entries]);
            }

            if (!execution.AwaitStart(Patience))
            {
                throw new SandboxException("The warm Python did not answer.");
            }

            Expect(readyRead, (byte)'r', outputRead);
            (int candidate, int keeper) = zygote.ProcessesOf(execution);
            Descriptors.MakeNonBlocking(outputRead);
            return box = new WarmBox(execution, Candidate.Attach(keeper, candidate, input), outputRead, goWrite);
        }
        finally
        {
            readyRead.Dispose();
            foreach (SafeFileHandle entry in entries)
            {
                entry.Dispose();
            }

            if (box is null)
            {
                execution?.Dispose();

                // A copy whose word to go is gone ends by itself.
                outputRead.Dispose();
                goWrite.Dispose();
            }
        }
    }

    public void Release()
    {
        Descriptors.Write(_go, "g"u8);
        _go.Dispose();
    }

    public int? AwaitStatus() => (_end ??= _execution.AwaitEnd(DeathPatience))?.Status;

    public void AwaitOwnEnd(TimeSpan patience) => _end ??= _execution.AwaitEnd(patience);

    public BoxEnd End()
    {
        // What outlives the candidate is the keeper's; what dies with it unwaited for, the tables have to a hundredth of a second.
        double beside = ProcessEntry.CpuSecondsFrom(Candidate.KeeperId), below = _end is null ? ProcessEntry.CpuSecondsFrom(Candidate.Id) : 0;
        ChildProcess.Kill(Candidate.Keeper);
        return ChildProcess.HasEnded(Candidate.Keeper, DeathPatience) && (_end ??= _execution.AwaitEnd(DeathPatience)) is { } end
            ? end with { CpuSeconds = beside + Math.Max(below, end.CpuSeconds) }
            : throw new SandboxException($"A process of the candidate did not die within {DeathPatience.TotalSeconds} s (it is stopped, or stuck in the kernel). Its slot stays noted until agentide doctor --clean.");
    }

    public void Dispose()
    {
        ChildProcess.Kill(Candidate.Keeper);
        ChildProcess.HasEnded(Candidate.Keeper, DeathPatience);
        Candidate.Dispose();
        Output.Dispose();
        _go.Dispose();
        _execution.Dispose();
    }

    private static WarmRequest Request(int number, ExecutionSpec spec, CandidateProgram program, IResourceLimits resources)
    {
        ExecutionLimits limits = spec.Limits;
        ImmutableDictionary<string, long> rlimits = ImmutableDictionary<string, long>.Empty
            .Add("RLIMIT_CORE", 0).Add("RLIMIT_NOFILE", 1024).Add("RLIMIT_FSIZE", limits.DiskBytes);
        if (resources.ProcessesByRlimit)
        {
            rlimits = rlimits.Add("RLIMIT_NPROC", limits.Processes + OwnProcesses).Add("RLIMIT_DATA", limits.MemoryBytes + (limits.MemoryBytes / 2));
        }

        return new WarmRequest(number, limits.DiskBytes, MemoryFolders.Files, rlimits, Profile.Variables(spec, program));
    }

    private static void Expect(SafeFileHandle ready, byte word, SafeFileHandle output)
    {
        byte[] one = new byte[1];
        if (Descriptors.Wait(Patience, ready)[0] && Descriptors.Read(ready, one) == 1 && one[0] == word)
        {
            return;
        }

        byte[] said = new byte[4096];
        int count = Descriptors.Wait(TimeSpan.Zero, output)[0] ? Math.Max(0, Descriptors.Read(output, said)) : 0;
        throw StartFailure.Explain(System.Text.Encoding.UTF8.GetString(said, 0, count));
    }
}
