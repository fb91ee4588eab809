using System.Text;
using AgentIde.Core.Sandboxes;

namespace AgentIde.Testing;

/// <summary>A sandbox whose executions are a function: for tests of what is around it. It starts nothing.</summary>
public sealed class ScriptedSandbox(Func<ExecutionSpec, CancellationToken, Task<ExecutionResult>> execute) : ISandbox
{
    /// <summary>What was executed, in order.</summary>
    public List<ExecutionSpec> Executed { get; } = [];

    /// <summary>What each execution writes as it begins.</summary>
    public string Output { get; init; } = "";

    public string Engine => "scripted";

    public Task<SandboxReport> ProbeAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new SandboxReport(Engine, "1", "none", [.. Guarantee.All.Select(name => new Guarantee(name, true, "scripted"))]));

    public Task<ExecutionResult> ExecuteAsync(ExecutionSpec spec, Action<ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken)
    {
        Executed.Add(spec);
        if (Output.Length > 0)
        {
            output?.Invoke(Encoding.UTF8.GetBytes(Output));
        }

        return execute(spec, cancellationToken);
    }

    /// <summary>An execution that ends well and leaves this submission.</summary>
    public static ExecutionResult Left(string submission, double seconds = 1) => new(
        Ending.Exited, 0, null, false, seconds, seconds, 1 << 20, Encoding.UTF8.GetBytes("score: 1\n"), 9,
        [new CollectedFile("submission", "submission.csv", Encoding.UTF8.GetBytes(submission), null), new CollectedFile("meta", null, null, null)]);

    public static ExecutionResult Ended(Ending ending) => new(ending, ending == Ending.Exited ? 1 : null, null, false, 1, 1, 1 << 20, ReadOnlyMemory<byte>.Empty, 0, []);
}
