using System.Text;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Tests;

/// <summary>A warm start must be a cold one, only sooner.</summary>
public sealed class WarmTests : IDisposable
{
    private readonly Workbench _cold = new();
    private readonly Workbench _warm = new(start: PythonStart.Warm);

    public static TheoryData<string, string> Programs => new()
    {
        { "says who it is", "import sys\nprint(__name__, __file__, sys.argv, sys.path, sys.flags.no_user_site, open('/proc/self/cgroup').read().count('\\n') > 0)\n" },
        { "sees the same root", "import os\nprint(sorted(set(os.listdir('/')) - {'.sandbox', 'input'}), sorted(os.listdir('/box')), os.listdir('/tmp'), os.listdir('/dev/shm'), os.getcwd())\n" },
        { "sees the same environment", "import os\nprint(sorted((name, value) for name, value in os.environ.items() if name not in ('PWD', 'SHLVL', '_', 'OLDPWD', 'LC_CTYPE')))\n" },
        { "has the same limits and privileges", "import resource, os\nprint([resource.getrlimit(kind) for kind in (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE)], os.getuid(), os.getgid(), os.getgroups())\nprint([line for line in open('/proc/self/status') if line.startswith(('Cap', 'NoNewPrivs', 'Seccomp'))], os.listdir('/proc/self/fd'))\n" },
        { "fails with a traceback of its own", "def inner(value):\n    return 1 / value\n\ntry:\n    inner(0)\nexcept ZeroDivisionError as error:\n    raise KeyError('colour') from error\n" },
        { "does not parse", "x = (\n" },
        { "is not even text", "\0\0\0" },
        { "exits with a code", "import sys\nsys.exit(7)\n" },
        { "exits with words", "raise SystemExit('no such column')\n" },
        { "is killed by its own hand", "import os\nos.kill(os.getpid(), 9)\n" },
        { "aborts", "import os\nos.abort()\n" },
        { "ends by an unheard signal", "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n" },
        { "leaves a file open", "file = open('submission.csv', 'w')\nfile.write('id,y\\n1,2\\n')\n" },
        { "leaves a file in a circle", "class Circle:\n    pass\ncircle = Circle()\ncircle.own = circle\ncircle.file = open('submission.csv', 'w')\ncircle.file.write('id,y\\n')\n" },
        { "says something at its end", "import atexit, threading, time\natexit.register(lambda: print('exit'))\nclass Last:\n    def __del__(self):\n        print('gone')\nlast = Last()\nthreading.Thread(target=lambda: (time.sleep(0.05), print('thread'))).start()\nprint('main')\n" },
        { "runs workers of its own", "import multiprocessing\ndef square(number):\n    return number * number\nif __name__ == '__main__':\n    for method in ('fork', 'spawn'):\n        with multiprocessing.get_context(method).Pool(2) as pool:\n            print(pool.map(square, range(4)))\n" },
        { "fits a model", "import numpy as np, pandas as pd\nfrom sklearn.ensemble import RandomForestRegressor\ndraws = np.random.default_rng(1)\nx = draws.normal(size=(300, 4))\ny = x @ [1, 2, 3, 4]\nmodel = RandomForestRegressor(n_estimators=20, random_state=1, n_jobs=1).fit(x, y)\npd.DataFrame({'id': range(300), 'y': model.predict(x)}).to_csv('submission.csv', index=False)\nprint('score:', abs(model.predict(x) - y).mean())\n" },
        { "pickles its own classes", "import pickle\nclass Thing:\n    pass\nprint(type(pickle.loads(pickle.dumps(Thing()))).__module__)\n" },
        { "imports its sibling", "open('helper.py', 'w').write('value = 3')\nimport helper\nprint(helper.value, helper.__file__)\n" },
        { "hashes texts", "print(hash('seed'), sorted({'a', 'b', 'c'}, key=hash))\n" },
        { "closes its output", "import os, sys\nprint('before', flush=True)\nos.close(1)\nos.close(2)\n" },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_program_does_the_same_cold_and_warm(string what, string program)
    {
        ExecutionResult cold = await _cold.RunAsync(program, collect: ["submission.csv"]);
        ExecutionResult warm = await _warm.RunAsync(program, collect: ["submission.csv"]);
        (warm.Ending, warm.ExitCode, warm.Signal, warm.OutOfMemory).ShouldBe((cold.Ending, cold.ExitCode, cold.Signal, cold.OutOfMemory), what);
        warm.Text().ShouldBe(cold.Text(), what);
        Submission(warm).ShouldBe(Submission(cold), what);
    }

    [Fact]
    public async Task What_one_execution_leaves_or_changes_the_next_does_not_see()
    {
        await _warm.RunAsync(
            """
            import builtins, os, random, numpy, sklearn.ensemble, sys
            builtins.print = lambda *words: None
            numpy.mean = None
            sklearn.ensemble.RandomForestRegressor = None
            os.environ["LEFT"] = "behind"
            sys.path.append("/tmp")
            for path in ("/tmp/left.py", "/dev/shm/left", "/box/left", "/tmp/sitecustomize.py"):
                open(path, "w").write("print('left')")
            """);
        ExecutionResult next = await _warm.RunAsync(
            """
            import os, sys, numpy, sklearn.ensemble
            print(numpy.mean([1, 2, 3]), sklearn.ensemble.RandomForestRegressor.__name__, os.environ.get("LEFT"), "/tmp" in sys.path)
            print(os.listdir("/tmp"), os.listdir("/dev/shm"), sorted(os.listdir("/box")))
            """);
        next.Text().ShouldBe("2.0 RandomForestRegressor None False\n[] [] ['input', 'solution.py', 'working']\n");
    }

    [Fact]
    public async Task Random_numbers_without_a_seed_differ()
    {
        const string draw = "import random, numpy\nprint(random.random(), numpy.random.random())\n";
        (await _warm.RunAsync(draw)).Text().ShouldNotBe((await _warm.RunAsync(draw)).Text());
    }

    [Fact]
    public async Task Limits_hold_for_a_warm_start_too()
    {
        ExecutionResult memory = await _warm.RunAsync("import time\nx = []\nwhile True:\n    x.append(b'x' * (4 << 20))\n    time.sleep(0.005)\n", Workbench.Small with { MemoryBytes = 128 << 20 });
        (memory.Ending, memory.OutOfMemory).ShouldBe((Ending.OutOfMemory, true));
        ExecutionResult time = await _warm.RunAsync("while True:\n    pass\n", Workbench.Small with { Time = TimeSpan.FromSeconds(1) });
        time.Ending.ShouldBe(Ending.TimeOut);
        ExecutionResult disk = await _warm.RunAsync("try:\n    open('big', 'wb').write(bytes(40 << 20))\nexcept OSError as error:\n    print(error.strerror)\n", Workbench.Small with { DiskBytes = 32 << 20 });
        disk.Text().ShouldBe("No space left on device\n");
        ExecutionResult processes = await _warm.RunAsync("import os\nn = 0\ntry:\n    while n < 1000:\n        if os.fork() == 0:\n            os.read(0, 1)\n            import signal\n            signal.pause()\n        n += 1\nexcept BlockingIOError:\n    print(n < 60)\n");
        processes.Text().ShouldContain("True");
    }

    [Fact]
    public async Task Executions_side_by_side_are_told_apart()
    {
        ExecutionResult[] results = await Task.WhenAll(Enumerable.Range(1, 8).Select(number => _warm.RunAsync($"import sys, time\ntime.sleep(0.1)\nprint({number})\nsys.exit({number})\n")));
        results.Select(result => (result.ExitCode, result.Text())).ShouldBe(Enumerable.Range(1, 8).Select(number => ((int?)number, $"{number}\n")));
    }

    [Fact]
    public async Task A_signal_to_its_own_group_reaches_no_other()
    {
        // The same in all copies of one warm Python, and in no other.
        const string where = "import ctypes\nprint(ctypes.cast(ctypes.CDLL(None).getppid, ctypes.c_void_p).value)\n";
        string before = (await _warm.RunAsync(where)).Text();
        foreach (string call in (string[])["os.kill(0, 9)", "os.killpg(os.getpgid(0), 9)", "try:\n    os.kill(-1, 9)\nexcept ProcessLookupError:\n    os.kill(0, 9)\nos.kill(0, 9)"])
        {
            ExecutionResult result = await _warm.RunAsync($"import os\n{call}\n");
            (result.Ending, result.Signal).ShouldBe((Ending.Signalled, 9), call);
        }

        (await _warm.RunAsync(where)).Text().ShouldBe(before);
        (await _cold.RunAsync(where)).Text().ShouldNotBe(before);
    }

    [Fact]
    public async Task What_ran_beside_the_candidate_and_below_it_counts_as_its_time()
    {
        // One is waited for, one is left to process 1 and dead, one is left and lives.
        const string program =
            """
            import os, signal, time

            reader, writer = os.pipe()
            for left, lives in ((False, False), (True, False), (True, True)):
                child = os.fork()
                if child == 0:
                    if left and os.fork():
                        os._exit(0)
                    end = time.process_time() + 0.2
                    while time.process_time() < end:
                        pass
                    os.write(writer, b"d")
                    if lives:
                        signal.pause()
                    os._exit(0)
                os.waitpid(child, 0)
            done = b""
            while len(done) < 3:
                done += os.read(reader, 1)
            """;
        foreach (Workbench bench in (Workbench[])[_cold, _warm])
        {
            ExecutionResult result = await bench.RunAsync(program);
            (result.Ending, result.ExitCode).ShouldBe((Ending.Exited, 0), result.Text());
            result.CpuSeconds.ShouldBeInRange(0.5, 5);
        }
    }

    [Fact]
    public async Task A_warm_python_that_was_killed_is_replaced()
    {
        using Workbench bench = new(start: PythonStart.WhenWarm);
        await bench.RunAsync("print(1)");
        await bench.RunAsync("print(2)");
        int[] zygote = [.. Assert.Single(bench.Notes().Where(note => !note.Contains("draft", StringComparison.Ordinal)).Select(Leftovers.ExecutionNote.TryRead).OfType<Leftovers.ExecutionNote>()).Processes.Select(process => process.Id)];
        foreach (int process in zygote)
        {
            Native.Libc.Kill(process, Native.Libc.SignalKill);
        }

        (await bench.RunAsync("print(3)")).Text().ShouldBe("3\n");
        (await bench.RunAsync("print(4)")).Text().ShouldBe("4\n");
    }

    public void Dispose()
    {
        _cold.Dispose();
        _warm.Dispose();
    }

    private static string? Submission(ExecutionResult result) =>
        result.Files[0].Bytes is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : result.Files[0].Problem;
}
