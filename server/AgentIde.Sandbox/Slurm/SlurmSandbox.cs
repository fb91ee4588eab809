using System.Collections.Immutable;
using AgentIde.Core.Runs;
using AgentIde.Core.Sandboxes;
using AgentIde.Sandbox.Environments;
using AgentIde.Sandbox.Slurm;

namespace AgentIde.Sandbox;

/// <summary>
/// Runs candidates as jobs of a Slurm cluster, each in the bubblewrap of the node that it comes to. Slurm decides where
/// and when; a candidate's time begins on the node.
/// </summary>
public sealed class SlurmSandbox(SlurmOptions options) : ISandbox, IDisposable
{
    // The node's own attacks and its interpreter, with what the largest of them may take.
    private static readonly ExecutionLimits ProbeLimits = new(TimeSpan.FromMinutes(3), 1L << 30, 64, 64 << 20, 1 << 20, 1);

    private readonly Lock _gate = new();
    private SlurmSession? _session;

    public string Engine => "slurm";

    /// <remarks>
    /// The attacks run on a node, by a program of that node: from here nobody could see whether a process there is
    /// root's, or lives on.
    /// </remarks>
    public async Task<SandboxReport> ProbeAsync(CancellationToken cancellationToken)
    {
        SlurmSession session = Open();
        NodeJob job = new("probe", options.Python, null, "/", ProbeLimits, [], ImmutableDictionary<string, string>.Empty, Follow: false);
        (NodeResult result, _) = await new SlurmExecution(session, job, default, null, cancellationToken).StartAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return result.Report is { } seen
            ? new SandboxReport(Engine, session.Client.Version(), ShownFolders.Told($"{seen.Interpreter} on {result.Node}", options.Models), [.. seen.Guarantees.Select(guarantee => guarantee with { How = $"{guarantee.How} (bubblewrap {seen.Version} on {result.Node})" })])
            : throw new SandboxException($"Slurm ended the probe{(result.Node.Length > 0 ? $" on {result.Node}" : "")} ({result.Execution?.Why ?? result.Execution?.Ending.ToString()}): run again, or choose other nodes with SLURM_PARTITION.");
    }

    public async Task<ExecutionResult> ExecuteAsync(ExecutionSpec spec, Action<ReadOnlyMemory<byte>>? output, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SpecCheck.Check(spec);
        CandidateProgram program = spec.Language == ProgramLanguage.CSharp
            ? DotnetEnvironment.Program(spec.Step, spec.Limits)
            : PythonEnvironment.Program(options.Python);
        program = program with { Models = ShownFolders.OfModels(options.Models) };
        InputFolder.Open(spec.InputFolder).Dispose();
        SlurmSession session = Open();
        NodeJob job = new(
            spec.Name, options.Python, program, session.Folder.Stage(spec.InputFolder), spec.Limits, spec.Collect, spec.Environment, Follow: output is not null);
        (NodeResult result, IReadOnlyList<CollectedFile> files) = await new SlurmExecution(session, job, spec.Code, output, cancellationToken).StartAsync();
        return result.Execution! with { Files = [.. files] };
    }

    /// <summary>Whether every node is this very machine: then their processes can be looked at.</summary>
    public bool IsHere() => Open().Client.AreNodesHere();

    /// <summary>Removes this sandbox's part of the shared folder; executions must be over.</summary>
    public void Dispose() => _session?.Dispose();

    private SlurmSession Open()
    {
        lock (_gate)
        {
            // Once; a failure is tried again.
            return _session ??= SlurmSession.Open(options);
        }
    }
}
