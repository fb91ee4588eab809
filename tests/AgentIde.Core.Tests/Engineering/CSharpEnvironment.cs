using System.Diagnostics;
using AgentIde.Testing;

namespace AgentIde.Core.Tests.Engineering;

/// <summary>
/// The environment of C# candidates, dotnet-ml, for the engineer's own programs on data made here. Many programs share
/// one process, since starting it and its compiler takes longer than they do.
/// </summary>
internal sealed class CSharpEnvironment : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly string Host = Path.Combine(
        Environment.GetEnvironmentVariable("AGENTIDE_DOTNET_ML") is { Length: > 0 } named ? named : Repository.PathOf("artifacts", "bin", "dotnet-ml", "release"),
        "dotnet-ml.dll");

    /// <summary>Itself a candidate: it finds the compiler in the program that runs it.</summary>
    private const string Driver = """
        using System.Reflection;
        using System.Runtime.InteropServices;

        if (Environment.GetEnvironmentVariable("HIDE_LIBRARY") is { Length: > 0 } hidden)
            NativeLibrary.SetDllImportResolver(Assembly.Load("Microsoft.ML.LightGbm"), (name, _, _) => name == hidden ? NativeLibrary.Load("/nowhere/" + name) : default);
        MethodInfo compile = Assembly.GetEntryAssembly().GetType("AgentIde.Environments.Compiler").GetMethod("Compile");
        foreach (string line in File.ReadAllLines("programs.txt"))
        {
            bool runs = line[0] == '+';
            Directory.SetCurrentDirectory(line[1..]);
            StringWriter output = new();
            Console.SetOut(output);
            try
            {
                if ((int)compile.Invoke(null, ["solution.cs", "solution.dll"]) == 0 && runs)
                    Assembly.Load(File.ReadAllBytes("solution.dll")).EntryPoint.Invoke(null, [Array.Empty<string>()]);
            }
            catch (TargetInvocationException error)
            {
                output.WriteLine("Unhandled exception. " + error.InnerException);
            }
            File.WriteAllText("output.txt", output.ToString());
        }
        """;

    private static readonly SemaphoreSlim OneCompiles = new(1, 1);

    /// <summary>The driver, compiled once for all tests.</summary>
    private static byte[]? _driver;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentide-csharp-");

    /// <summary>Lays a folder with a program and the tables.</summary>
    public string Lay(string name, string program, Tables? tables = null)
    {
        string folder = Path.Combine(_folder.FullName, name);
        string input = Directory.CreateDirectory(Path.Combine(folder, "input")).FullName;
        File.WriteAllText(Path.Combine(folder, "solution.cs"), program);
        if (tables is not null)
        {
            File.WriteAllText(Path.Combine(input, "train.csv"), tables.Train);
            File.WriteAllText(Path.Combine(input, "test.csv"), tables.Test);
            File.WriteAllText(Path.Combine(input, "sample_submission.csv"), tables.Sample);
        }

        return folder;
    }

    /// <summary>Throws where one of them does not compile, with the compiler's word on it.</summary>
    public async Task CompileAsync(IEnumerable<string> programs)
    {
        string[] folders = [.. programs.Select((program, number) => Lay($"p{number}", program))];
        foreach ((int number, string output) in (await DriveAsync('-', null, folders)).Index())
        {
            output.ShouldBeEmpty($"{output}\n{await File.ReadAllTextAsync(Path.Combine(folders[number], "solution.cs"), TestContext.Current.CancellationToken)}");
        }
    }

    /// <summary>Compiles and runs what <see cref="Lay"/> laid, one after the other, and gives back what each printed.</summary>
    public Task<string[]> ExecuteAsync(params string[] folders) => DriveAsync('+', null, folders);

    /// <summary>The same where a native library can't be loaded.</summary>
    public Task<string[]> ExecuteWithoutAsync(string library, params string[] folders) => DriveAsync('+', library, folders);

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<string[]> DriveAsync(char what, string? hidden, string[] folders)
    {
        string driver = Lay("driver", Driver);
        await File.WriteAllLinesAsync(Path.Combine(driver, "programs.txt"), folders.Select(folder => what + folder));
        string assembly = Path.Combine(driver, "solution.dll");
        await OneCompiles.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_driver is null)
            {
                await RunAsync(driver, null, "compile", "solution.cs", assembly);
                _driver = await File.ReadAllBytesAsync(assembly, TestContext.Current.CancellationToken);
            }
        }
        finally
        {
            OneCompiles.Release();
        }

        await File.WriteAllBytesAsync(assembly, _driver, TestContext.Current.CancellationToken);
        await RunAsync(driver, hidden, "run", "solution.dll");
        return [.. folders.Select(folder => File.ReadAllText(Path.Combine(folder, "output.txt")))];
    }

    private static async Task RunAsync(string folder, string? hidden, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", ["exec", Host, .. arguments]) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["AGENTIDE_CORES"] = "2";
        start.Environment["HIDE_LIBRARY"] = hidden ?? "";
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            process.ExitCode.ShouldBe(0, output + await errors);
        }
        finally
        {
            process.Kill();
        }
    }
}
