using System.Text;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Sandbox.Tests;

/// <summary>C# candidates in Docker: compiled in one container, run in another.</summary>
public sealed class DockerCSharpTests : IAsyncDisposable, IAsyncLifetime
{
    private static readonly ExecutionLimits Limits = Workbench.Small with { Time = TimeSpan.FromSeconds(60), MemoryBytes = 1L << 30 };

    private readonly DockerBench _bench = new();

    public async ValueTask InitializeAsync() => await DockerBench.HaveCSharpImageAsync();

    [Fact]
    public async Task A_program_is_compiled_runs_and_leaves_its_output()
    {
        ExecutionResult result = await RunAsync(
            """
            string[] lines = File.ReadAllLines("input/train.csv");
            File.WriteAllLines("submission.csv", lines.Select(line => line.ToUpperInvariant()));
            Console.WriteLine($"{lines.Length} lines, {Environment.ProcessorCount} core");
            return 3;
            """);
        (result.Ending, result.ExitCode, result.Text()).ShouldBe((Ending.Exited, 3, "2 lines, 1 core\n"));
        Encoding.UTF8.GetString(result.Files.Single().Bytes!.Value.Span).ShouldBe("ID,Y\n1,2\n");
    }

    [Fact]
    public async Task A_model_is_trained_with_native_libraries()
    {
        ExecutionResult result = await RunAsync(
            """
            using Microsoft.ML;
            using Microsoft.ML.Data;
            MLContext context = new(seed: 1);
            var rows = Enumerable.Range(0, 400).Select(i => new Row { X = [i % 20, i % 7], Label = i % 20 * 3 });
            var data = context.Data.LoadFromEnumerable(rows);
            var model = context.Regression.Trainers.LightGbm(numberOfIterations: 30).Fit(data);
            Console.WriteLine(context.Regression.Evaluate(model.Transform(data)).RSquared > 0.9);
            class Row { [VectorType(2)] public float[] X { get; set; } [ColumnName("Features")] [VectorType(2)] public float[] Features => X; public float Label { get; set; } }
            """);
        (result.ExitCode, result.Text()).ShouldBe((0, "True\n"));
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private Task<ExecutionResult> CompileAsync(string code) => _bench.Sandbox.ExecuteAsync(
        _bench.Spec(code, Limits, [ProgramLanguages.Assembly]) with { Language = ProgramLanguage.CSharp, Step = ExecutionStep.Compile }, null, CancellationToken.None);

    private async Task<ExecutionResult> RunAsync(string code)
    {
        ExecutionResult compiled = await CompileAsync(code);
        compiled.ExitCode.ShouldBe(0, compiled.Text());
        return await _bench.Sandbox.ExecuteAsync(
            _bench.Spec("", Limits, ["submission.csv"]) with { Language = ProgramLanguage.CSharp, Step = ExecutionStep.Run, Code = compiled.Files.Single().Bytes!.Value }, null, CancellationToken.None);
    }
}
