using System.Diagnostics;

namespace AgentIde.Core.Tests.Engineering;

/// <summary>
/// Debian's Python with scikit-learn, for the engineer's own programs on data made here. Many programs share one
/// process, since its imports take longer than they do.
/// </summary>
internal sealed class Python : IDisposable
{
    private const string Interpreter = "/usr/bin/python3";

    private const string Compile = """
        import pathlib, sys
        for path in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
            compile(path.read_text(encoding="utf-8"), str(path), "exec", flags=0, dont_inherit=True)
        """;

    private const string Execute = """
        import os, runpy, sys, traceback, contextlib
        class Hidden:
            def find_spec(self, name, path=None, target=None):
                if name == os.environ.get("HIDE_MODULE"):
                    raise ModuleNotFoundError(f"No module named '{name}'", name=name)
        sys.meta_path.insert(0, Hidden())
        for folder in sys.argv[1:]:
            os.chdir(folder)
            with open("output.txt", "w") as output, contextlib.redirect_stdout(output):
                try:
                    runpy.run_path("solution.py", run_name="__main__")
                except BaseException:
                    traceback.print_exc(file=output)
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentide-engineer-");

    /// <summary>Throws where one of them does not compile, with Python's word on it.</summary>
    public async Task CompileAsync(IEnumerable<string> programs)
    {
        foreach ((int number, string program) in programs.Index())
        {
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, $"p{number}.py"), program);
        }

        await RunAsync(Compile, null, _folder.FullName);
    }

    /// <summary>Lays a folder with input files and a program.</summary>
    public string Lay(string name, string program, string train, string test, string sample)
    {
        string folder = Path.Combine(_folder.FullName, name);
        string input = Directory.CreateDirectory(Path.Combine(folder, "input")).FullName;
        File.WriteAllText(Path.Combine(folder, "solution.py"), program);
        File.WriteAllText(Path.Combine(input, "train.csv"), train);
        File.WriteAllText(Path.Combine(input, "test.csv"), test);
        File.WriteAllText(Path.Combine(input, "sample_submission.csv"), sample);
        return folder;
    }

    /// <summary>Runs what <see cref="Lay"/> laid, one after the other, and gives back what each printed.</summary>
    public static async Task<string[]> ExecuteAsync(string? hiddenModule, params string[] folders)
    {
        await RunAsync(Execute, hiddenModule, folders);
        return [.. folders.Select(folder => File.ReadAllText(Path.Combine(folder, "output.txt")))];
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task RunAsync(string program, string? hiddenModule, params string[] arguments)
    {
        ProcessStartInfo start = new(Interpreter, ["-c", program, .. arguments]) { RedirectStandardError = true };
        start.Environment["AGENTIDE_CORES"] = "2";
        start.Environment["HIDE_MODULE"] = hiddenModule ?? "";
        using Process process = Process.Start(start)!;
        string errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, errors);
    }
}
