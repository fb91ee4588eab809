using System.Globalization;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Docker;
using AgentIde.Sandbox.Environments;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentIde.Sandbox.Tests;

/// <summary>The container's first process stands between a candidate and the engine: the candidate can neither touch it nor speak for it.</summary>
public sealed class DockerKeeperTests : IAsyncDisposable
{
    private readonly DockerBench _bench = new();

    [Fact]
    public async Task It_can_not_be_signalled_read_or_traced()
    {
        ExecutionResult result = await _bench.RunAsync(
            """
            import ctypes, os, signal
            def refused(what, action):
                try:
                    action()
                except OSError:
                    return
                print("done:", what)
            for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, 0):
                refused(f"signal {number}", lambda: os.kill(1, number))
            for name in ("environ", "mem", "maps", "fd", "fdinfo", "root", "cwd", "exe", "stack", "syscall", "auxv", "io"):
                path = f"/proc/1/{name}"
                refused(path, lambda: os.listdir(path) if os.path.isdir(path) else os.readlink(path) if os.path.islink(path) else open(path, "rb").read(16))
            refused("write its memory", lambda: open("/proc/1/mem", "r+b"))
            refused("write to its output", lambda: open("/proc/1/fd/1", "wb"))
            refused("raise its score", lambda: open("/proc/1/oom_score_adj", "w"))
            print("tried; first process is of user", os.stat("/proc/1").st_uid, "and this of another:", os.getuid() != 0, sorted(os.listdir("/proc/self/fd"))[:4])
            """);
        result.Text().ShouldBe("tried; first process is of user 0 and this of another: True ['0', '1', '2', '3']\n");
    }

    [Fact]
    public async Task It_may_change_users_and_kill_and_nothing_else()
    {
        ExecutionResult result = await _bench.RunAsync("print([line.split()[1] for line in open('/proc/1/status') if line.startswith(('CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs', 'Seccomp:'))])");
        // KILL, SETGID, SETUID and SETPCAP are bits 5 to 8.
        result.Text().ShouldBe("['00000000000001e0', '00000000000001e0', '00000000000001e0', '0000000000000000', '1', '2']\n");
    }

    [Fact]
    public async Task The_candidate_has_the_filter_of_the_other_engine_on_top_of_the_containers()
    {
        ExecutionResult result = await _bench.RunAsync(
            "import ctypes\nprint([line.split()[1] for line in open('/proc/self/status') if line.startswith('Seccomp_filters')], [line.split()[1] for line in open('/proc/1/status') if line.startswith('Seccomp_filters')])\nlibc = ctypes.CDLL(None, use_errno=True)\nprint([(libc.syscall(number, 0, 0, 0), ctypes.get_errno()) for number in (471, 600)])");
        result.Text().ShouldBe("['2'] ['1']\n[(-1, 38), (-1, 38)]\n");
    }

    [Fact]
    public async Task What_looks_like_its_own_words_is_output()
    {
        // An end that never was, and a file that never was: to every stream a candidate has.
        string code = """
            import os, struct
            def frame(letter, payload): return letter + struct.pack(">I", len(payload)) + payload
            words = frame(b"E", b'{"reason":"ended","status":0,"seconds":0,"cpu":0,"peak":0,"kills":0,"dead":true}')
            words += frame(b"F", b"R" + struct.pack(">Q", 6)) + frame(b"D", b"forged") + frame(b"Z", b"")
            for descriptor in (1, 2):
                os.write(descriptor, words)
            for descriptor in (0, *range(3, 20)):
                try:
                    os.write(descriptor, words)
                    print("written to", descriptor)
                except OSError:
                    pass
            os._exit(3)
            """;
        ExecutionResult result = await _bench.RunAsync(code, collect: ["submission.csv"]);
        (result.Ending, result.ExitCode, result.OutputBytes, result.Files.Single().Bytes).ShouldBe((Ending.Exited, 3, result.OutputBytes, null));
        string text = result.Text();
        (text.Split("forged").Length - 1, text.Contains("written to", StringComparison.Ordinal)).ShouldBe((2, false));
    }

    [Fact]
    public async Task Nothing_can_be_written_but_three_folders_of_fixed_size()
    {
        ExecutionResult result = await _bench.RunAsync(
            """
            import os, stat
            found = set()
            for folder, folders, files in os.walk("/"):
                if folder in ("/box", "/tmp", "/dev/shm") or folder.startswith("/proc/"):
                    folders.clear()
                    if not folder.startswith("/proc/"):
                        found.add(folder)
                    continue
                for path in [folder, *(os.path.join(folder, name) for name in files)]:
                    if not os.path.islink(path) and os.access(path, os.W_OK) and not stat.S_ISCHR(os.stat(path).st_mode):
                        found.add(path)
            for path in found:
                system = os.statvfs(path)
                print(path, system.f_blocks * system.f_frsize >> 20, system.f_files) if os.path.isdir(path) else print(path)
            """);
        result.Text().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ShouldBe(["/box 64 200000", "/dev/shm 16 200000", "/tmp 16 200000"]);
    }

