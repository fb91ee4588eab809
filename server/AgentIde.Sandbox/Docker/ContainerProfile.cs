using System.Globalization;
using AgentIde.Sandbox.Environments;
using AgentIde.Sandbox.Seccomp;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox.Docker;

/// <summary>
/// What a container is made with: the same box as bubblewrap's, in Docker's words. Its first process, the keeper, is
/// root with what it takes to change users and to kill; the candidate is another user and has none of that.
/// </summary>
internal sealed class ContainerProfile(EngineMeans means, DockerOptions options)
{
    internal const string Box = "/box";
    internal const string Python = "/usr/bin/python3";
    internal const string OwnerLabel = "agentide.owner";

    /// <summary>After this moment, in seconds of Unix time, its keeper has ended by itself if it works at all.</summary>
    internal const string UntilLabel = "agentide.until";

    /// <summary>The keeper, and room for it to start a candidate whose predecessors are dying.</summary>
    private const int OwnProcesses = 4;

    private static readonly string Keeper = Resource.Text("keeper.py");

    internal CreateContainerParameters Write(ContainerKind kind, string name, int user, long until)
    {
        string disk = Text(kind.DiskBytes), quarter = Text(kind.DiskBytes / 4), owner = Text(user);
        HostConfig host = new()
        {
            NetworkMode = "none",
            // Without a /dev/shm of the engine's: ours has a number of files too.
            IpcMode = "none",
            CapDrop = ["ALL"],
            CapAdd = ["KILL", "SETUID", "SETGID", "SETPCAP"],
            SecurityOpt = ["no-new-privileges:true", .. SyscallTable.OfThisMachine is { } calls ? [$"seccomp={DockerSeccomp.Write(calls)}"] : Array.Empty<string>()],
            ReadonlyRootfs = true,
            Memory = means.Memory ? kind.MemoryBytes : 0,
            MemorySwap = means is { Memory: true, Swap: true } ? kind.MemoryBytes : 0,
            PidsLimit = means.Processes ? kind.Processes + OwnProcesses : null,
            NanoCPUs = means.Processor ? kind.Cores * 1_000_000_000L : 0,
            // The lowest for all inside: what is raised here, a candidate could lower again to be taken after others.
            OomScoreAdj = 0,
            Init = false,
            Tmpfs = new Dictionary<string, string>
            {
                [Box] = $"rw,exec,nosuid,nodev,size={disk},nr_inodes={MemoryFolders.Files},uid={owner},gid={owner},mode=0700",
                ["/tmp"] = $"rw,exec,nosuid,nodev,size={quarter},nr_inodes={MemoryFolders.Files},mode=1777",
                ["/dev/shm"] = $"rw,exec,nosuid,nodev,size={quarter},nr_inodes={MemoryFolders.Files},mode=1777",
                // In place of the engine's, in which everybody may make queues.
                ["/dev/mqueue"] = "ro,noexec,nosuid,nodev,size=4096,nr_inodes=2,mode=0555",
            },
            Mounts =
            [
                Shown(kind.InputFolder, $"{Box}/input"),
                .. options.Models.Select(folder => Shown(folder, CandidateProgram.ModelPath(folder))),
            ],
            DeviceRequests = options.Gpus > 0 ? [new DeviceRequest { Count = options.Gpus, Capabilities = [["gpu"]] }] : null,
            Ulimits = [Limit("core", 0), Limit("nofile", 1024), Limit("fsize", kind.DiskBytes), Limit("memlock", 0), Limit("msgqueue", 0)],
            LogConfig = new LogConfig { Type = "none", Config = new Dictionary<string, string>() },
            RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.No },
            AutoRemove = false,
        };
        return new CreateContainerParameters
        {
            Name = name,
            Image = kind.Image,
            User = "0:0",
            WorkingDir = "/",
            Hostname = "sandbox",
            NetworkDisabled = true,
            Env = ["PATH=/usr/bin:/bin"],
            Entrypoint = [Python, "-I", "-S", "-c", Keeper],
            Cmd = [],
            StopSignal = "SIGKILL",
            // Its input is one stream that closes with whoever holds it; then the keeper ends everything.
            OpenStdin = true,
            StdinOnce = true,
            AttachStdin = true,
            AttachStdout = true,
            AttachStderr = true,
            Labels = new Dictionary<string, string> { [OwnerLabel] = ContainerOwner.OfThisProcess().ToString(), [UntilLabel] = Text(until) },
            HostConfig = host,
        };
    }

    private static Mount Shown(string folder, string path) =>
        new() { Type = "bind", Source = folder, Target = path, ReadOnly = true, BindOptions = new BindOptions { Propagation = "rprivate" } };

    private static Ulimit Limit(string name, long value) => new() { Name = name, Soft = value, Hard = value };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
