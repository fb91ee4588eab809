using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Tests.Engines;

/// <summary>What every engine does alike: the same spec has the same result, wherever it is executed.</summary>
public abstract class EngineTests(EngineBench bench)
{
    private static readonly string[] Submission = ["submission.csv", "working/submission.csv", "submission/submission.csv"];

    [Theory]
    [InlineData("import os; os._exit(0)", Ending.Exited, 0, null)]
    [InlineData("import sys; sys.exit(7)", Ending.Exited, 7, null)]
    [InlineData("import os; os._exit(137)", Ending.Exited, 137, null)]
    [InlineData("1 / 0", Ending.Exited, 1, null)]
    [InlineData("import os, time; os.kill(os.getpid(), 9); time.sleep(5)", Ending.Signalled, null, 9)]
    [InlineData("import os; os.abort()", Ending.Signalled, null, 6)]
    [InlineData("import os, signal; os.kill(os.getpid(), signal.SIGTERM); signal.pause()", Ending.Signalled, null, 15)]
    public async Task Ends_are_told_apart(string code, Ending ending, int? exitCode, int? signal)
    {
        ExecutionResult result = await bench.RunAsync(code);
        (result.Ending, result.ExitCode, result.Signal, result.OutOfMemory).ShouldBe((ending, exitCode, signal, false), result.Text());
    }

