using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;
using AgentIde.Testing;

namespace AgentIde.Sandbox.Tests;

/// <summary>C# candidates are compiled and run on nodes, with the .NET and the libraries of this machine.</summary>
[Collection(SlurmCollection.Name)]
public sealed class SlurmDotnetTests : IDisposable
{
    private static readonly ExecutionLimits Limits = new(TimeSpan.FromSeconds(60), 2L << 30, 128, 256 << 20, 1 << 20, 1);

    private readonly SlurmBench _bench = new();
    private readonly string? _before = Environment.GetEnvironmentVariable(DotnetEnvironment.Variable);

    public SlurmDotnetTests() =>
        // Where scripts/build.sh puts it.
        Environment.SetEnvironmentVariable(DotnetEnvironment.Variable, _before ?? Repository.PathOf("artifacts", "publish", "dotnet-ml"));

    [Fact]
    public async Task A_program_is_compiled_on_one_job_and_run_by_another()
    {
        ExecutionResult compiled = await CompileAsync("System.Console.WriteLine(System.IO.File.ReadAllText(\"input/train.csv\").Length);");
        compiled.ExitCode.ShouldBe(0, compiled.Text());
        ExecutionSpec spec = Spec(compiled.Files.ShouldHaveSingleItem().Bytes!.Value, ExecutionStep.Run);
        ExecutionResult result = await _bench.Sandbox.ExecuteAsync(spec, null, CancellationToken.None);
        (result.Ending, result.ExitCode, result.Text()).ShouldBe((Ending.Exited, 0, "9\n"));
    }

    [Fact]
    public async Task What_does_not_compile_says_where()
    {
        ExecutionResult compiled = await CompileAsync("int x = \"text\";");
        compiled.ExitCode.ShouldNotBe(0);
        compiled.Text().ShouldContain("CS0029");
        compiled.Text().ShouldContain("solution.cs");
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(DotnetEnvironment.Variable, _before);
        _bench.Dispose();
    }

    private Task<ExecutionResult> CompileAsync(string code) =>
        _bench.Sandbox.ExecuteAsync(Spec(Encoding.UTF8.GetBytes(code), ExecutionStep.Compile, ProgramLanguages.Assembly), null, CancellationToken.None);

    private ExecutionSpec Spec(ReadOnlyMemory<byte> code, ExecutionStep step, params string[] collect) =>
        _bench.Spec("", Limits) with
        {
            Language = ProgramLanguage.CSharp,
            Code = code,
            Step = step,
            Collect = [.. collect.Select(path => new OutputFile(path, [path], 8 << 20))],
        };
}
