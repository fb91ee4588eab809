using System.Collections.Immutable;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Tests;

public sealed class IsolationTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Fact]
    public async Task Nothing_but_its_own_folders_can_be_written()
    {
        ExecutionResult result = await _bench.RunAsync(
            """
            import os
            for folder, folders, files in os.walk("/"):
                folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/proc", "/usr/share", "/usr/lib")]
                try:
                    path = os.path.join(folder, "written")
                    open(path, "w").close()
                    os.remove(path)
                    print(folder)
                except OSError:
                    pass
            try:
                os.chmod("input", 0o777)
            except OSError as error:
                print(error.strerror)
            """);
        result.Text().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ShouldBe(["/box", "/box/working", "/dev/shm", "/tmp", "Read-only file system"]);
    }

    [Fact]
    public async Task Limits_of_files_are_set_and_can_not_be_raised()
    {
        ExecutionResult result = await _bench.RunAsync(
            """
            import resource
            for limit in (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE):
                print(*resource.getrlimit(limit))
                try:
                    resource.setrlimit(limit, (1 << 40, 1 << 40))
                except (OSError, ValueError):
                    print("refused")
            """);
        result.Text().ShouldBe($"0 0\nrefused\n1024 1024\nrefused\n{Workbench.Small.DiskBytes} {Workbench.Small.DiskBytes}\nrefused\n");
    }

    [Fact]
    public async Task Two_at_once_see_nothing_of_each_other()
    {
        const string code =
            """
            import os, time
            open("/tmp/mark", "w"); open("/dev/shm/mark", "w")
            print("begun", flush=True)
            time.sleep(0.3)
            print(sorted(os.listdir("/tmp")), sorted(os.listdir("/dev/shm")), [n for n in os.listdir("/proc") if n.isdigit()])
            """;
        ExecutionResult[] results = await Task.WhenAll(_bench.RunAsync(code), _bench.RunAsync(code));
        results.ShouldAllBe(result => result.Text() == "begun\n['mark'] ['mark'] ['1', '2', '3']\n");
    }

    [Fact]
    public async Task Sixteen_at_once_all_end_and_leave_nothing()
    {
        ExecutionResult[] results = await Task.WhenAll(Enumerable.Range(0, 16).Select(number =>
            _bench.RunAsync($"open('submission.csv', 'w').write('{number}')", collect: ["submission.csv"])));
        results.Select(result => System.Text.Encoding.UTF8.GetString(result.Files[0].Bytes!.Value.Span)).ShouldBe(Enumerable.Range(0, 16).Select(number => $"{number}"));
        _bench.Notes().ShouldBeEmpty();
    }

    [Fact]
    public async Task After_an_execution_no_process_and_no_control_group_is_left()
    {
        int keeper = 0;
        string[] groups = [];
        await _bench.RunAsync("import os, time\nif os.fork() == 0: time.sleep(60)\nprint('x')\ntime.sleep(0.2)", output: _ =>
        {
            Leftovers.ExecutionNote note = Leftovers.ExecutionNote.TryRead(_bench.Notes().Single(path => Path.GetFileName(path) == "execution-0"))!;
            keeper = note.Processes[1].Id;
            groups = [.. note.Groups];
            Directory.Exists($"/proc/{keeper}").ShouldBeTrue();
            groups.ShouldAllBe(group => Directory.Exists(group));
        });
        keeper.ShouldBeGreaterThan(0);
        Directory.Exists($"/proc/{keeper}").ShouldBeFalse();
        groups.ShouldAllBe(group => !Directory.Exists(group));
        _bench.Notes().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_input_folder_that_others_can_not_reach_is_shown_all_the_same()
    {
        DirectoryInfo closed = Directory.CreateDirectory(Path.Combine(_bench.Folder, "closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(Path.Combine(closed.CreateSubdirectory("input").FullName, "train.csv"), "hidden way");
        ExecutionSpec spec = _bench.Spec("print(open('input/train.csv').read())") with { InputFolder = Path.Combine(closed.FullName, "input") };
        ExecutionResult result = await _bench.Sandbox.ExecuteAsync(spec, null, CancellationToken.None);
        result.Text().ShouldBe("hidden way\n");
    }

    [Fact]
    public async Task An_input_folder_that_is_a_link_is_refused()
    {
        string link = Path.Combine(_bench.Folder, "link");
        Directory.CreateSymbolicLink(link, _bench.Input);
        SandboxException exception = await Should.ThrowAsync<SandboxException>(() =>
            _bench.Sandbox.ExecuteAsync(_bench.Spec("pass") with { InputFolder = link }, null, CancellationToken.None));
        exception.Message.ShouldBe($"The input folder {link} is a link: name the folder itself.");
    }

    [Fact]
    public async Task The_environment_for_machine_learning_carries_a_solution()
    {
        string code = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "smoke_test.py"));
        ExecutionResult result = await _bench.RunAsync(
            code, ExecutionLimits.Default with { Time = TimeSpan.FromMinutes(2), MemoryBytes = 2L << 30 }, collect: ["submission.csv"]);
        result.Text().ShouldBe("forest True\nxgboost True\npool [0, 1, 4, 9]\nready\n");
        result.Files[0].Bytes.ShouldNotBeNull();
    }

    public void Dispose() => _bench.Dispose();
}
