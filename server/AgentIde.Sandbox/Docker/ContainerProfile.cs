using System.Globalization;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Leftovers;
using AgentIde.Sandbox.Seccomp;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox.Docker;

/// <summary>What a container is made with: the same box as bubblewrap's, in Docker's words.</summary>
internal static class ContainerProfile
{
    internal const string Box = "/box";
    internal const string LabelPrefix = "agentide.";
    internal const string OwnerLabel = "agentide.owner";
    internal const string ExecutionLabel = "agentide.execution";

    /// <summary>Its keeper belongs to nobody whom a candidate could be.</summary>
    private const string Keeper = "65532:65532";

    /// <summary>The keeper, its init, and what the engine starts to end a candidate whose processes have reached their limit.</summary>
    private const int OwnProcesses = 24;

    /// <summary>Files in each memory file system.</summary>
    private const int Files = 200_000;

    internal static CreateContainerParameters Write(string image, string name, string inputFolder, ExecutionLimits limits, int user)
    {
        string disk = Text(limits.DiskBytes), quarter = Text(limits.DiskBytes / 4), owner = Text(user);
        return new CreateContainerParameters
        {
            Name = name,
            Image = image,
            User = Keeper,
            WorkingDir = Box,
            Hostname = "sandbox",
            NetworkDisabled = true,
            Env = ["PATH=/usr/bin:/bin"],
            Entrypoint = ["/bin/sleep", "infinity"],
            Cmd = [],
            StopSignal = "SIGKILL",
            Labels = new Dictionary<string, string>
            {
                [OwnerLabel] = ExecutionNote.OfThisProcess().OwnerText,
                [ExecutionLabel] = name,
                [LabelPrefix + "schema"] = "1",
            },
            HostConfig = new HostConfig
            {
                NetworkMode = "none",
                // Without a /dev/shm of the engine's: ours has a number of files too.
                IpcMode = "none",
                CapDrop = ["ALL"],
                SecurityOpt = ["no-new-privileges:true", .. SyscallTable.OfThisMachine is { } calls ? [$"seccomp={DockerSeccomp.Write(calls)}"] : Array.Empty<string>()],
                ReadonlyRootfs = true,
                Memory = limits.MemoryBytes,
                MemorySwap = limits.MemoryBytes,
                PidsLimit = limits.Processes + OwnProcesses,
                NanoCPUs = limits.Cores * 1_000_000_000L,
                OomScoreAdj = 500,
                Init = true,
                Tmpfs = new Dictionary<string, string>
                {
                    [Box] = $"rw,exec,nosuid,nodev,size={disk},nr_inodes={Files},uid={owner},gid={owner},mode=0700",
                    ["/tmp"] = $"rw,exec,nosuid,nodev,size={quarter},nr_inodes={Files},mode=1777",
                    ["/dev/shm"] = $"rw,exec,nosuid,nodev,size={quarter},nr_inodes={Files},mode=1777",
                },
                Mounts = [new Mount { Type = "bind", Source = inputFolder, Target = $"{Box}/input", ReadOnly = true, BindOptions = new BindOptions { Propagation = "rprivate" } }],
                Ulimits = [Limit("core", 0), Limit("nofile", 1024), Limit("fsize", limits.DiskBytes), Limit("memlock", 0)],
                LogConfig = new LogConfig { Type = "none", Config = new Dictionary<string, string>() },
                RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.No },
                AutoRemove = false,
            },
        };
    }

    private static Ulimit Limit(string name, long value) => new() { Name = name, Soft = value, Hard = value };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