    [Fact]
    public async Task Too_much_time_is_a_time_out_and_what_was_printed_is_kept()
    {
        ExecutionResult result = await bench.RunAsync("print('begun')\nwhile True: pass", Workbench.Small with { Time = TimeSpan.FromSeconds(5) });
        (result.Ending, result.ExitCode, result.Signal, result.Text()).ShouldBe((Ending.TimeOut, null, null, "begun\n"));
        result.Seconds.ShouldBeInRange(5, 60);
        result.CpuSeconds.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Too_much_memory_is_told_as_such_with_its_peak()
    {
        ExecutionResult result = await bench.RunAsync(
            "import time\nheld = []\nwhile len(held) < 400:\n    block = bytearray(1 << 20)\n    for i in range(0, len(block), 4096): block[i] = 1\n    held.append(block)\n    time.sleep(0.005)",
            Workbench.Small with { MemoryBytes = 128 << 20 });
        (result.Ending, result.Signal, result.OutOfMemory).ShouldBe(bench.BoundsMemory ? (Ending.OutOfMemory, 9, true) : (Ending.Exited, null, false), result.Text());
        result.PeakMemoryBytes.ShouldBeInRange(64L << 20, bench.BoundsMemory ? 300L << 20 : 500L << 20);
    }

    [Fact]
    public async Task A_child_killed_for_memory_is_noted_beside_its_parents_own_exit()
    {
        ExecutionResult result = await bench.RunAsync(
            """
            import os, sys, time
            child = os.fork()
            if child == 0:
                held = []
                while len(held) < 400:
                    held.append(bytearray(b"x" * (1 << 20)))
                    time.sleep(0.005)
                os._exit(0)
            print("child", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """,
            Workbench.Small with { MemoryBytes = 200 << 20 });

        // A watch ends the whole candidate.
        (result.Ending, result.Text(), result.OutOfMemory).ShouldBe(
            bench.EnforcesMemory ? (Ending.Exited, "child -9\n", true)
            : bench.BoundsMemory ? (Ending.OutOfMemory, "", true)
            : (Ending.Exited, "child 0\n", false));
    }

    [Fact]
    public async Task Files_have_a_number_that_they_do_not_go_beyond()
    {
        ExecutionResult files = await bench.RunAsync(
            "import os\ntry:\n    for n in range(300_000):\n        os.close(os.open(f'/tmp/{n}', os.O_CREAT))\nexcept OSError as error:\n    print(error.strerror)\nelse:\n    print('all')",
            Workbench.Small with { MemoryBytes = 1L << 30 });

        // Where nobody may mount, a watch ends the whole candidate.
        (files.Ending, files.Text()).ShouldBeOneOf((Ending.Exited, "No space left on device\n"), (Ending.OutOfMemory, ""));
    }

    [Fact]
    public async Task The_disk_the_processes_and_the_output_have_their_limits()
    {
        ExecutionResult disk = await bench.RunAsync("try:\n    open('big', 'wb').write(bytes(40 << 20))\nexcept OSError as error:\n    print(error.strerror)", Workbench.Small with { DiskBytes = 32 << 20 });
        disk.Text().ShouldBe("No space left on device\n");
        ExecutionResult processes = await bench.RunAsync("import os, signal\nn = 0\ntry:\n    while n < 1000:\n        if os.fork() == 0:\n            signal.pause()\n        n += 1\nexcept BlockingIOError:\n    print(40 <= n <= 48)\n");
        processes.Text().ShouldBe("True\n");
        ExecutionResult flood = await bench.RunAsync("while True: print('y' * 1000)", Workbench.Small with { OutputBytes = 4 << 20 });
        flood.Ending.ShouldBe(Ending.OutputFlood);
        flood.OutputBytes.ShouldBeGreaterThan(4 << 20);
        flood.Output.Length.ShouldBeLessThan(300 << 10);
    }

    [Fact]
    public async Task A_daemon_that_holds_the_output_ends_with_its_program()
    {
        ExecutionResult result = await bench.RunAsync(
            "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(60)\n    os._exit(0)\nprint('done')");
        (result.Ending, result.ExitCode, result.Text()).ShouldBe((Ending.Exited, 0, "done\n"));
        result.Seconds.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task Output_comes_while_the_candidate_runs_and_cancellation_kills_all_of_it()
    {
        using CancellationTokenSource source = new();
        StringBuilder heard = new();

        // Only the first piece, heard live, ends this candidate.
        ExecutionResult result = await bench.RunAsync(
            "import os, time\nfor _ in range(5): os.fork()\nprint('running')\ntime.sleep(60)",
            output: piece =>
            {
                heard.Append(Encoding.UTF8.GetString(piece.Span));
                source.Cancel();
            },
            cancellationToken: source.Token);
        heard.ToString().ShouldStartWith("running");
        result.Ending.ShouldBe(Ending.Cancelled);
        (await bench.LeftAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancelled_before_it_began_nothing_runs()
    {
        await Should.ThrowAsync<OperationCanceledException>(() => bench.RunAsync("pass", cancellationToken: new CancellationToken(canceled: true)));
        (await bench.LeftAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Output_and_error_are_one_stream_and_of_a_long_one_head_and_tail_are_kept()
    {
        ExecutionResult ordered = await bench.RunAsync("import os\nfor i in range(200): os.write(1 + i % 2, b'%d\\n' % i)");
        ordered.Text().ShouldBe(string.Concat(Enumerable.Range(0, 200).Select(i => $"{i}\n")));
        ExecutionResult @long = await bench.RunAsync("import sys\nsys.stdout.write('begin' + 'x' * (5 << 20) + 'end')");
        @long.OutputBytes.ShouldBe((5 << 20) + 8);
        @long.Text().ShouldStartWith("beginxxx");
        @long.Text().ShouldEndWith("xxxend");
        @long.Text().ShouldContain($"\n… {(5 << 20) + 8 - OutputBuffer.HeadBytes - OutputBuffer.TailBytes:N0} bytes left out …\n");
    }

    [Theory]
    [InlineData("open('submission.csv', 'w').write('id,y')", "id,y", null)]
    [InlineData("open('working/submission.csv', 'w').write('w')", "w", null)]
    [InlineData("os.makedirs('submission'); open('submission/submission.csv', 'w').write('a')", "a", null)]
    [InlineData("open('submission.csv', 'w').write('a'); open('working/submission.csv', 'w').write('b')", "a", "working/submission.csv is there too and differs: submission.csv was taken")]
    [InlineData("open('submission.csv', 'w').write('a'); open('working/submission.csv', 'w').write('a')", "a", null)]
    [InlineData("pass", null, null)]
    [InlineData("os.symlink('/etc/passwd', 'submission.csv')", null, "not a regular file: a link, or reached through one")]
    [InlineData("os.symlink('submission.csv', 'submission.csv')", null, "not a regular file: a link, or reached through one")]
    [InlineData("os.mkfifo('submission.csv')", null, "not a regular file")]
    [InlineData("os.mkdir('submission.csv')", null, "not a regular file")]
    [InlineData("os.mkdir('other'); open('other/submission.csv', 'w'); os.symlink('other', 'submission')", null, "not a regular file: a link, or reached through one")]
    [InlineData("open('submission.csv', 'wb').truncate(2 << 20)", null, "larger than 1 MiB")]
    public async Task Outputs_are_taken_or_refused(string code, string? text, string? problem)
    {
        ExecutionResult result = await bench.RunAsync($"import os\n{code}", collect: Submission);
        CollectedFile file = result.Files.ShouldHaveSingleItem();
        (file.Bytes is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null, file.Problem).ShouldBe((text, problem), result.Text());
    }

    [Fact]
    public async Task A_candidate_finds_itself_in_the_same_place()
    {
        ExecutionSpec spec = bench.Spec(
            """
            import os, resource, sys
            print(__file__, __name__, sys.argv, os.getcwd(), sorted(os.listdir()), open("input/train.csv").readline().strip())
            print(*sorted(os.environ))
            print(os.environ["AGENTIDE_CORES"], os.environ["AGENTIDE_TIME_LIMIT"], os.environ["OMP_NUM_THREADS"], os.environ["HOME"], os.environ["TMPDIR"])
            print([resource.getrlimit(kind) for kind in (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE)])
            status = dict(line.rstrip("\n").split(":\t", 1) for line in open("/proc/self/status") if ":\t" in line)
            print([status[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp")], {*status["Groups"].split()} <= {"65534", str(os.getgid())})
            print(os.getuid() > 0, os.listdir("/tmp"), os.listdir("/dev/shm"), [fd for fd in os.listdir("/proc/self/fd") if int(fd) > 2 and os.path.exists(f"/proc/self/fd/{fd}")])
            written = []
            for path in ("/", "/usr", "/etc", "/proc/sys/kernel/core_pattern", "/box/input", "/dev/mqueue", "/dev", "/sys", "/models"):
                try:
                    open(path if path.startswith("/proc") else os.path.join(path, "written"), "w").close()
                    written.append(path)
                except OSError:
                    pass
            print(written)
            """) with
        {
            Environment = ImmutableDictionary<string, string>.Empty.Add("AGENTIDE_FAST", "1"),
        };
        ExecutionResult result = await bench.Sandbox.ExecuteAsync(spec, null, CancellationToken.None);
        const string none = "0000000000000000";
        result.Text().ShouldBe(
            $"""
            /box/solution.py __main__ ['solution.py'] /box ['input', 'solution.py', 'working'] id,y
            AGENTIDE_CORES AGENTIDE_FAST AGENTIDE_TIME_LIMIT GOMP_SPINCOUNT HOME LANG LOKY_MAX_CPU_COUNT MKL_NUM_THREADS NUMEXPR_NUM_THREADS OMP_NUM_THREADS OPENBLAS_NUM_THREADS PATH PWD PYTHONDONTWRITEBYTECODE PYTHONHASHSEED PYTHONNOUSERSITE PYTHONUNBUFFERED TMPDIR
            1 30 1 /box /tmp
            [(0, 0), (1024, 1024), ({64 << 20}, {64 << 20})]
            ['{none}', '{none}', '{none}', '{none}', '{none}', '1', '2'] True
            True [] [] []
            []

            """);
    }

    [Fact]
    public async Task Some_at_once_are_told_apart_and_see_nothing_of_each_other()
    {
        ExecutionResult[] results = await Task.WhenAll(Enumerable.Range(1, 4).Select(number =>
            bench.RunAsync($"import os, sys, time\nopen('/tmp/mark{number}', 'w').close()\ntime.sleep(0.2)\nprint(os.listdir('/tmp'))\nsys.exit({number})\n")));
        results.Select(result => (result.ExitCode, result.Text())).ShouldBe(Enumerable.Range(1, 4).Select(number => ((int?)number, $"['mark{number}']\n")));
    }

    [Fact]
    public async Task A_folder_of_model_weights_is_seen_and_can_not_be_written()
    {
        string weights = Directory.CreateDirectory(Path.Combine(bench.Folder, "weights")).FullName;
        await File.WriteAllTextAsync(Path.Combine(weights, "model.bin"), "weights");
        ISandbox sandbox = bench.WithModels(weights);
        try
        {
            ExecutionResult result = await sandbox.ExecuteAsync(
                bench.Spec("import os\nprint(os.listdir('/models'), open('/models/weights/model.bin').read())\ntry:\n    open('/models/weights/model.bin', 'w')\nexcept OSError as error:\n    print('refused')"),
                null, CancellationToken.None);
            result.Text().ShouldBe("['weights'] weights\nrefused\n");
        }
        finally
        {
            await DisposeAsync(sandbox);
        }
    }

    [Fact]
    public async Task A_program_in_CSharp_is_compiled_and_run_and_its_errors_are_told()
    {
        ExecutionLimits limits = ExecutionLimits.Default with { Time = TimeSpan.FromMinutes(2), MemoryBytes = 2L << 30 };
        ExecutionSpec source = bench.Spec("", limits, [ProgramLanguages.Assembly]) with { Language = ProgramLanguage.CSharp, Step = ExecutionStep.Compile };
        ExecutionResult broken = await bench.Sandbox.ExecuteAsync(source with { Code = "int x = \"seven\";\n"u8.ToArray() }, null, CancellationToken.None);
        (broken.Ending, broken.ExitCode is > 0, broken.Text()).ShouldBe((Ending.Exited, true, "solution.cs(1,9): error CS0029: Cannot implicitly convert type 'string' to 'int'\n"));
        ExecutionResult compiled = await bench.Sandbox.ExecuteAsync(
            source with { Code = "System.Console.WriteLine(System.IO.File.ReadAllText(\"input/train.csv\").Length);\nSystem.IO.File.WriteAllText(\"submission.csv\", \"id,y\\n\");\n"u8.ToArray() }, null, CancellationToken.None);
        byte[] assembly = compiled.Files[0].Bytes.ShouldNotBeNull(compiled.Text()).ToArray();
        ExecutionSpec run = bench.Spec("", limits, ["submission.csv"]) with { Language = ProgramLanguage.CSharp, Code = assembly };
        ExecutionResult ran = await bench.Sandbox.ExecuteAsync(run, null, CancellationToken.None);
        (ran.Ending, ran.ExitCode, ran.Text(), ran.Files[0].Bytes.HasValue).ShouldBe((Ending.Exited, 0, "9\n", true));
    }

    [Fact]
    public async Task The_probe_sees_each_guarantee_and_what_runs_candidates()
    {
        SandboxReport report = await bench.Sandbox.ProbeAsync(CancellationToken.None);
        report.Engine.ShouldBe(bench.Sandbox.Engine);
        report.Version.ShouldMatch(@"^\d+\.\d+");
        report.Interpreter.ShouldMatch(@"^Python 3\.\d+\.\d+ \(numpy .+, pandas .+, scikit-learn .+, xgboost .+\)");
        report.Guarantees.Select(guarantee => guarantee.Name).ShouldBe(Guarantee.All);
        report.Missing.Select(guarantee => guarantee.Name).ShouldBe(bench.EnforcesMemory ? [] : ["memory"]);
        report.Missing.ShouldAllBe(guarantee => !guarantee.How.StartsWith("attack ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_attack_is_held_and_would_succeed_outside()
    {
        ImmutableArray<AttackResult> results = await new AttackSuite(bench.Sandbox, AttackOptions.Default with { HomeFolder = bench.Folder, IsFull = Workbench.IsTorture, IsElsewhere = bench.IsElsewhere }).RunAsync(null, null, CancellationToken.None);
        int[] withoutMemory = [21, 22, 25];
        results.Where(result => result.Result != AttackVerdict.Held && !bench.NotTested.Contains(result.Id)).Select(result => result.Id).ShouldBe(bench.BoundsMemory ? [] : withoutMemory, string.Join('\n', results));
        results.Where(result => bench.NotTested.Contains(result.Id)).ShouldAllBe(result => result.Result == AttackVerdict.NotTested && result.Reason.Length > 0);
        results.Select(result => result.Id).ShouldBe(AttackSuite.Catalogue.Select(attack => attack.Id));
    }

    private static async ValueTask DisposeAsync(ISandbox sandbox)
    {
        (sandbox as IDisposable)?.Dispose();
        if (sandbox is IAsyncDisposable later)
        {
            await later.DisposeAsync();
        }
    }
}

public sealed class BubblewrapEngineTests(BubblewrapBench bench) : EngineTests(bench), IClassFixture<BubblewrapBench>;

public sealed class WarmEngineTests(WarmBench bench) : EngineTests(bench), IClassFixture<WarmBench>;