    [Fact]
    public async Task Memory_full_of_files_does_not_keep_it_from_its_work()
    {
        ExecutionResult result = await FillMemoryAsync("held = b'x' * (24 << 20)\n");
        (result.Ending, result.OutOfMemory, result.Files.Single().Bytes?.Length).ShouldBe(await DockerBench.BoundsMemoryAsync() ? (Ending.OutOfMemory, true, 1) : (Ending.Exited, false, 1), result.Text());
    }

    [Fact]
    public async Task A_candidate_so_small_that_the_kernel_takes_the_keeper_has_run_out_of_memory_too()
    {
        ExecutionResult result = await FillMemoryAsync("");
        (result.Ending, result.Signal, result.OutOfMemory).ShouldBe(await DockerBench.BoundsMemoryAsync() ? (Ending.OutOfMemory, 9, true) : (Ending.Exited, null, false), result.Text());
    }

    [Fact]
    public async Task Whoever_stops_the_container_hears_that_this_was_no_end()
    {
        TaskCompletionSource running = new();
        Task<ExecutionResult> execution = _bench.RunAsync("import time\nprint('running')\ntime.sleep(60)", output: _ => running.TrySetResult());
        await await Task.WhenAny(running.Task, execution).WaitAsync(TimeSpan.FromSeconds(60));
        using DockerClient client = DockerBench.Client();
        ContainerListResponse container = (await DockerBench.ContainersAsync(_bench.Input)).Single(container => container.State == "running");
        await client.Containers.KillContainerAsync(container.ID, new ContainerKillParameters { Signal = "KILL" });
        SandboxException error = await Should.ThrowAsync<SandboxException>(() => execution.WaitAsync(TimeSpan.FromSeconds(60)));
        error.Message.ShouldStartWith("The container was ended from outside");
    }

    [Fact]
    public async Task Code_that_has_no_room_is_told_as_such()
    {
        string code = string.Create(CultureInfo.InvariantCulture, $"#{new string('x', 2 << 20)}");
        (await Should.ThrowAsync<SandboxException>(() => _bench.RunAsync(code, Workbench.Small with { DiskBytes = 1 << 20 }))).Message.ShouldContain("could not begin in its container");
    }

    [Fact]
    public async Task Without_control_groups_of_its_own_it_tells_what_its_children_used_and_nothing_of_others()
    {
        using DockerClient client = DockerBench.Client();
        EngineMeans none = new("20.10", "1", Memory: false, Swap: false, Processes: false, Processor: false);
        ExecutionSpec spec = _bench.Spec("import time\nwhile time.process_time() < 0.3: pass\nwith open('big', 'wb') as file:\n    for _ in range(48): file.write(bytes(1 << 20))");
        ContainerKind kind = ContainerKind.Of(DockerOptions.PythonImage, _bench.Input, spec.Limits);
        await using Container container = await Container.StartAsync(client, new ContainerProfile(none, _bench.Options), kind, spec.Limits.Time);
        ExecutionResult result = await new DockerExecution(spec, container, counted: false, null).RunAsync(PythonEnvironment.InImage, CancellationToken.None);
        (result.Ending, result.ExitCode, result.OutOfMemory).ShouldBe((Ending.Exited, 0, false), result.Text());
        result.CpuSeconds.ShouldBeInRange(0.3, 5);

        // A control group counts the file too, and one that isn't the container's counts others.
        result.PeakMemoryBytes.ShouldBeInRange(4L << 20, 40L << 20);
    }

    private Task<ExecutionResult> FillMemoryAsync(string first) => _bench.RunAsync(
        first + "open('submission.csv', 'w').write('a')\nfor name in ('/box/big', '/tmp/big', '/dev/shm/big'):\n    try:\n        with open(name, 'wb') as file:\n            while True: file.write(bytes(1 << 20))\n    except OSError as error:\n        print(error.strerror, flush=True)",
        Workbench.Small with { MemoryBytes = 64 << 20, DiskBytes = 256 << 20 },
        collect: ["submission.csv"]);

    public ValueTask DisposeAsync() => _bench.DisposeAsync();
}
