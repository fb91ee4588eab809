using System.Text;
using System.Text.Json;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;
using AgentIde.Sandbox.Leftovers;
using AgentIde.Sandbox.Limits;
using AgentIde.Sandbox.Native;
using AgentIde.Sandbox.Seccomp;
using Microsoft.Win32.SafeHandles;

namespace AgentIde.Sandbox;

/// <summary>A sandbox that bubblewrap makes for one candidate.</summary>
internal sealed class BoxStart : IBox
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DeathPatience = TimeSpan.FromSeconds(20);

    private readonly SafeFileHandle _go;

    private BoxStart(ChildProcess bubblewrap, Candidate candidate, SafeFileHandle output, SafeFileHandle go)
    {
        Bubblewrap = bubblewrap;
        Candidate = candidate;
        Output = output;
        _go = go;
    }

    public Candidate Candidate { get; }

    public SafeFileHandle Output { get; }

    public IReadOnlyList<int> Processes => [Bubblewrap.Id, Candidate.KeeperId];

    private ChildProcess Bubblewrap { get; }

    /// <exception cref="SandboxException">bubblewrap could not make it.</exception>
    internal static BoxStart Make(
        ExecutionSpec spec, CandidateProgram program, string bubblewrap, IResourceLimits resources, IResourceGroup group, ExecutionSlot slot, string stageFolder)
    {
        using SafeFileHandle input = InputFolder.Open(spec.InputFolder);
        Stage? stage = Stage.TrySet(stageFolder);
        (string inputFolder, (string, string)[] binds) = Place(spec.InputFolder, program, stage);
        SyscallTable? calls = SyscallTable.OfThisMachine;
        IReadOnlyList<string> arguments = Profile.Write(spec, program, inputFolder, binds, MemoryFolders.On(stage, slot.User, spec.Limits), calls is not null);
        IReadOnlyList<string> command = CommandLine.Write(bubblewrap, group, slot, CommandLine.Kept(spec.Limits, resources, program.Command));

        (SafeFileHandle outputRead, SafeFileHandle outputWrite) = Descriptors.Pipe();
        (SafeFileHandle goRead, SafeFileHandle goWrite) = Descriptors.Pipe();
        (SafeFileHandle readyRead, SafeFileHandle readyWrite) = Descriptors.Pipe();
        (SafeFileHandle informationRead, SafeFileHandle informationWrite) = Descriptors.Pipe();
        ChildProcess? child = null;
        try
        {
            using (goRead)
            using (readyWrite)
            using (outputWrite)
            using (informationWrite)
            using (SafeFileHandle nothing = Descriptors.Open("/dev/null", 0))
            using (SafeFileHandle argumentsFile = Descriptors.Memory("arguments", string.Join('\0', arguments) + '\0'))
            using (SafeFileHandle filter = Descriptors.Memory("seccomp", calls is null ? [] : SeccompFilter.Write(calls)))
            using (SafeFileHandle shell = Descriptors.Open("/bin/sh", 0))
            using (SafeFileHandle code = Descriptors.Memory("code", spec.Code.Span))
            using (SafeFileHandle users = Descriptors.Memory("passwd", Profile.UserFile))
            using (SafeFileHandle groups = Descriptors.Memory("group", Profile.GroupFile))
            {
                // In the order of the numbers in Profile.
                using ThreadInGroups? joined = ThreadInGroups.Join(group);
                child = ChildProcess.Start(
                    command,
                    [.. CommandLine.Environment, .. group.Environment],
                    [nothing, outputWrite, outputWrite, goRead, readyWrite, argumentsFile, filter, informationWrite, shell, code, users, groups]);
            }

            AwaitReady(child, readyRead, outputRead);
            stage?.Clear();
            Descriptors.MakeNonBlocking(outputRead);
            Candidate candidate = Candidate.AttachBelow(KeeperId(informationRead), input);
            BoxStart box = new(child, candidate, outputRead, goWrite);
            child = null;
            return box;
        }
        finally
        {
            readyRead.Dispose();
            informationRead.Dispose();
            if (child is not null)
            {
                child.Dispose();
                outputRead.Dispose();
                goWrite.Dispose();
            }
        }
    }

    public void Release()
    {
        Descriptors.Write(_go, "g\n"u8);
        _go.Dispose();
    }

    public int? AwaitStatus() => Candidate.ExitStatus();

    public void AwaitOwnEnd(TimeSpan patience) => ChildProcess.HasEnded(Bubblewrap.Descriptor, patience);

    public BoxEnd End()
    {
        // What dies with process 1 counts nowhere: the kernel takes those ends without adding them up. The tables have it to a hundredth of a second.
        double before = ProcessEntry.CpuSecondsFrom(Candidate.KeeperId);
        ChildProcess.Kill(Candidate.Keeper);
        if (!ChildProcess.HasEnded(Candidate.Keeper, DeathPatience) || !ChildProcess.HasEnded(Bubblewrap.Descriptor, DeathPatience))
        {
            throw new SandboxException($"A process of the candidate did not die within {DeathPatience.TotalSeconds} s (it is stopped, or stuck in the kernel). Its slot stays noted until agentide doctor --clean.");
        }

        (int status, Libc.ResourceUsage usage) = Bubblewrap.Reap();
        double seconds = usage.UserSeconds + usage.SystemSeconds + ((usage.UserMicroseconds + usage.SystemMicroseconds) / 1e6);
        return new BoxEnd(status, Math.Max(before, seconds), usage.MaximumResidentKilobytes << 10);
    }

    public void Dispose()
    {
        ChildProcess.Kill(Candidate.Keeper);
        ChildProcess.HasEnded(Candidate.Keeper, DeathPatience);
        Bubblewrap.Dispose();
        Candidate.Dispose();
        Output.Dispose();
        _go.Dispose();
    }

    /// <summary>Where the sandbox's user reaches the input and what is bound: at its own path, or on the stage.</summary>
    internal static (string Input, (string, string)[] Binds) Place(string inputFolder, CandidateProgram program, Stage? stage)
    {
        string Reachable(string folder) =>
            Libc.EffectiveUser() != 0 || InputFolder.IsReachableByOthers(folder) ? folder
            : stage is not null ? stage.Show(folder)
            : throw new SandboxException($"Candidates run as another user here, who can't walk to {folder}, and this machine lets root mount nothing: open the folders above it (chmod o+x), or put it elsewhere.");

        string input = Reachable(inputFolder);
        (string, string)[] binds = [.. program.Folders.Select(folder => (Reachable(folder), folder)), .. program.Models.Select(folder => (Reachable(folder), CandidateProgram.ModelPath(folder)))];
        return (input, binds);
    }

    internal static void AwaitReady(ChildProcess child, SafeFileHandle ready, SafeFileHandle output)
    {
        byte[] one = new byte[1];
        if (Descriptors.Wait(Patience, ready)[0] && Descriptors.Read(ready, one) == 1)
        {
            return;
        }

        if (!ChildProcess.HasEnded(child.Descriptor, TimeSpan.FromSeconds(1)))
        {
            throw new SandboxException($"The sandbox was not ready within {Patience.TotalSeconds} s: is this machine overloaded?");
        }

        using MemoryStream said = new();
        byte[] buffer = new byte[4096];
        while (Descriptors.Wait(TimeSpan.Zero, output)[0] && Descriptors.Read(output, buffer) is int count and > 0)
        {
            said.Write(buffer, 0, count);
        }

        throw StartFailure.Explain(Encoding.UTF8.GetString(said.ToArray()));
    }

    internal static int KeeperId(SafeFileHandle information)
    {
        using MemoryStream text = new();
        byte[] buffer = new byte[4096];
        for (int count; (count = Descriptors.Read(information, buffer)) > 0;)
        {
            text.Write(buffer, 0, count);
        }

        using JsonDocument document = JsonDocument.Parse(text.ToArray());
        return document.RootElement.GetProperty("child-pid").GetInt32();
    }
}
